import Foundation
import Testing

/// Where labels come from, and `assay label`.
@Suite struct LabelTests {
    /// A message with these further fields, each with its line end.
    private static func mail(_ number: Int, _ fields: String = "") -> String {
        """
        Received: from mail\(number % 7).partner.example (mail.partner.example [192.0.2.\(1 + number % 200)])
         by mx.company.example; Wed, 1 May 2024 10:0\(number % 10):00 +0000
        From: ann@partner.example
        Subject: letter \(number)
        \(fields)
        Text number \(number).

        """
    }

    /// A Maildir in which each source of labels says something.
    private static func maildir() throws -> Workplace {
        let place = try Workplace()
        for folder in ["md", "md/.Junk", "md/.Lists.spam-filter"] {
            for part in ["cur", "new", "tmp"] { try place.write("\(folder)/\(part)/.keep", "") }
        }
        try place.write("md/dovecot-keywords", "0 $Junk\n1 NonJunk\n")
        try place.write("md/cur/1:2,S", mail(1))
        try place.write("md/cur/2:2,Sa", mail(2))
        try place.write("md/cur/3:2,Sb", mail(3, "X-Spam-Flag: YES\n"))
        try place.write("md/cur/4:2,RS", mail(4))
        try place.write("md/cur/5:2,S", mail(5, "X-Spam-Status: No, score=0.1\n"))
        try place.write(
            "md/cur/6:2,S", mail(6, "Authentication-Results: mx.company.example; spf=fail smtp.mailfrom=x.example\n"))
        try place.write("md/.Junk/cur/7:2,S", mail(7))
        try place.write("md/.Junk/cur/8:2,RS", mail(8))
        try place.write("md/.Lists.spam-filter/cur/9:2,S", mail(9))
        return place
    }

    private static func labels(_ place: Workplace, run: Int = 1) throws -> [String: String] {
        let outcome = try place.assay([
            "query", "m.case", "--format", "ndjson", "--sql",
            "SELECT m.subject, l.label || ' ' || l.origin AS word FROM label l JOIN message m USING (message) "
                + "WHERE l.run = \(run)",
        ])
        #expect(outcome.code == 0, "\(outcome.errors)")
        return Dictionary(
            uniqueKeysWithValues: try outcome.objects().map {
                ($0["subject"] as? String ?? "", $0["word"] as? String ?? "")
            })
    }

    private static func replay(_ place: Workplace, _ options: [String] = []) throws {
        let outcome = try place.assay(
            ["replay", "md", "--case", "m.case", "--format", "ndjson", "--output", "lines"] + options)
        #expect(outcome.code == 0, "\(outcome.errors)")
    }

