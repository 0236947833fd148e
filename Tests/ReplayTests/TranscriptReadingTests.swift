import Archives
import Foundation
import Replay
import SMTP
import Screening
import Testing
import Values

/// Transcripts that others have written, by hand or by programs that know less of a session than `assayd` does.
@Suite struct TranscriptReadingTests {
    /// Lines of a session as a transcript: `C: …`, `S: …`, or an object's members.
    private static func transcript(_ lines: [String], session: String = "s") -> String {
        lines.enumerated().map { index, line in
            let time = "\"session\":\"\(session)\",\"time\":\"2024-05-01T10:00:\(index < 10 ? "0" : "")\(index)Z\""
            if line.hasPrefix("{") { return "{\(time),\(line.dropFirst())" }
            let peer = line.hasPrefix("C: ") ? "client" : "server"
            let text = JSON.string(String(line.dropFirst(3))).text
            return "{\(time),\"from\":\"\(peer)\",\"line\":\(text)}"
        }.joined(separator: "\n") + "\n"
    }

    private static let connect = #"{"event":"connect","client":"192.0.2.66:1"}"#
    private static let head = [
        connect, "S: 220 mx", "C: EHLO out2.partner.example", "S: 250-mx", "S: 250 8BITMIME",
        "C: MAIL FROM:<olga@partner.example>", "S: 250 ok", "C: RCPT TO:<eva@company.example>", "S: 250 ok",
    ]
    private static let message = ["C: Subject: hello", "C: From: olga@partner.example", "C: ", "C: ..dot", "C: ."]

    private func told(_ text: String, policy: ScreeningPolicy? = nil) async throws -> [String] {
        let file = NSTemporaryDirectory() + "transcript-" + UUID().uuidString
        try Data(text.utf8).write(to: URL(fileURLWithPath: file))
        defer { try? FileManager.default.removeItem(atPath: file) }
        return try await lines(
            ReplayRun.Options([.path(file)]), policy: policy ?? Fixture.policy(), environment: Fixture.environment()
        ).map { $0.replacing(file, with: "t") }.map { line in
            guard line.hasPrefix("{") else { return line }
            let record = try object(line)
            let verdict = record["verdict"] as? [String: Any]
            let symbols = (record["findings"] as? [[String: Any]] ?? []).compactMap { $0["symbol"] as? String }
            return "\(record["source"] ?? "-") \(record["mail_from"] ?? "-") \(record["subject"] ?? "-") "
                + "\(record["size"] ?? "-") \(verdict?["disposition"] ?? "-"): \(symbols.joined(separator: " "))"
        }
    }

    /// A session, however its message is told.
    private static let tellings: [[String]] = {
        var ordinary = head
        ordinary += ["C: DATA", "S: 354 go"]
        ordinary += message
        ordinary += ["S: 250 ok", "C: QUIT", "S: 221 bye", #"{"event":"close"}"#]

        var withoutServer = head.filter { !$0.hasPrefix("S: ") }
        withoutServer += ["C: DATA"]
        withoutServer += message

        var chunks = head
        chunks += ["C: BDAT 37", "C: Subject: hello", "C: From: olga@partner.ex", "S: 250 ok", "C: BDAT 15 LAST"]
        chunks += ["C: ample", "C: ", "C: .dot", "S: 250 ok"]

        var atOnce = [connect, "S: 220 mx", "C: HELO out2.partner.example", "S: 250 mx"]
        atOnce += ["C: MAIL FROM:<olga@partner.example>", "C: RCPT TO:<eva@company.example>", "C: DATA"]
        atOnce += ["S: 250 ok", "S: 250 ok", "S: 354 go"]
        atOnce += message

        var whole = head
        whole += ["C: DATA", "S: 354 go", event("Subject: hello\r\nFrom: olga@partner.example\r\n\r\n.dot\r\n")]
        return [ordinary, withoutServer, chunks, atOnce, whole]
    }()

    /// An event with a message.
    private static func event(_ message: String) -> String {
        let base64 = Data(message.utf8).base64EncodedString()
        return "{\"event\":\"message\",\"base64\":\"\(base64)\"}"
    }

    @Test(arguments: tellings)
    func theMessageIsFound(_ session: [String]) async throws {
        let lines = try await told(Self.transcript(session))
        #expect(lines.count == 1)
        #expect(lines.first?.hasPrefix("t#1 olga@partner.example hello ") == true, "\(lines)")
        #expect(lines.first?.contains("SPF_PASS") == true && lines.first?.contains("DKIM_NONE") == true, "\(lines)")
    }

    @Test func aMessageWithLineFeedsAloneKeepsItsBytes() async throws {
        let session = Self.head + ["C: DATA", "S: 354 go", Self.event("Subject: hello\n\nbody\n")]
        let lines = try await told(Self.transcript(session))
        #expect(lines.count == 1 && lines[0].contains(" hello 21 "), "\(lines)")
    }

    @Test func whatTheServerRefusedIsKnown() async throws {
        let session = [
            Self.connect, "S: 220 mx", "C: EHLO out2.partner.example", "S: 250 mx",
            "C: MAIL FROM:<olga@partner.example>", "S: 250 ok", "C: RCPT TO:<nobody@company.example>",
            "S: 550 5.1.1 no such user", "C: RSET", "S: 250 ok", "C: MAIL FROM:<olga@partner.example>",
            "S: 250 ok", "C: RCPT TO:<eva@company.example>", "S: 250 ok",
        ]
        let lines = try await told(Self.transcript(session))
        #expect(lines.map { $0.prefix(5) } == ["t#1 o", "t#1.2"], "\(lines)")
    }

    @Test func aRefusalOfThisPolicyEndsNothing() async throws {
        let refusing = try policy(
            "version: 1\nstages:\n  sender-blocklist:\n    entries:\n      - sender: olga@partner.example\n")
        let lines = try await told(
            Self.transcript(Self.head + ["C: DATA", "S: 354 go"] + Self.message + ["S: 250 ok"]), policy: refusing)
        #expect(lines.count == 1)
        #expect(lines.first?.hasPrefix("t#1 olga@partner.example hello 52 reject: ") == true, "\(lines)")
        #expect(lines.first?.contains("SENDER_BLOCKED") == true, "\(lines)")
    }

    @Test func interleavedSessionsAndWhatIsNoLine() async throws {
        let one = Self.transcript(Self.head + ["C: DATA", "S: 354 go"] + Self.message, session: "one").split(
            separator: "\n")
        let two = Self.transcript(Self.head + ["C: DATA", "S: 354 go"] + Self.message, session: "two").split(
            separator: "\n")
        let mixed = zip(one, two).flatMap { [String($0), String($1)] }
        let lines = try await told(
            "garbage\n" + mixed.prefix(7).joined(separator: "\n") + "\n{\"session\":1}\n\n[]\n"
                + mixed.dropFirst(7).joined(separator: "\n") + "\n")
        #expect(lines.filter { $0.hasPrefix("t#") }.count == 2, "\(lines)")
        #expect(
            lines.filter { $0.hasPrefix("problem") } == [
                "problem: t:1: not JSON", "problem: t:9: field 'session' is of the wrong type",
                "problem: t:11: not a JSON object",
            ], "\(lines)")
    }

