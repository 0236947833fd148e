import Foundation
import Testing

/// `assay replay --simulate`, `assay tune --simulate`: what stages that remember would have done.
@Suite struct SimulationTests {
    private static let policy = """
        version: 1
        local_domains: [local.example]
        stages:
          greylist: {delay: 5m, allow_clients: [203.0.113.9]}
          tarpit: {recipients: 2, delay: 10s}
          dynamic-screen: {unknown_recipients: 3, simultaneous: 3, spam_traps: 2, resets: 5}
          spam-trap: {addresses: [trap@local.example]}
          throttle: {session: 100}
          spf: {enabled: false}
          dkim: {enabled: false}
        """

    /// A transcript of sessions; the commands of each with their times, in seconds from noon.
    private static func transcript(_ sessions: [(id: String, client: String, [(Int, String, String)])]) -> String {
        var lines: [(Int, String)] = []
        for (id, client, exchanges) in sessions {
            func add(_ second: Int, _ members: [String: Any]) {
                var members = members
                members["session"] = id
                let (hour, minute) = (12 + second / 3600, second / 60 % 60)
                members["time"] = String(format: "2024-05-01T%02d:%02d:%02dZ", hour, minute, second % 60)
                let data = try? JSONSerialization.data(withJSONObject: members, options: .sortedKeys)
                lines.append((second, String(decoding: data ?? Data(), as: UTF8.self)))
            }
            let begin = exchanges.first?.0 ?? 0
            add(begin, ["event": "connect", "client": client + ":4000"])
            add(begin, ["from": "server", "line": "220 mx.local.example ESMTP"])
            for (second, command, reply) in exchanges {
                if command.hasPrefix("=") {
                    add(
                        second,
                        [
                            "event": "message", "base64": Data(command.dropFirst().utf8).base64EncodedString(),
                        ])
                } else {
                    add(second, ["from": "client", "line": command])
                }
                add(second, ["from": "server", "line": reply])
            }
            add(exchanges.last?.0 ?? begin, ["event": "close"])
        }
        return lines.enumerated().sorted { ($0.element.0, $0.offset) < ($1.element.0, $1.offset) }
            .map { $0.element.1 + "\n" }.joined()
    }

    private static func mail(_ second: Int, from sender: String, to recipients: [String], taken: Bool = true)
        -> [(Int, String, String)]
    {
        var exchanges = [(second, "EHLO client.example", "250 mx"), (second, "MAIL FROM:<\(sender)>", "250 ok")]
        exchanges += recipients.map { (second, "RCPT TO:<\($0)>", taken ? "250 ok" : "451 later") }
        if taken {
            exchanges += [
                (second, "DATA", "354 go"),
                (second, "=From: \(sender)\r\nSubject: x\r\n\r\n\(String(repeating: "x", count: 300))\r\n", "250 ok"),
            ]
        }
        return exchanges + [(second + 1, "QUIT", "221 bye")]
    }

    private static let robot: [(Int, String, String)] = [
        (1000, "HELO robot", "250 mx"), (1000, "MAIL FROM:<x@robot.example>", "250 ok"),
        (1010, "RCPT TO:<nobody1@local.example>", "550 5.1.1 no such user"),
        (1020, "RCPT TO:<nobody2@local.example>", "550 5.1.1 no such user"),
        (1030, "RCPT TO:<nobody3@local.example>", "550 5.1.1 no such user"), (1100, "QUIT", "221 bye"),
    ]

    private static let trapped: [(Int, String, String)] =
        mail(1100, from: "z@robot.example", to: ["trap@local.example", "trap@local.example"], taken: false)

    private static let restless: [(Int, String, String)] =
        mail(1100, from: "z@robot.example", to: ["eva@local.example"]).dropLast()
        + (0..<5).map { (1101 + $0, "RSET", "250 ok") }