    @Test func eachSourceSpeaks() throws {
        let place = try Self.maildir()
        try Self.replay(place)
        #expect(
            try Self.labels(place) == [
                "letter 2": "spam keyword", "letter 3": "ham keyword", "letter 4": "ham flag",
                "letter 5": "ham verdict", "letter 7": "spam folder", "letter 8": "spam folder",
            ])
        let conflicts = try place.assay(["label", "m.case", "--conflicts", "--format", "ndjson"]).objects()
        #expect(conflicts.count == 2)
        let votes = conflicts.compactMap { $0["votes"] as? [[String: Any]] }.flatMap { $0 }
        #expect(
            votes.contains { $0["origin"] as? String == "verdict" && $0["detail"] as? String == "X-Spam-Flag: YES" })
        let summary = try place.assay(["replay", "md"]).output
        #expect(summary.contains("Where labels come from"))
        #expect(summary.contains("1 spam by folder against flag"))
    }

    /// What the user says beats what an archive says, and a list beats a word for all.
    @Test func theUserIsStronger() throws {
        let place = try Self.maildir()
        let id = try Self.id(of: "letter 7", place)
        try place.write("l.tsv", "\(id)\tham\n")
        try Self.replay(place, ["--label", "spam", "--labels", "l.tsv"])
        let labels = try Self.labels(place)
        #expect(labels["letter 7"] == "ham list")
        #expect(labels["letter 3"] == "spam option")
        #expect(labels.count == 9)
    }

    private static func id(of subject: String, _ place: Workplace) throws -> String {
        let lines = try place.assay(["replay", "md", "--format", "ndjson"]).objects()
        return try #require(lines.first { $0["subject"] as? String == subject }?["id"] as? String)
    }

    @Test func sourcesCanBeLeftOut() throws {
        let place = try Self.maildir()
        try Self.replay(place, ["--label-from", "keyword"])
        #expect(try Self.labels(place) == ["letter 2": "spam keyword", "letter 3": "ham keyword"])
        #expect(try place.assay(["replay", "md", "--label-from", "rumour"]).code == 64)
    }

    /// A message in the inbox in one run and in the junk folder in the next was moved there, and the other way round.
    @Test func movesAreLabels() throws {
        let place = try Self.maildir()
        try Self.replay(place)
        _ = try place.bash("mv md/cur/1:2,S md/.Junk/cur/; mv md/.Junk/cur/7:2,S md/cur/; touch md/cur md/.Junk/cur")
        try Self.replay(place)
        let labels = try Self.labels(place, run: 2)
        #expect(labels["letter 1"] == "spam move")
        #expect(labels["letter 7"] == "ham move")
        #expect(labels["letter 8"] == "spam folder")
    }

    /// An archive's name is a folder's: `spam.mbox` is spam, a list about spam filters is none.
    @Test(arguments: [
        ("spam.mbox", "spam"), ("Junk", "spam"), ("easy_ham_2.mbox", "ham"), ("not-spam.mbox", "ham"),
        ("spam-filter-list.mbox", nil), ("spam and ham.mbox", nil), ("2024-01.mbox", nil),
        ("junk/2024-01.mbox", "spam"),
        ("hamburg.mbox", nil), ("All mail including Spam and Trash.mbox", nil), ("[Gmail].Spam.mbox", "spam"),
    ])
    func namesOfArchives(name: String, label: String?) throws {
        let place = try Workplace()
        try place.write(name, "From ann@partner.example Wed May  1 10:00:00 2024\n\(Self.mail(1))\n")
        let line = try #require(try place.assay(["replay", name, "--format", "ndjson"]).objects().first)
        #expect(line["label"] as? String == label)
    }

    @Test func reviewsHoldInEveryRun() throws {
        let place = try Self.maildir()
        try Self.replay(place)
        let id = try Self.id(of: "letter 7", place)
        #expect(
            try place.assay(["label", "m.case", "--set", "\(id.dropFirst(7).prefix(12))=ham", "--set", "1=spam"]).code
                == 0)
        #expect(try Self.labels(place)["letter 7"] == "ham review")
        let explained = try place.assay(["query", "m.case", "--label", "ham", "--format", "ndjson"]).objects()
        #expect(explained.contains { $0["subject"] as? String == "letter 7" })
        _ = try place.bash("mv md/.Junk md/.Elsewhere")
        try Self.replay(place)
        #expect(try Self.labels(place, run: 2)["letter 7"] == "ham review")
        #expect(try place.assay(["label", "m.case", "--set", "\(id)=none"]).code == 0)
        #expect(try Self.labels(place)["letter 7"] == "spam folder")

        let exported = try place.assay(["label", "m.case", "--export", "--run", "1", "--output", "out.tsv"])
        #expect(exported.code == 0, "\(exported.errors)")
        let again = try place.assay([
            "replay", "md", "--labels", "out.tsv", "--label-from", "none", "--format", "ndjson",
        ])
        #expect(again.errors.isEmpty, "\(again.errors)")
        #expect(try again.objects().count { $0["label"] is String } == 7)
    }

    @Test(arguments: [
        (["--set", "99=ham"], 65, "no message with this number"),
        (["--set", "abcdef012345=ham"], 65, "no message with this id"),
        (["--set", "1=good"], 64, "not understood"),
        (["--import", "unknown.tsv"], 65, "1 of 2 labels are for messages that are not in m.case"),
        (["--import", "missing.tsv"], 66, "missing.tsv"),
        (["--set", "1=ham", "--export"], 64, "Give one of"),
        (["--run", "4", "--list"], 66, "there is no run 4"),
    ])
    func mistakes(options: [String], code: Int, words: String) throws {
        let place = try Self.maildir()
        try Self.replay(place)
        try place.write(
            "unknown.tsv",
            "sha256:\(String(repeating: "0", count: 64))\tham\n\(try Self.id(of: "letter 1", place))\tspam\n")
        let outcome = try place.assay(["label", "m.case"] + options)
        #expect(outcome.code == code, "\(outcome.errors)")
        #expect(outcome.errors.contains(words), "\(outcome.errors)")
        if options.first == "--import", code == 65 { #expect(try Self.labels(place)["letter 1"] == "spam review") }
    }

    /// Conflicts come first; where nothing is a terminal, messages are listed.
    @Test func theMostInformativeComeFirst() throws {
        let place = try Self.maildir()
        try Self.replay(place)
        let lines = try place.assay(["label", "m.case", "--format", "ndjson"]).objects()
        #expect(lines.first?["reasons"] as? [String] == ["sources disagree on its label"])
        #expect(try place.assay(["label", "m.case", "--limit", "3"]).output.contains("sources disagree on its label"))
        #expect(lines.contains { $0["subject"] as? String == "letter 6" })
    }

    /// Keys, undo, a resized window, ^C and a crash, on a real terminal.
    @Test func onATerminal() throws {
        let place = try Self.maildir()
        try Self.replay(place)
        let program = try #require(Place.assay)
        let outcome = try place.bash(
            "/usr/bin/python3 \(Place.package)/Tests/label.py \(program) m.case", seconds: 300)
        #expect(outcome.code == 0, "\(outcome.output)\(outcome.errors)")
        #expect(outcome.output.contains("all ok"))
    }

    /// HTML is shown as text, and where its links point beside the words that they are shown by.
    @Test func whereLinksPoint() throws {
        let place = try Workplace()
        try place.write(
            "m.eml",
            "From: bob@x.example\nSubject: html\nMIME-Version: 1.0\nContent-Type: text/html\n\n<p>Hello <b>Ann</b>, "
                + "<a href='http://192.0.2.9/x'>https://bank.example</a></p><script>alert(1)</script>\n")
        #expect(try place.assay(["replay", "m.eml", "--case", "m.case"]).code == 0)
        let program = try #require(Place.assay)
        let outcome = try place.bash(
            "/usr/bin/python3 \(Place.package)/Tests/label.py \(program) m.case 'Hello Ann, https://bank.example' "
                + "'https://bank.example → http://192.0.2.9/x'")
        #expect(outcome.code == 0, "\(outcome.output)\(outcome.errors)")
    }

    /// Standard input that names archives and messages gives what naming them gives.
    @Test func referencesAreReplayed() throws {
        let place = try Workplace()
        let letters = (1...4).map { "From ann@partner.example Wed May  1 10:00:00 2024\n\(Self.mail($0))\n" }
        try place.write("a.mbox", letters.joined())
        try place.write("b.mbox", letters.reversed().joined())
        let whole = try place.assay(["replay", "a.mbox", "b.mbox", "--format", "ndjson"]).lines
        try place.write("refs", "a.mbox\nb.mbox\n")
        #expect(try place.assay(["replay", "-", "--format", "ndjson"], input: "\(place.path)/refs").lines == whole)
        try place.write("refs", "a.mbox#2\na.mbox#4\nb.mbox#1\n")
        #expect(
            try place.assay(["replay", "-", "--format", "ndjson"], input: "\(place.path)/refs").lines
                == [whole[1], whole[3], whole[4]])
        try place.write("refs", "a.mbox#2\na.mbox#9\n")
        let missing = try place.assay(["replay", "-", "--format", "ndjson"], input: "\(place.path)/refs")
        #expect(missing.lines == [whole[1]])
        #expect(missing.errors.contains("has no message #9"))
        #expect(missing.code == 66, "\(missing.code)")
        try place.write("refs", "a.mbox\nnothing.mbox\n")
        #expect(
            try place.assay(["replay", "-"], input: "\(place.path)/refs").errors.contains("-:2: there is no archive"))
        let empty = try place.assay(["replay", "-", "--format", "ndjson"])
        #expect(empty.code == 0)
        #expect(empty.output.isEmpty)
        // Mail through a pipe is mail, as before.
        let piped = try place.bash("cat a.mbox | $ASSAY replay - --format ndjson | wc -l")
        #expect(piped.output.contains("4"))
    }
}
