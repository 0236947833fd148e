import Foundation
import Testing

/// `assay replay --simulate --logs`: sessions that nothing but a log tells of.
@Suite struct LoggedSimulationTests {
    private static let policy = """
        version: 1
        local_domains: [c.example]
        stages:
          greylist: {delay: 5m, allow_clients: [203.0.113.9]}
          tarpit: {recipients: 2, delay: 10s}
          dynamic-screen: {unknown_recipients: 4}
          throttle: {connections: 6, window: 1h}
          spf: {enabled: false}
          dkim: {enabled: false}
        """

    private static func time(_ second: Int) -> String {
        String(format: "Nov 28 10:%02d:%02d mx postfix", second / 60, second % 60)
    }

    /// Mail that a server took.
    private static func mail(_ second: Int, _ id: String, _ client: String, _ sender: String, to recipient: String)
        -> String
    {
        let time = time(second)
        return """
            \(time)/smtpd[9]: connect from out.a.example[\(client)]
            \(time)/smtpd[9]: \(id): client=out.a.example[\(client)]
            \(time)/cleanup[8]: \(id): message-id=<\(id)@a.example>
            \(time)/smtpd[9]: disconnect from out.a.example[\(client)] ehlo=1 mail=1 rcpt=1 data=1 quit=1 commands=5
            \(time)/qmgr[7]: \(id): from=<\(sender)>, size=700, nrcpt=1 (queue active)
            \(time)/lmtp[6]: \(id): to=<\(recipient)>, relay=box[private/lmtp], delay=1, delays=1/0/0/0, dsn=2.0.0, status=sent (250 ok)
            \(time)/qmgr[7]: \(id): removed

            """
    }

    private static func refusal(
        _ second: Int, _ client: String, _ sender: String, _ recipients: [String], _ reply: String
    ) -> String {
        let time = time(second)
        let lines = recipients.map {
            "\(time)/smtpd[9]: NOQUEUE: reject: RCPT from unknown[\(client)]: \(reply.replacing("%", with: "<\($0)>")); from=<\(sender)> to=<\($0)> proto=ESMTP helo=<out.a.example>\n"
        }
        return "\(time)/smtpd[9]: connect from unknown[\(client)]\n" + lines.joined()
            + "\(time)/smtpd[9]: disconnect from unknown[\(client)]\n"
    }

    private static let unknown = "550 5.1.1 %: Recipient address rejected: User unknown in local recipient table"
    private static let greylisted = "450 4.2.0 %: Recipient address rejected: Greylisted"

    /// A sender that is greylisted and comes again, one whose mail is in the archive, a robot that guesses recipients, and
    /// what it does when it would have been banned.
    private static let log =
        refusal(0, "192.0.2.1", "ann@a.example", ["eva@c.example"], greylisted)
        + refusal(60, "203.0.113.9", "x@robot.example", (1...6).map { "guess\($0)@c.example" }, unknown)
        + mail(120, "0F5383D901", "203.0.113.9", "y@robot.example", to: "eva@c.example")
        + mail(600, "0F5383D902", "192.0.2.1", "ann@a.example", to: "eva@c.example")
        + mail(700, "0F5383D903", "192.0.2.50", "joe@b.example", to: "eva@c.example")

    /// The copy of one of the messages.
    private static let archive = """
        From joe@b.example Sat Nov 28 10:11:40 2026
        Return-Path: <joe@b.example>
        Received: from out.a.example (out.a.example [192.0.2.50])
        \tby mx.c.example (Postfix) with ESMTP id 0F5383D903
        \tfor <eva@c.example>; Sat, 28 Nov 2026 10:11:40 +0000
        Message-ID: <0F5383D903@a.example>
        From: joe@b.example
        Subject: kept

        x

        """

    private static func place() throws -> Workplace {
        let place = try Workplace()
        try place.write("policy.yaml", policy)
        try place.write("mail.log", log)
        try place.write("kept.mbox", archive)
        return place
    }

    private static let options = [
        "--simulate", "--policy", "policy.yaml", "--dns", "none", "--log-year", "2026", "--logs", "mail.log",
    ]

    @Test func tellsWhoWouldHaveBeenHeldUp() throws {
        let place = try Self.place()
        let told = try place.assay(["replay"] + Self.options)
        #expect(told.code == 0, "\(told.errors)")
        for words in [
            "greylisted contacts that passed when they came again", "10 min", "Bans", "203.0.113.9",
            "4 unknown recipients",
        ] {
            #expect(told.output.contains(words), "\(words) is missing in \(told.output)")
        }
    }

