import Foundation
import Testing

/// `assay transcript import` of logs that tell dialogues, and what is made of them.
@Suite struct DialogueImportTests {
    private static let mdaemon = """
        Wed 2024-05-01 10:00:00.100: [7:1] Session 7; child 1
        Wed 2024-05-01 10:00:00.101: [7:1] Accepting SMTP connection from 192.0.2.1:49152 to 198.51.100.25:25
        Wed 2024-05-01 10:00:00.102: [8:1] Accepting SMTP connection from 192.0.2.2:49153 to 198.51.100.25:25
        Wed 2024-05-01 10:00:00.103: [7:1] --> 220 mx.company.example ESMTP MDaemon
        Wed 2024-05-01 10:00:00.104: [8:1] --> 220 mx.company.example ESMTP MDaemon
        Wed 2024-05-01 10:00:00.200: [7:1] <-- EHLO mail.far.example
        Wed 2024-05-01 10:00:00.201: [7:1] --> 250-mx.company.example Hello
        Wed 2024-05-01 10:00:00.202: [7:1] --> 250 AUTH LOGIN
        Wed 2024-05-01 10:00:00.210: [7:1] <-- AUTH LOGIN
        Wed 2024-05-01 10:00:00.211: [7:1] --> 334 VXNlcm5hbWU6
        Wed 2024-05-01 10:00:00.212: [7:1] <-- YW5u
        Wed 2024-05-01 10:00:00.213: [7:1] --> 334 UGFzc3dvcmQ6
        Wed 2024-05-01 10:00:00.214: [7:1] <-- c2VjcmV0
        Wed 2024-05-01 10:00:00.215: [7:1] --> 535 5.7.8 no
        Wed 2024-05-01 10:00:00.300: [8:1] <-- HELO \u{1B}]0;owned\u{7}
        Wed 2024-05-01 10:00:00.301: [7:1] <-- MAIL FROM:<ann@far.example> SIZE=1200
        Wed 2024-05-01 10:00:00.303: [7:1] --> 250 <ann@far.example>, Sender ok
        Wed 2024-05-01 10:00:00.310: [8:1] --> 250 hello
        Wed 2024-05-01 10:00:00.311: [8:1] <-- MAIL FROM:<bad@evil.example>
        Wed 2024-05-01 10:00:00.312: [8:1] --> 250 Sender ok
        Wed 2024-05-01 10:00:00.313: [8:1] <-- RCPT TO:<nobody@company.example>
        Wed 2024-05-01 10:00:00.314: [8:1] --> 550 5.1.1 Recipient unknown
        Wed 2024-05-01 10:00:00.400: [7:1] <-- RCPT TO:<bob@company.example>
        Wed 2024-05-01 10:00:00.401: [7:1] --> 250 <bob@company.example>, Recipient ok
        Wed 2024-05-01 10:00:00.500: [7:1] <-- DATA
        Wed 2024-05-01 10:00:00.501: [7:1] --> 354 Enter mail, end with <CRLF>.<CRLF>
        Wed 2024-05-01 10:00:00.600: [7:1] Message size: 1200 bytes
        Wed 2024-05-01 10:00:00.603: [7:1] --> 250 Ok, message saved <Message-ID: 1@far.example>
        Wed 2024-05-01 10:00:00.700: [7:1] <-- QUIT
        Wed 2024-05-01 10:00:00.701: [7:1] --> 221 See ya in cyberspace
        Wed 2024-05-01 10:00:00.702: [7:1] SMTP session successful (Bytes in/out: 1400/500)
        Wed 2024-05-01 10:00:00.703: [8:1] SMTP session terminated (Bytes in/out: 100/200)

        """
    private static let swaks = """
        === Trying mx.company.example:25...
        === Connected to mx.company.example.
        <-  220 mx.company.example ESMTP
         -> EHLO pc.example
        <-  250 mx.company.example
         -> MAIL FROM:<ann@pc.example>
        <-  250 2.1.0 Ok
         -> RCPT TO:<bob@company.example>
        <-  250 2.1.5 Ok
         -> DATA
        <-  354 go
         -> Subject: lamps
         -> From: ann@pc.example
         -> 
         -> ..two dots
         -> 
         -> .
        <-  250 2.0.0 Ok: queued as 4F2A1
         -> QUIT
        <-  221 2.0.0 bye
        === Connection closed with remote host.

        """
    private static let policy = """
        version: 1
        local_domains: [company.example]
        stages:
          sender-blocklist:
            entries:
              - sender: ann@far.example

        """

    private static func place() throws -> Workplace {
        let place = try Workplace()
        try place.write("in.log", mdaemon)
        try place.write("swaks.txt", swaks)
        try place.write("policy.yaml", policy)
        return place
    }