    private static let sessions: [(id: String, client: String, [(Int, String, String)])] = [
        ("first", "198.51.100.1", mail(0, from: "ann@partner.example", to: ["eva@local.example"], taken: false)),
        ("again", "198.51.100.1", mail(600, from: "ann@partner.example", to: ["eva@local.example"])),
        ("many", "198.51.100.2", mail(700, from: "list@other.example", to: (1...5).map { "user\($0)@local.example" })),
        ("robot", "203.0.113.9", robot),
        ("put-off", "203.0.113.10", robot),
        ("trapped", "203.0.113.11", trapped), ("restless", "203.0.113.12", restless),
        ("banned", "203.0.113.9", mail(1200, from: "y@robot.example", to: ["eva@local.example"])),
        ("beside-1", "203.0.113.20", [(2000, "HELO a", "250 mx"), (2100, "QUIT", "221 bye")]),
        ("beside-2", "203.0.113.20", [(2010, "HELO a", "250 mx"), (2090, "QUIT", "221 bye")]),
        ("beside-3", "203.0.113.20", [(2020, "HELO a", "250 mx"), (2080, "QUIT", "221 bye")]),
        ("alone-1", "203.0.113.30", [(3000, "HELO a", "250 mx"), (3001, "QUIT", "221 bye")]),
        ("alone-2", "203.0.113.30", [(3002, "HELO a", "250 mx"), (3003, "QUIT", "221 bye")]),
        ("alone-3", "203.0.113.30", [(3004, "HELO a", "250 mx"), (3005, "QUIT", "221 bye")]),
    ]

    private static func place() throws -> Workplace {
        let place = try Workplace()
        try place.write("policy.yaml", policy)
        try place.write("a.ndjson", transcript(sessions))
        return place
    }

    private static let replay = [
        "replay", "a.ndjson", "--simulate", "--policy", "policy.yaml", "--dns", "none", "--label", "ham",
    ]

    @Test func tellsWhoIsHeldUp() throws {
        let place = try Self.place()
        let told = try place.assay(Self.replay)
        #expect(told.code == 0, "\(told.errors)")
        for words in [
            "greylisted contacts that passed when they came again", "Delays", "10 min", "Bans", "203.0.113.9",
            "3 unknown recipients in 20 s", "203.0.113.20", "3 connections at a time", "Wanted mail that is hurt",
            "<ann@partner.example>", "greylisted for 10 min", "labelled ham", "tarpitted",
            "refused: 203.0.113.9 is banned for 3 unknown recipients in 20 s",
        ] {
            #expect(told.output.contains(words), "\(words) is missing in \(told.output)")
        }
        // The next hop is not asked about recipients that are put off before.
        #expect(!told.output.contains("203.0.113.10"), "\(told.output)")
        // What a session was refused for after its mail stands in the table, and is not mail.
        #expect(told.output.contains("2 spam-trap hits") && told.output.contains("5 RSETs"), "\(told.output)")
        // A recipient that is named twice is not tried again.
        #expect(!told.output.contains("too early"), "\(told.output)")
        // Connections that come one after another are not there at the same time.
        #expect(!told.output.contains("203.0.113.30"), "\(told.output)")
    }

    /// Archives and transcripts in one run, however many jobs, give the same output each time.
    @Test(arguments: ["text", "ndjson"]) func isReproducible(_ format: String) throws {
        let place = try Self.place()
        let inputs = ["a.ndjson", Place.fixtures + "/archive", Place.fixtures + "/transcripts/greylisted.ndjson"]
        let outputs = try ["1", "2", "2"].map { jobs in
            let told = try place.assay(
                ["replay"] + inputs + [
                    "--simulate", "--policy", "policy.yaml", "--dns", "none", "--jobs", jobs, "--format", format,
                ])
            #expect(told.code == 0, "\(told.errors)")
            return told.output
        }
        #expect(Set(outputs).count == 1 && outputs[0].count > 1000)
    }