    @Test func aTranscriptThatIsCutOffSaysSo() async throws {
        let whole = Self.transcript(
            Self.head + ["C: DATA", "S: 354 go"] + Self.message + ["S: 250 ok", #"{"event":"close"}"#])
        let lines = try await told(whole + Self.transcript(Self.head, session: "t") + #"{"session":"t","ti"#)
        #expect(lines.filter { $0.hasPrefix("t#") }.count == 2, "\(lines)")
        #expect(
            lines.filter { $0.hasPrefix("note") } == [
                "note: t:28: the transcript is cut off here, as when its recorder was stopped; 1 sessions are whole, 1 are not"
            ], "\(lines)")
    }

    private static let faults: [(session: [String], fault: String)] = {
        let open: [String] = head + ["C: DATA", "S: 354 go"]
        let zeros = String(repeating: "0", count: 64)
        let lost = "{\"event\":\"message\",\"file\":\"../../etc/passwd\"}"
        let other = "{\"event\":\"message\",\"base64\":\"\",\"sha256\":\"\(zeros)\"}"
        return [
            (open + ["C: Subject: cut"], "fault: ends within a message, which was not screened"),
            (open + [lost], "fault: the message in '../../etc/passwd' cannot be had, and was not screened"),
            (open + [other], "fault: a message is not the one that was recorded: its SHA-256 is not \(zeros)"),
        ]
    }()

    @Test(arguments: faults)
    func whatCannotBeReplayedIsTold(session: [String], fault: String) async throws {
        let lines = try await told(Self.transcript(session))
        #expect(lines.count == 2 && lines.last == fault, "\(lines)")
    }

    @Test func mailAboutTranscriptsIsMail() async throws {
        let mail = "Subject: look\nFrom: a@b.example\n\n" + Self.transcript(Self.head)
        let lines = try await told(mail)
        #expect(lines.count == 1 && lines[0].hasPrefix("t "), "\(lines)")
    }

    @Test func sessionsAndMailGoInTheOrderOfTime() async throws {
        let folder = NSTemporaryDirectory() + "mixed-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let end = ["C: DATA", "S: 354 go"] + Self.message + ["S: 250 ok", #"{"event":"close"}"#]
        try Data(Self.transcript(Self.head + end).utf8).write(to: URL(fileURLWithPath: folder + "/b.ndjson"))
        for (name, day) in [("a", "02"), ("c", "01")] {
            let mail = "Received: from x (x [192.0.2.1]) by mx; \(day) Apr 2024 10:00:00 +0000\nSubject: \(day)\n\nx\n"
            try Data(mail.utf8).write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
        }
        var options = ReplayRun.Options([.path(folder)])
        options.inTimeOrder = true
        let subjects = try await lines(options, policy: Fixture.policy(), environment: Fixture.environment())
            .map { try object($0)["subject"] as? String }
        #expect(subjects == ["01", "02", "hello"])
    }
}
