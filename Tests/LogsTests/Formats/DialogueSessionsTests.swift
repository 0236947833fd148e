import Foundation
import Logs
import Testing
import Values

/// Sessions are put together from the records of every format that tells dialogues.
@Suite struct DialogueSessionsTests {
    private static func sessions(_ text: String) -> [DialogueSession] {
        var sessions = DialogueSessions()
        var found: [DialogueSession] = []
        for record in LogSuite.read(text + "\n", reference: "2024-06-01T00:00:00Z").records {
            found += sessions.add(record)
        }
        return found + sessions.finish()
    }

    private static func words(_ session: DialogueSession) -> [String] {
        session.events.map { event in
            switch event.kind {
            case .connect: "connect"
            case .line(.client, let text): "C: \(text)"
            case .line(.server, let text): "S: \(text)"
            case .data(let text): "D: \(text)"
            case .tls(let version, let cipher, let hasSucceeded):
                "tls \(version ?? "-") \(cipher ?? "-") \(hasSucceeded)"
            case .authentication(let mechanism, let identity, let hasSucceeded):
                "auth \(mechanism ?? "-") \(identity ?? "-") \(hasSucceeded)"
            case .disconnect: "disconnect"
            }
        }
    }

    @Test func linesOfSwaksAreOneSession() throws {
        let sample = try #require(FormatSample.all(DialogueSamples.text).first { $0.name == "swaks" })
        let sessions = Self.sessions(sample.lines)
        #expect(sessions.count == 1)
        let session = try #require(sessions.first)
        #expect(session.hasBeginning && session.hasEnd && session.nextHop == "mx.far.example")
        let words = Self.words(session)
        #expect(words.prefix(3) == ["connect", "S: 220 mx.far.example ESMTP", "C: EHLO pc.example"])
        #expect(words.contains("C: AUTH PLAIN ***") && words.contains("tls TLSv1.3 TLS_AES_256_GCM_SHA384 true"))
        #expect(words.filter { $0.hasPrefix("D: ") } == ["D: Subject: lamps", "D: ", "D: lamps"])
        #expect(words.suffix(3) == ["C: QUIT", "S: 221 bye", "disconnect"])
    }

    /// Each sample of a dialogue gives a session, whose lines are those of the sample.
    @Test(arguments: [
        ("mdaemon-inbound", "192.0.2.1", 17), ("mdaemon-outbound", nil, 8), ("exchange-receive", "192.0.2.1", 16),
        ("exchange-send-without-header", nil, 9), ("opensmtpd-report", "192.0.2.1", 6),
        ("kumomta-trace", "192.0.2.1", 9),
    ])
    func dialoguesAreSessions(name: String, client: String?, count: Int) throws {
        let sample = try #require(FormatSample.all(DialogueSamples.text).first { $0.name == name })
        let sessions = Self.sessions(sample.lines)
        #expect(sessions.count == 1 && sessions.first?.client == client)
        #expect(sessions.first.map { $0.events.count } == count, "\(sessions.map(Self.words))")
    }

    /// Sessions whose lines are mixed, and whose ids come again.
    @Test func mixedSessionsAreTakenApart() {
        let lines = [
            "4711 > 220 mx ESMTP ", "4712 > 220 mx ESMTP ", "4711 < HELO a ", "4712 < HELO b ", "4711 > 250 ok ",
            "4712 > 250 ok ", "4711 < QUIT ", "4711 > 221 bye ", "4711 > 220 mx ESMTP ", "4711 < HELO c ",
        ]
        let text = lines.map { "@400000006632126c0ee6b283 \($0)" }.joined(separator: "\n")
        let sessions = Self.sessions(text)
        #expect(
            sessions.map { Self.words($0).joined(separator: "|") } == [
                "S: 220 mx ESMTP|C: HELO a|S: 250 ok|C: QUIT|S: 221 bye", "S: 220 mx ESMTP|C: HELO b|S: 250 ok",
                "S: 220 mx ESMTP|C: HELO c",
            ])
        #expect(sessions.map(\.hasEnd) == [true, false, false])
    }

    /// Sessions that never end are told, the oldest first, and none is lost.
    @Test func openSessionsAreBounded() {
        var sessions = DialogueSessions()
        var count = 0
        for number in 0..<10_000 {
            var record = LogRecord(.dialogue, at: LogPlace(file: 0, offset: 0, line: number, length: 1))
            (record.session, record.role) = (String(number), .client)
            record[.command] = "HELO x"
            count += sessions.add(record).count
        }
        #expect(count == 10_000 - 4_096)
        #expect(count + sessions.finish().count == 10_000)
    }
}