    /// Sessions whose lines are mixed come apart, with their ends and times, and without secrets.
    @Test func linesBecomeSessions() throws {
        let place = try Self.place()
        let outcome = try place.assay(["transcript", "import", "in.log"])
        #expect(outcome.code == 0, "\(outcome.errors)")
        #expect(outcome.errors.contains("in.log: 1 of 2 sessions are without their messages"))
        #expect(!outcome.output.contains("c2VjcmV0") && !outcome.output.contains("YW5u"))
        let lines = try outcome.objects()
        let first = lines.filter { $0["session"] as? String == "7:1@2" }
        #expect(first.count + lines.count { $0["session"] as? String == "8:1@3" } == lines.count)
        #expect(first.first?["client"] as? String == "192.0.2.1:49152")
        #expect(first.first?["time"] as? String == "2024-05-01T10:00:00.101Z")
        #expect(first.last?["event"] as? String == "close")
        #expect(first.contains { $0["event"] as? String == "auth" && $0["identity"] as? String == "ann" })
        #expect(first.contains { $0["event"] as? String == "message" && $0["size"] as? Int == 1200 })
    }

    /// Replayed, they meet the policy where they met the server, and the case keeps what that one did.
    @Test func sessionsAreReplayedBesideWhatTheServerDid() throws {
        let place = try Self.place()
        #expect(try place.assay(["transcript", "import", "in.log", "--output", "in.ndjson"]).code == 0)
        let replayed = try place.assay([
            "replay", "in.ndjson", "--policy", "policy.yaml", "--case", "a.case", "--format", "ndjson",
        ])
        #expect(replayed.code == 0, "\(replayed.errors)")
        let lines = try replayed.objects()
        let fates = lines.map { ($0["then"] as? [String: Any])?["outcome"] as? String }
        #expect(fates == ["accepted", "refused"])
        #expect((lines[0]["client"] as? [String: Any])?["ip"] as? String == "192.0.2.1")
        #expect((lines[0]["verdict"] as? [String: Any])?["disposition"] as? String == "reject")

        let asked = try place.assay(["query", "a.case", "--only-changed", "--format", "ndjson"])
        let rows = try asked.objects()
        #expect(asked.code == 0 && rows.count == 2, "\(asked.errors)")
        #expect((rows.first?["then"] as? String)?.hasPrefix("accepted 250 Ok, message saved") ?? false)
        let refused = try place.assay(["query", "a.case", "--then", "refused", "--format", "csv"])
        #expect(refused.output.contains("refused 550 5.1.1 Recipient unknown"))

        let diff = try place.assay(["diff", "a.case", "--recorded"])
        #expect(diff.code == 0, "\(diff.errors)")
        #expect(diff.output.contains("Your server accepted 1 message that this policy would refuse: 1 at MAIL"))
        #expect(diff.output.contains("Your server refused 1 message that this policy would accept"))
        #expect(diff.output.contains("then accepted 250 Ok, message saved"))
        try place.write("open.yaml", "version: 1\n")
        let other = try place.assay(["diff", "a.case", "--recorded", "--policy", "open.yaml", "--format", "ndjson"])
        let totals = try other.objects().last?["totals"] as? [String: Any]
        #expect(totals?["messages"] as? Int == 2, "\(other.errors)")

        let story = try place.assay(["explain", "a.case#1", "--redact"])
        #expect(story.code == 0 && story.output.contains("The server then\n  accepted 250 Ok"), "\(story.errors)")
        #expect(!story.output.contains("ann@") && !story.output.contains("bob@") && story.output.contains("u-"))
        let told = try place.assay(["report", "a.case", "--html", "a.html", "--redact"])
        let page = try place.read("a.html")
        #expect(told.code == 0 && page.contains("What the server did then") && page.contains("far.example"))
        #expect(!page.contains("ann@") && !page.contains("bob@"), "\(told.errors)")
    }

