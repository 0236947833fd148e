import Foundation
import Testing

/// What receiving servers wrote then beside what is found now: `assay diff --recorded-auth`.
@Suite struct DiffTests {
    private static let archive = """
        From ann@partner.example Wed May  1 10:00:00 2024
        Authentication-Results: mx.company.example;
         spf=pass smtp.mailfrom=ann@partner.example; dkim=none; dmarc=pass header.from=partner.example
        Received: from mail.partner.example (mail.partner.example [192.0.2.1])
         by mx.company.example; Wed, 1 May 2024 10:00:00 +0000
        Authentication-Results: mx.company.example; spf=fail smtp.mailfrom=ann@partner.example
        Return-Path: <ann@partner.example>
        From: ann@partner.example
        Subject: agrees

        A message.

        From bob@changed.example Wed May  1 10:01:00 2024
        Received: from mail.changed.example (mail.changed.example [192.0.2.2])
         by mx.company.example; Wed, 1 May 2024 10:01:00 +0000
        Received-SPF: pass (mx.company.example: domain of bob@changed.example designates 192.0.2.2 as permitted
         sender) receiver=mx.company.example; client-ip=192.0.2.2; envelope-from=bob@changed.example
        Authentication-Results: mx.company.example; dkim=pass header.d=changed.example
        Authentication-Results: relay.other.example; spf=neutral smtp.mailfrom=bob@changed.example
        Return-Path: <bob@changed.example>
        From: bob@changed.example
        Subject: differs

        A message.

        From cat@partner.example Wed May  1 10:02:00 2024
        Received: from mail.partner.example (mail.partner.example [192.0.2.1])
         by mx.company.example; Wed, 1 May 2024 10:02:00 +0000
        From: cat@partner.example
        Subject: carries nothing

        A message.

        """

    private static func place() throws -> Workplace {
        let place = try Workplace()
        try place.write("mail.mbox", archive)
        try place.write(
            "zone",
            "partner.example. 60 IN TXT \"v=spf1 ip4:192.0.2.1 -all\"\n"
                + "changed.example. 60 IN TXT \"v=spf1 -all\"\n")
        try place.write(
            "policy.yaml", "version: 1\nlocal_domains: [company.example]\nauthserv_id: mx.company.example\n")
        let replayed = try place.assay([
            "replay", "mail.mbox", "--policy", "policy.yaml", "--dns", "zone:zone", "--case", "a.case", "--format",
            "ndjson",
        ])
        #expect(replayed.code == 0, "\(replayed.errors)")
        return place
    }