    @Test func whatIsKnownIsKnownByTheLog() throws {
        let place = try Self.place()
        let told = try place.assay(["replay", "kept.mbox"] + Self.options + ["--format", "ndjson"])
        #expect(told.code == 0, "\(told.errors)")
        let lines = try told.output.split(separator: "\n").map {
            try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
        }
        // The message that the archive has is there once, with its bytes.
        let kept = lines.filter { ($0["mail_from"] as? String)?.contains("joe@b.example") ?? false }
        #expect(kept.count == 1 && kept.first?["subject"] as? String == "kept", "\(kept)")
        let first = try #require(lines.first)
        let provenance = first["provenance"] as? [String: Any]
        #expect(provenance?["client"] as? String == "observed(log)" && first["source"] as? String == "mail.log#1")
        #expect(provenance?["mail_from"] as? String == "observed(log)", "\(first)")
        // What the server did then stands beside it: it greylisted too.
        #expect((first["then"] as? [String: Any])?["outcome"] as? String == "refused")
        let symbols = lines.map { line in
            (line["findings"] as? [[String: Any]] ?? []).compactMap { $0["symbol"] as? String }
        }
        #expect(symbols[0].contains("GREYLIST_FIRST"), "\(symbols)")
        #expect(symbols.contains { $0.contains("DYNAMIC_SCREEN_BANNED") }, "\(symbols)")
        #expect(symbols.contains { $0.contains("TARPIT_DELAYED") }, "\(symbols)")
        // Nothing is guessed of a message that nobody kept, and of a greeting that no line tells.
        let taken = lines.first { ($0["mail_from"] as? String)?.contains("y@robot.example") ?? false }
        let missing = (taken?["not_evaluated"] as? [[String: Any]] ?? []).compactMap { $0["reason"] as? String }
        #expect(missing.contains("unknown after rcpt") && missing.contains("HELO name not known"), "\(missing)")
    }

    @Test(arguments: ["text", "ndjson"]) func isReproducible(_ format: String) throws {
        let place = try Self.place()
        let outputs = try ["1", "2", "2"].map { jobs in
            let told = try place.assay(
                ["replay", "kept.mbox", Place.fixtures + "/transcripts/greylisted.ndjson"] + Self.options
                    + ["--jobs", jobs, "--format", format])
            #expect(told.code == 0, "\(told.errors)")
            return told.output
        }
        #expect(Set(outputs).count == 1 && outputs[0].count > 1000)
    }

    /// Without a simulation, logs only tell more of what archives have.
    @Test func onlyASimulationNeedsNoArchive() throws {
        let place = try Self.place()
        #expect(try place.assay(["replay", "--logs", "mail.log"]).code == 64)
        let told = try place.assay(["replay"] + Self.options + ["--case", "s.case"])
        #expect(told.code == 0, "\(told.errors)")
        let listed = try place.assay(["query", "s.case", "--symbol", "GREYLIST_FIRST"])
        #expect(listed.code == 0 && listed.output.contains("mail.log#1"), "\(listed.errors) \(listed.output)")
    }

    /// Postfix tells the greeting of a session in refusals alone; who authenticated, and who did not, counts without it.
    @Test func authenticationCountsWithoutAGreeting() throws {
        let place = try Workplace()
        let policy = """
            version: 1
            local_domains: [c.example]
            stages:
              dynamic-screen: {failed_authentications: 3, ban: 10m}
              smtp-auth: {enabled: true}
              spf: {enabled: false}
            """
        let failure = "warning: unknown[203.0.113.9]: SASL LOGIN authentication failed: UGFzc3dvcmQ6"
        let refusal =
            "NOQUEUE: reject: RCPT from unknown[203.0.113.9]: 554 5.7.1 <b@d.example>: Relay access denied; "
            + "from=<a@b.example> to=<b@d.example> proto=ESMTP"
        let log =
            "\(Self.time(0))/smtpd[9]: connect from unknown[203.0.113.9]\n"
            + (1...3).map { "\(Self.time($0))/smtpd[9]: \(failure)\n" }.joined()
            + "\(Self.time(4))/smtpd[9]: \(refusal)\n\(Self.time(5))/smtpd[9]: disconnect from unknown[203.0.113.9]\n"
            + Self.mail(60, "0F5383D901", "192.0.2.1", "eva@c.example", to: "ann@a.example").replacing(
                "client=out.a.example[192.0.2.1]",
                with: "client=out.a.example[192.0.2.1], sasl_method=PLAIN, sasl_username=eva@c.example")
        try place.write("policy.yaml", policy)
        try place.write("mail.log", log)
        let outcome = try place.assay([
            "replay", "--simulate", "--policy", "policy.yaml", "--logs", "mail.log", "--log-year", "2024", "--format",
            "ndjson",
        ])
        let lines = try outcome.objects()
        let symbols = lines.map { line in
            Set((line["findings"] as? [[String: Any]] ?? []).compactMap { $0["symbol"] as? String })
        }
        #expect(symbols.count == 2, "\(outcome)")
        #expect(symbols.first?.contains("DYNAMIC_SCREEN_LIMIT") ?? false, "\(symbols)")
        #expect(symbols.last?.contains("SMTP_AUTHENTICATED") ?? false, "\(symbols)")
    }
}