    /// What a log has of a message that is no UTF-8 is in the transcript octet for octet, and so are commands and replies.
    @Test func octetsAreKept() throws {
        let place = try Workplace()
        let stamp = "@400000006632126c0ee6b283 7"
        var log: [UInt8] = []
        for line in [
            "> 220 mx ESMTP ", "< HELO pc.example ", "> 250 hi ", "< MAIL FROM:<ann@far.example> ", "> 250 ok ",
            "< RCPT TO:<bj\u{F6}rn@company.example> ", "> 250 ok ", "< DATA ", "> 354 go ", "< Subject: caf\u{E9} ",
            "<  ",
            "< ..\u{FF} ", "< . ", "> 250 merci, re\u{E7}u ", "< QUIT ", "> 221 bye ",
        ] {
            // Latin-1: an octet for each character.
            log += "\(stamp) \(line)\n".unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }
        }
        try place.write("recordio.log", log)
        let outcome = try place.assay(["transcript", "import", "recordio.log"])
        #expect(outcome.code == 0, "\(outcome.errors)")
        let lines = try outcome.objects()
        let octets = lines.compactMap { ($0["base64"] as? String).flatMap { Data(base64Encoded: $0) } }.map {
            Array($0)
        }
        #expect(
            octets == [
                Array("RCPT TO:<bj".utf8) + [0xF6] + Array("rn@company.example>".utf8),
                Array("Subject: caf".utf8) + [0xE9] + Array("\r\n\r\n.".utf8) + [0xFF] + Array("\r\n".utf8),
                Array("250 merci, re".utf8) + [0xE7, 0x75],
            ])
        try place.write("day.ndjson", outcome.output)
        let replayed = try place.assay(["replay", "day.ndjson", "--format", "ndjson"])
        #expect(replayed.code == 0 && replayed.lines.count == 1, "\(replayed.errors)")
    }

    /// A day of MDaemon: sessions that mix, in and out, with TLS, AUTH, refusals and messages; all lines are known.
    @Test(arguments: [
        (
            MDaemonDay.inbound,
            [
                [
                    "220", "EHLO", "250", "STARTTLS", "220", "tls", "EHLO", "250", "MAIL", "250", "RCPT", "250", "RCPT",
                    "550",
                    "DATA", "354", "message 1234", "250", "QUIT", "221", "close",
                ],
                ["220", "EHLO", "250", "AUTH", "334", "*", "334", "*", "535", "auth failure ann", "close"],
                [
                    "tls", "220", "EHLO", "250", "AUTH", "235", "auth success ann", "MAIL", "250", "RCPT", "250",
                    "DATA", "354",
                    "message 0", "554", "close",
                ],
                ["554", "close"],
            ]
        ),
        (
            MDaemonDay.outbound,
            [
                [
                    "220", "EHLO", "250", "STARTTLS", "220", "tls", "EHLO", "250", "MAIL", "250", "RCPT", "250", "DATA",
                    "354",
                    "message 1234", "250", "QUIT", "221", "close",
                ]
            ]
        ),
    ])
    func sessionsOfMDaemon(log: String, expected: [[String]]) throws {
        let place = try Workplace()
        try place.write("day.log", log)
        let outcome = try place.assay(["transcript", "import", "day.log"])
        #expect(outcome.code == 0 && !outcome.errors.contains("not known"), "\(outcome.errors)")
        var sessions: [(name: String, words: [String])] = []
        for line in try outcome.objects() {
            let name = line["session"] as? String ?? ""
            if sessions.last?.name != name { sessions.append((name, [])) }
            guard let words = MDaemonDay.words(line) else { continue }
            sessions[sessions.count - 1].words.append(words)
        }
        #expect(sessions.map(\.words) == expected, "\(sessions)")
        let joined = outcome.output
        #expect(!joined.contains("secret") && !joined.contains("AGFubg"))
    }

    /// A case without recorded sessions says what is missing.
    @Test(arguments: [["diff", "a.case", "--recorded"], ["query", "a.case", "--only-changed"]])
    func archivesHaveNoFates(arguments: [String]) throws {
        let place = try Self.place()
        try place.write("one.eml", "From: a@far.example\nSubject: x\n\nx\n")
        #expect(try place.assay(["replay", "one.eml", "--case", "a.case"]).code == 0)
        let outcome = try place.assay(arguments)
        #expect(outcome.code == 66 && outcome.errors.contains("no session of which it is recorded"))
    }

    /// What a client prints has its messages, and not its address.
    @Test func whatAClientPrintsHasItsMessages() throws {
        let place = try Self.place()
        let shown = try place.assay(["transcript", "show", "swaks.txt"])
        #expect(shown.code == 0 && shown.output.contains("message of 53 octets, Subject: lamps"), "\(shown.output)")
        let outcome = try place.assay([
            "transcript", "import", "swaks.txt", "--client", "192.0.2.9", "--output", "swaks.ndjson",
        ])
        #expect(outcome.code == 0 && outcome.errors.contains("the log tells no times"), "\(outcome.errors)")
        let lines = try place.assay(["replay", "swaks.ndjson", "--format", "ndjson"]).objects()
        #expect((lines.first?["client"] as? [String: Any])?["ip"] as? String == "192.0.2.9")
        #expect(lines.first?["subject"] as? String == "lamps" && lines.first?["size"] as? Int == 53)
    }

    /// From standard input, compressed, by number; and what is told of what is no dialogue.
    @Test func placesAndMistakes() throws {
        let place = try Self.place()
        let whole = try place.assay(["transcript", "import", "in.log"])
        let piped = try place.assay(["transcript", "import", "-"], input: "\(place.path)/in.log")
        #expect(piped.code == 0 && piped.output == whole.output, "\(piped.errors)")
        #expect(try place.assay(["transcript", "show", "in.log#2"]).output.contains("192.0.2.2"))
        #expect(try place.assay(["transcript", "show", "in.log#8:1@3"]).output.contains("192.0.2.2"))
        #expect(try place.assay(["transcript", "show", "in.log#9"]).code == 66)
        let shown = try place.assay(["transcript", "show", "in.log"])
        #expect(!shown.output.utf8.contains(0x1B) && !shown.output.utf8.contains(7))
        try place.write(
            "postfix.log", "Nov 28 10:00:00 mx postfix/smtpd[100]: connect from a.example[192.0.2.1]\n")
        let none = try place.assay(["transcript", "import", "postfix.log"])
        #expect(none.code == 65 && none.errors.contains("tells no dialogue of SMTP"), "\(none.errors)")
    }
}