    /// Into a case, compared with another simulation, and searched for better settings.
    @Test func diffAndTuneWorkOverIt() throws {
        let place = try Self.place()
        #expect(try place.assay(Self.replay + ["--case", "s.case"]).code == 0)
        try place.write("other.yaml", Self.policy.replacingOccurrences(of: "delay: 5m", with: "delay: 1h"))
        var other = Self.replay
        other[4] = "other.yaml"
        let second = try place.assay(other + ["--case", "s.case"])
        #expect(second.code == 0, "\(second.errors)")
        let diff = try place.assay(["diff", "s.case", "--run", "1", "--run", "2"])
        #expect(diff.code == 0 && diff.output.contains("accept"), "\(diff.errors) \(diff.output)")

        let tuned = try place.assay(["tune", "s.case", "--run", "1", "--simulate", "--overlay", "better.yaml"])
        #expect(tuned.code == 0, "\(tuned.errors)")
        let hurt = try #require(tuned.output.range(of: "Wanted mail that the best"))
        let choices = try #require(tuned.output.range(of: "Choices, one stage at a time"))
        #expect(hurt.lowerBound < choices.lowerBound)
        #expect(tuned.output.contains("enabled: true, unknown_recipients: 10"), "\(tuned.output)")
        #expect(try place.assay(["policy", "check", "policy.yaml", "better.yaml"]).code == 0)
        // All of it is wanted, so what hurts nobody is best.
        let better = try place.assay([
            "replay", "a.ndjson", "--simulate", "--policy", "policy.yaml", "--policy", "better.yaml", "--dns", "none",
            "--label", "ham",
        ])
        #expect(!better.output.contains("Wanted mail that is hurt"), "\(better.output)")
        let lines = try place.assay(["tune", "s.case", "--run", "1", "--simulate", "--format", "ndjson"])
        let again = try place.assay(["tune", "s.case", "--run", "1", "--simulate", "--format", "ndjson"])
        #expect(lines.output == again.output)
        let objects = try lines.objects()
        // What is asked again does what it did when the messages were there.
        #expect(objects.first?["wanted_refused"] as? Int == 3, "\(objects.first ?? [:])")
        #expect(objects.count > 50)
    }

    @Test func aPlainRunIsNoSimulation() throws {
        let place = try Self.place()
        let plain = Self.replay.filter { $0 != "--simulate" }
        #expect(try place.assay(plain + ["--case", "p.case"]).code == 0)
        let tuned = try place.assay(["tune", "p.case", "--simulate"])
        #expect(tuned.code == 65 && tuned.errors.contains("is no simulation"), "\(tuned.errors)")
    }

    /// A message that was refused before it could come takes nothing of a shared rate.
    @Test func whatWasRefusedBeforeSlowsNobody() throws {
        let place = try Workplace()
        try place.write(
            "policy.yaml",
            """
            version: 1
            stages:
              ip-screen: {entries: [{address: 192.0.2.1}]}
              throttle: {shared: 1000}
              spf: {enabled: false}
              dkim: {enabled: false}
            """)
        func session(_ name: String, _ client: String) -> String {
            let text = Data("Subject: x\r\n\r\n\(String(repeating: "x", count: 900))\r\n".utf8).base64EncodedString()
            return [
                #""event":"connect","client":"\#(client):4312""#, #""from":"server","line":"220 mx.example""#,
                #""from":"client","line":"EHLO client.example""#, #""from":"server","line":"250 mx.example""#,
                #""from":"client","line":"MAIL FROM:<a@b.example>""#, #""from":"server","line":"250 ok""#,
                #""from":"client","line":"RCPT TO:<c@d.example>""#, #""from":"server","line":"250 ok""#,
                #""from":"client","line":"DATA""#, #""from":"server","line":"354 go""#,
                #""event":"message","base64":"\#(text)""#, #""from":"server","line":"250 ok""#, #""event":"close""#,
            ].map { #"{"session":"\#(name)","time":"2024-05-01T10:00:00Z",\#($0)}"# + "\n" }.joined()
        }
        try place.write("t.ndjson", session("a", "192.0.2.1") + session("b", "192.0.2.1") + session("c", "192.0.2.9"))
        let outcome = try place.assay([
            "replay", "t.ndjson", "--simulate", "--policy", "policy.yaml", "--format", "ndjson",
        ])
        let lines = try outcome.objects()
        let slowed = lines.filter { line in
            (line["findings"] as? [[String: Any]] ?? []).contains { $0["symbol"] as? String == "THROTTLE_SLOWED" }
        }
        #expect(lines.count == 3 && slowed.isEmpty, "\(outcome)")
    }
}
