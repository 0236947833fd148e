import Foundation
import Logs
import SMTP
import Testing
import Values

@testable import Replay

/// Sessions put together from the lines of a server's log.
@Suite struct LoggedSessionsTests {
    static func sessions(_ log: String, limit: Int = 100) -> [LoggedSession] {
        let clock = LogClock(reference: Timestamp(rfc3339: "2026-11-28T12:00:00Z") ?? Timestamp(seconds: 0))
        var reader = LogImport(clock: clock)
        var (records, found): ([LogRecord], [LoggedSession]) = ([], [])
        reader.begin(file: 0, clock: clock)
        reader.add(Array(log.utf8)[...], into: &records)
        reader.finish(into: &records)
        var sessions = LoggedSessions(limit: limit)
        for record in records { sessions.add(record, into: &found) }
        sessions.finish(into: &found)
        return found
    }

    /// The dialogue of a session, a line each: `10:00:01 C MAIL FROM:<…>`.
    private static func dialogue(_ session: LoggedSession) -> [String] {
        (session.recorded?.events ?? []).map { line in
            let time = line.time.rfc3339.dropFirst(11).prefix(8)
            switch line.event {
            case .connect(let client, _, let name): return "\(time) connect \(client) \(name ?? "-")"
            case .line(from: .client, let bytes): return "\(time) C \(bytes.lossyString)"
            case .line(from: .server, let bytes): return "\(time) S \(bytes.lossyString)"
            case .message(let message): return "\(time) message \(message.content)"
            case .tls(let tls): return "\(time) tls \(tls.version ?? "-")"
            case .auth(let mechanism, let user, let succeeded, _):
                return "\(time) auth \(mechanism) \(user ?? "-") \(succeeded)"
            case .close: return "\(time) close"
            default: return "\(time) \(line.event)"
            }
        }
    }

    private static let log = """
        Nov 28 10:00:00 mx postfix/smtpd[9]: connect from a.example[192.0.2.1]
        Nov 28 10:00:00 mx postfix/smtpd[9]: Anonymous TLS connection established from a.example[192.0.2.1]: TLSv1.3 with cipher X (256/256 bits)
        Nov 28 10:00:01 mx postfix/smtpd[9]: NOQUEUE: reject: RCPT from a.example[192.0.2.1]: 550 5.1.1 <no@c.example>: Recipient address rejected: User unknown in local recipient table; from=<ann@a.example> to=<no@c.example> proto=ESMTP helo=<out.a.example>
        Nov 28 10:00:01 mx postfix/smtpd[12]: connect from unknown[198.51.100.7]
        Nov 28 10:00:02 mx postfix/smtpd[9]: 0F5383D111: client=a.example[192.0.2.1]
        Nov 28 10:00:02 mx postfix/cleanup[8]: 0F5383D111: message-id=<one@a.example>
        Nov 28 10:00:02 mx postfix/smtpd[9]: disconnect from a.example[192.0.2.1] ehlo=2 mail=1 rcpt=2/3 data=1 quit=1 commands=7/8
        Nov 28 10:00:03 mx postfix/smtpd[12]: warning: unknown[198.51.100.7]: SASL LOGIN authentication failed: UGFzc3dvcmQ6, sasl_username=eva
        Nov 28 10:00:03 mx postfix/qmgr[7]: 0F5383D111: from=<ann@a.example>, size=700, nrcpt=2 (queue active)
        Nov 28 10:00:03 mx postfix/lmtp[6]: 0F5383D111: to=<box1@c.example>, orig_to=<bob@c.example>, relay=box[private/lmtp], delay=1, delays=1/0/0/0, dsn=2.0.0, status=sent (250 ok)
        Nov 28 10:00:04 mx postfix/smtpd[12]: lost connection after AUTH from unknown[198.51.100.7]
        Nov 28 10:00:04 mx postfix/smtpd[12]: disconnect from unknown[198.51.100.7]
        Nov 28 10:00:05 mx postfix/lmtp[6]: 0F5383D111: to=<joe@c.example>, relay=box[private/lmtp], delay=1, delays=1/0/0/0, dsn=2.0.0, status=sent (250 ok)
        Nov 28 10:00:05 mx postfix/smtpd[12]: connect from localhost[127.0.0.1]
        Nov 28 10:00:05 mx postfix/smtpd[12]: 0F5383D222: client=localhost[127.0.0.1]
        Nov 28 10:00:05 mx postfix/smtpd[12]: disconnect from localhost[127.0.0.1]

        """