    @Test func disagreementsAndSums() throws {
        let place = try Self.place()
        let outcome = try place.assay(["diff", "--recorded-auth", "a.case", "--format", "ndjson"])
        #expect(outcome.code == 0, "\(outcome.errors)")
        let lines = try outcome.objects()
        let told = lines.dropLast().map { line in
            ["message", "method", "domain", "then", "now"].map { "\(line[$0] ?? "")" }.joined(separator: " ")
        }
        #expect(
            told == [
                "1 dmarc partner.example pass none", "2 spf changed.example pass fail",
                "2 dkim changed.example pass none",
            ])
        #expect(lines.dropFirst().first?["source"] as? String == "mail.mbox#2")
        #expect(lines.first?["authserv_id"] as? String == "mx.company.example")
        let totals = try #require(lines.last?["totals"] as? [String: Any])
        #expect(totals["messages"] as? Int == 2)
        #expect(totals["messages_without_results"] as? Int == 1)
        #expect(totals["agreements"] as? Int == 2)
        #expect(totals["disagreements"] as? Int == 3)
    }

    @Test func aTableForPeople() throws {
        let place = try Self.place()
        let outcome = try place.assay(["diff", "--recorded-auth", "a.case"])
        #expect(outcome.output.contains("mail.mbox#2  spf     changed.example  pass  fail"))
        #expect(outcome.output.contains("2 messages with results, 1 without\n"))
        #expect(outcome.output.contains("  spf: 1 agree, 1 disagree\n"))
    }

    /// A policy that rejects is a failure; a field under our name below the sender's own Received is the sender's.
    @Test func failuresAndForgedFields() throws {
        let place = try Workplace()
        func message(_ above: String, _ below: String) -> String {
            """
            From x@bulk.example Wed May  1 10:00:00 2024
            \(above)Received: from bulk.example (bulk.example [192.0.2.9])
             by mx.company.example; Wed, 1 May 2024 10:00:00 +0000
            Received: from home.bulk.example (home.bulk.example [192.0.2.77])
             by bulk.example; Wed, 1 May 2024 09:59:00 +0000
            \(below)Return-Path: <x@bulk.example>
            From: ann@partner.example
            Subject: hello

            A message.


            """
        }
        func field(_ dmarc: String) -> String {
            "Authentication-Results: mx.company.example; dmarc=\(dmarc) header.from=partner.example\n"
        }
        try place.write(
            "mail.mbox",
            message(field("fail"), "") + message("", field("pass")) + message(field("fail"), field("pass")))
        try place.write(
            "zone",
            "bulk.example. 60 IN TXT \"v=spf1 -all\"\n_dmarc.partner.example. 60 IN TXT \"v=DMARC1; p=reject\"\n")
        try place.write(
            "policy.yaml", "version: 1\nlocal_domains: [company.example]\nauthserv_id: mx.company.example\n")
        let replayed = try place.assay([
            "replay", "mail.mbox", "--policy", "policy.yaml", "--dns", "zone:zone", "--case", "a.case", "--format",
            "ndjson",
        ])
        #expect(replayed.code == 0, "\(replayed.errors)")
        let outcome = try place.assay(["diff", "--recorded-auth", "a.case", "--all", "--format", "ndjson"])
        let lines = try outcome.objects()
        let told = lines.dropLast().filter { $0["method"] as? String == "dmarc" }.map { line in
            ["message", "then", "now", "outcome"].map { "\(line[$0] ?? "")" }.joined(separator: " ")
        }
        #expect(told == ["1 fail fail agrees", "3 fail fail agrees"], "\(outcome.output)")
        let totals = try #require(lines.last?["totals"] as? [String: Any])
        #expect(totals["messages_without_results"] as? Int == 1)
    }

    @Test func anotherHostsWord() throws {
        let place = try Self.place()
        let outcome = try place.assay([
            "diff", "--recorded-auth", "a.case", "--authserv-id", "Relay.Other.example", "--all", "--format", "ndjson",
        ])
        let lines = try outcome.objects()
        #expect(lines.first?["then"] as? String == "neutral")
        #expect(lines.first?["outcome"] as? String == "differs")
        #expect((lines.last?["totals"] as? [String: Any])?["messages"] as? Int == 1)
    }

    @Test func whatCannotBeCompared() throws {
        let place = try Self.place()
        let none = try place.assay(["diff", "a.case"])
        #expect(none.code == 64)
        #expect(none.errors.contains("--recorded-auth"))
        #expect(try place.assay(["diff", "--recorded-auth", "gone.case"]).code == 66)
        #expect(try place.assay(["diff", "--recorded-auth", "a.case", "--run", "9"]).code == 66)
        #expect(try place.assay(["diff", "--recorded-auth", "zone"]).code == 65)
        let damaged = try place.bash(
            "command -v sqlite3 >/dev/null || exit 0; cp a.case old.case; "
                + "sqlite3 old.case 'DROP VIEW recorded_field; DROP TABLE recorded_fields; PRAGMA user_version = 1'")
        guard damaged.code == 0, FileManager.default.fileExists(atPath: place.path + "/old.case") else { return }
        let old = try place.assay(["diff", "--recorded-auth", "old.case"])
        #expect(old.code == 65)
        #expect(old.errors.contains("replay its archives again"))
    }

    @Test func spfTellsAllThatIsWantedAtNight() throws {
        let place = try Self.place()
        let text = try place.assay([
            "check", "spf", "--ip", "192.0.2.9", "--helo", "mail.x.example", "--mail-from", "a@changed.example",
            "--dns",
            "zone:zone",
        ])
        #expect(text.output.hasPrefix("fail  changed.example\n"))
        #expect(text.output.contains("  matched      -all (changed.example)\n"))
        #expect(text.output.contains("  record       changed.example: v=spf1 -all\n"))
        let guess = try place.assay([
            "check", "spf", "--ip", "192.0.2.9", "--mail-from", "a@none.example", "--best-guess", "v=spf1 +all",
            "--dns",
            "zone:zone", "--format", "ndjson",
        ])
        let object = try #require(try guess.objects().first)
        #expect(object["result"] as? String == "none")
        #expect(object["best_guess"] as? String == "pass")
        let helo = try place.assay([
            "check", "spf", "--ip", "192.0.2.1", "--helo", "partner.example", "--mail-from", "a@changed.example",
            "--identity", "helo", "--dns", "zone:zone", "--format", "ndjson",
        ])
        #expect(try helo.objects().first?["result"] as? String == "pass")
        let bad = try place.assay([
            "check", "spf", "--ip", "192.0.2.1", "--mail-from", "a@b.example", "--best-guess", "x",
        ])
        #expect(bad.code == 64)
        #expect(bad.errors.contains("no SPF version"))
    }
}
