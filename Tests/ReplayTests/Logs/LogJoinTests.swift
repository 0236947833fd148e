import Archives
import Foundation
import Logs
import Mail
import Screening
import Stages
import Testing
import Values

@testable import Replay

/// Archived messages found in the logs of their server.
@Suite struct LogJoinTests {
    private static func messages(_ log: String) -> [LogMessage] {
        let clock = LogClock(reference: Timestamp(rfc3339: "2026-11-28T12:00:00Z") ?? Timestamp(seconds: 0))
        var reader = LogImport(clock: clock)
        var (records, found): ([LogRecord], [LogMessage]) = ([], [])
        reader.begin(file: 0, clock: clock)
        reader.add(Array(log.utf8)[...], into: &records)
        reader.finish(into: &records)
        var assembler = LogAssembler()
        for record in records { assembler.add(record, into: &found) }
        assembler.finish(into: &found)
        return found
    }

    private static let log = """
        Nov 28 10:00:00 mx postfix/smtpd[9]: connect from a.example[192.0.2.1]
        Nov 28 10:00:00 mx postfix/smtpd[9]: Anonymous TLS connection established from a.example[192.0.2.1]: TLSv1.3 with cipher X (256/256 bits)
        Nov 28 10:00:01 mx postfix/smtpd[9]: 0F5383D111: client=a.example[192.0.2.1], sasl_method=PLAIN, sasl_username=ann
        Nov 28 10:00:01 mx postfix/cleanup[8]: 0F5383D111: message-id=<one@a.example>
        Nov 28 10:00:01 mx postfix/qmgr[7]: 0F5383D111: from=<ann@a.example>, size=700, nrcpt=2 (queue active)
        Nov 28 10:00:02 mx postfix/lmtp[6]: 0F5383D111: to=<box1@c.example>, orig_to=<bob@c.example>, relay=box[private/lmtp], delay=1, delays=1/0/0/0, dsn=2.0.0, status=sent (250 ok)
        Nov 28 10:00:02 mx postfix/lmtp[6]: 0F5383D111: to=<joe@c.example>, relay=box[private/lmtp], delay=1, delays=1/0/0/0, dsn=2.0.0, status=sent (250 ok)
        Nov 28 10:00:02 mx postfix/qmgr[7]: 0F5383D111: removed
        Nov 28 11:00:01 mx postfix/smtpd[9]: 0F5383D222: client=unknown[192.0.2.2]
        Nov 28 11:00:01 mx postfix/cleanup[8]: 0F5383D222: message-id=<two@a.example>
        Nov 28 11:00:02 mx postfix/qmgr[7]: 0F5383D222: removed
        Nov 28 11:00:01 mx postfix/smtpd[9]: 0F5383D333: client=unknown[192.0.2.3]
        Nov 28 11:00:01 mx postfix/cleanup[8]: 0F5383D333: message-id=<two@a.example>
        Nov 28 11:00:02 mx postfix/qmgr[7]: 0F5383D333: removed

        """

    private static func outcome(_ message: String) -> String {
        switch LogJoin(messages(log)).find(LogKeys(Message(Bytes(message)))) {
        case .joined(let found, let evidence): "\(found.id) \(evidence.map(\.rawValue).joined(separator: ","))"
        case .ambiguous(let found): "one of \(found.map(\.id).sorted().joined(separator: ","))"
        case .absent: "-"
        }
    }

    private static let received =
        "Received: from a (a [192.0.2.1])\n\tby mx.c.example (Postfix) with ESMTPSA id 0F5383D111\n\tfor <bob@c.example>; Sat, 28 Nov 2026 10:00:01 +0000\n"