    @Test func linesOfPostfixBecomeSessions() {
        let found = Self.sessions(Self.log).map(Self.dialogue)
        #expect(
            found == [
                [
                    "10:00:01 connect 198.51.100.7 -", "10:00:01 S 220 log ESMTP", "10:00:03 C AUTH LOGIN *",
                    "10:00:03 S 535 5.7.8 Authentication failed", "10:00:03 auth LOGIN eva false", "10:00:04 close",
                ],
                [
                    "10:00:00 connect 192.0.2.1 a.example", "10:00:00 tls TLSv1.3", "10:00:00 S 220 log ESMTP",
                    "10:00:01 C EHLO out.a.example", "10:00:01 S 250 log", "10:00:01 C MAIL FROM:<ann@a.example>",
                    "10:00:01 S 250 2.1.0 Ok", "10:00:01 C RCPT TO:<no@c.example>",
                    "10:00:01 S 550 5.1.1 <no@c.example>: Recipient address rejected: User unknown in local recipient table",
                    "10:00:02 C RCPT TO:<bob@c.example>", "10:00:02 S 250 2.1.5 Ok",
                    "10:00:02 C RCPT TO:<joe@c.example>", "10:00:02 S 250 2.1.5 Ok", "10:00:02 C DATA",
                    "10:00:02 S 354 go on", "10:00:02 message size(700)",
                    "10:00:02 S 250 2.0.0 Ok: queued as 0F5383D111", "10:00:02 close",
                ],
            ], "\(found.map { $0.joined(separator: "\n") }.joined(separator: "\n\n"))")
    }

    /// What lines make of it who write what they like: nothing of theirs becomes a command of its own.
    @Test func hostileNamesAreNoCommands() {
        let log = """
            Nov 28 10:00:00 mx postfix/smtpd[9]: connect from unknown[192.0.2.1]
            Nov 28 10:00:01 mx postfix/smtpd[9]: NOQUEUE: reject: RCPT from unknown[192.0.2.1]: 450 4.2.0 <a b>: Recipient address rejected: Greylisted; from=<"x> y"@a.example> to=<a b> proto=ESMTP helo=<a b c>
            Nov 28 10:00:02 mx postfix/smtpd[9]: disconnect from unknown[192.0.2.1]

            """
        let found = Self.sessions(log).map(Self.dialogue)
        #expect(found.count == 1 && found[0].allSatisfy { !$0.contains("C EHLO") && !$0.contains("RCPT") }, "\(found)")
    }

    /// A log that names no sessions, and one that begins in the middle of one: each record stands for itself.
    @Test func aLogMayNameNoSessions() {
        let log = """
            2026-11-28 10:00:00 H=(mail.a.example) [192.0.2.1] F=<ann@a.example> rejected RCPT <no@c.example>: Unknown user
            2026-11-28 10:00:01 1rBxYz-000abc-2D <= ann@a.example H=mail.a.example [192.0.2.1] P=esmtps S=900 id=one@a.example for bob@c.example
            2026-11-28 10:00:02 1rBxYz-000abc-2D => bob <bob@c.example> R=local T=maildir
            2026-11-28 10:00:02 1rBxYz-000abc-2D Completed

            """
        let found = Self.sessions(log)
        #expect(found.count == 2)
        let lines = found.flatMap(Self.dialogue)
        #expect(lines.contains { $0.hasSuffix("C RCPT TO:<no@c.example>") }, "\(lines)")
        #expect(lines.contains { $0.hasSuffix("C RCPT TO:<bob@c.example>") }, "\(lines)")
    }

    /// Memory is bounded: of many sessions that do not end, the oldest are handed out as they are.
    @Test func sessionsThatDoNotEndAreHandedOut() {
        let log = (0..<50).map {
            "Nov 28 10:00:00 mx postfix/smtpd[\($0 + 1)]: connect from unknown[192.0.2.\($0 + 1)]\n"
        }.joined()
        let found = Self.sessions(log, limit: 10)
        #expect(found.map(\.client.description) == (1...50).map { "192.0.2.\($0)" })
    }

    /// What an archive has is not replayed twice, and what the log alone has is.
    @Test func whatIsKnownBetterIsLeftOut() {
        let session = Self.sessions(Self.log)[1]
        let rest = session.without { $0.id == "0F5383D111" }
        #expect(rest.map(Self.dialogue)?.contains { $0.contains("message") } == false)
        #expect(rest.map(Self.dialogue)?.contains { $0.hasSuffix("C RCPT TO:<no@c.example>") } == true)
        var whole = session
        whole.steps.removeFirst()
        #expect(whole.without { $0.id == "0F5383D111" } == nil)
        #expect(whole.without { _ in false } != nil)
    }

    @Test func aTranscriptKnowsTheSession() {
        let session = Self.sessions(Self.log)[1]
        var known = KnownSessions()
        #expect(known.unknown(of: session) != nil)
        if let recorded = session.recorded { known.add(recorded) }
        #expect(known.unknown(of: session) == nil)
        #expect(known.unknown(of: Self.sessions(Self.log)[0]) != nil)
    }
}