    @Test(arguments: [
        ("\(received)Message-ID: <one@a.example>\n\nx\n", "0F5383D111 queue-id,message-id,host,time,recipient,size"),
        // The id alone is enough where the host and the time are right.
        ("\(received)\nx\n", "0F5383D111 queue-id,host,time,recipient,size"),
        ("Message-ID: <one@a.example>\n\nx\n", "0F5383D111 message-id,size"),
        // An id of another message, or of another server.
        ("\(received)Message-ID: <other@a.example>\n\nx\n", "-"),
        (received.replacing("mx.c", with: "other.c") + "\nx\n", "-"),
        // Long after, the id is another message's.
        (received.replacing("28 Nov 2026 10", with: "25 Nov 2026 10") + "\nx\n", "-"),
        ("Message-ID: <two@a.example>\n\nx\n", "one of 0F5383D222,0F5383D333"),
        ("Subject: x\n\nx\n", "-"),
    ])
    func messagesAreFound(message: String, expected: String) {
        #expect(Self.outcome(message) == expected)
    }

    /// What the log saw is what stages get, and the record says whence.
    @Test func stagesGetWhatTheLogSaw() {
        let entry = ArchiveEntry(
            message: Bytes("\(Self.received)Message-ID: <one@a.example>\n\nx\n"), source: "a.mbox#1", offset: 0)
        let known = ReplayedMessage(entry, site: Site(), logs: LogJoin(Self.messages(Self.log))).known
        #expect(
            known.session.client.value == IPAddress("192.0.2.1") && known.session.client.provenance == "observed(log)")
        #expect(known.session.tls.value?.version == "TLSv1.3" && known.session.authenticated.value == "ann")
        #expect(
            known.reversePath.value.map { "\($0)" } == "<ann@a.example>" || known.reversePath.value?.localPart == "ann")
        #expect(known.recipients.compactMap { $0.value?.localPart } == ["bob", "joe"])
        #expect(known.time.provenance == "reconstructed:Received[0]")
    }

    private static let python = ["/usr/bin/python3", "/usr/local/bin/python3"].first {
        FileManager.default.isExecutableFile(atPath: $0)
    }

    /// A generated day: of a thousand messages (see the script), as many are found as the log has, and each is the right
    /// one. `mail-day.py` makes days of any length.
    @Test(.enabled(if: python != nil, "there is no python3"))
    func aGeneratedDayIsJoined() throws {
        let package = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let folder = FileManager.default.temporaryDirectory.appending(
            path: "mail-day-\(ProcessInfo.processInfo.processIdentifier)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let process = Process()
        process.executableURL = URL(filePath: try #require(Self.python))
        process.arguments = [
            package.appending(path: "fixtures/making/mail-day.py").path, folder.path, "--messages", "1000",
        ]
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)

        let join = LogJoin(Self.messages(try String(contentsOf: folder.appending(path: "mail.log"), encoding: .utf8)))
        var truth: [String: String] = [:]
        for line in try String(contentsOf: folder.appending(path: "truth.tsv"), encoding: .utf8).split(separator: "\n")
        {
            let parts = line.split(separator: "\t").map(String.init)
            truth[parts[0]] = parts[1]
        }
        var reader = try ArchiveReader(.path(folder.appending(path: "archive.mbox").path))
        var (right, wrong, missed, total, ambiguous) = (0, 0, 0, 0, 0)
        while let event = reader.next() {
            guard case .message(let entry) = event else { continue }
            let message = Message(entry.message)
            let number = message.header.first("X-Number")?.text.trimmingCharacters(in: .whitespaces) ?? ""
            let expected = try #require(truth[number])
            if expected != "-" { total += 1 }
            switch join.find(LogKeys(message)) {
            case .joined(let found, _): if found.id == expected { right += 1 } else { wrong += 1 }
            case .ambiguous:
                ambiguous += 1
                if expected != "-" { missed += 1 }
            case .absent: if expected != "-" { missed += 1 }
            }
        }
        print(
            "joined: \(right) right, \(wrong) wrong, \(missed) missed (\(ambiguous) ambiguous) of \(total); precision \(right * 10_000 / max(1, right + wrong)), recall \(right * 10_000 / max(1, total)) of 10000"
        )
        #expect(total > 800)
        #expect(right * 1_000 >= 995 * (right + wrong))
        #expect(right * 1_000 >= 995 * total)
    }
}
