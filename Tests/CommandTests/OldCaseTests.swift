import Foundation
import Testing

/// Cases that earlier versions wrote (`fixtures/cases`) are read as they are, and brought up to date when something is
/// written into them.
@Suite struct OldCaseTests {
    /// What a case has, and the messages of its first run.
    struct Old: Sendable, CustomTestStringConvertible {
        let schema: Int
        let runs: Int

        var testDescription: String { "schema \(schema)" }
        var file: String { "schema-\(schema).sql" }
    }

    private static let cases = [
        Old(schema: 1, runs: 1), Old(schema: 8, runs: 2),
    ]

    /// The messages of `fixtures/archive/inbound.mbox` that were replayed, by their numbers.
    private static let messages = [1, 3, 25, 40, 60]

    @Test(arguments: cases) func rowsHold(_ old: Old) throws {
        let place = try Self.place(old)
        let rows = try place.assay(["query", "old.case", "--run", "1", "--format", "ndjson"]).objects()
        #expect(rows.map { $0["message"] as? Int } == [1, 2, 3, 4, 5])
        #expect(rows.map { $0["score"] as? Double } == [-0.2, -0.4, 4, 4, 4])
        #expect(rows.map { $0["label"] as? String } == ["ham", "ham", "ham", "ham", "spam"])
        #expect(rows.map { $0["disposition"] as? String } == ["accept", "accept", "reject", "reject", "reject"])
        #expect(
            rows.map { $0["mail_from"] as? String } == [
                "hallo@bakery.example", "olga@partner.example", "olga@partner.example", "olga@partner.example",
                "team3@offers.example",
            ])
        let runs = try place.assay(["query", "old.case", "--sql", "SELECT run FROM run", "--format", "ndjson"])
        #expect(runs.lines.count == old.runs, "\(runs.errors)")
        if old.schema >= 8 {
            let sql = "SELECT queue_id, mail_from FROM log_message ORDER BY message"
            let logged = try place.assay(["query", "old.case", "--sql", sql, "--format", "ndjson"]).objects()
            #expect(logged.first?["queue_id"] as? String == "4F2A1B3C4D")
            #expect(logged.first?["mail_from"] as? String == "a@far.example")
            // The key by which names are left out is the case's, and stays.
            let named = try place.assay(["query", "old.case", "--run", "2", "--redact", "--format", "ndjson"]).objects()
            #expect(named.first?["mail_from"] as? String == "u-07915e45ceae@partner.example")
        }
    }

    /// Of all that a fresh case answers about the same mail, an old one says the same, but for what another version's
    /// stages found.
    @Test(arguments: cases) func answersAreThoseOfAFreshCase(_ old: Old) throws {
        let place = try Self.place(old)
        try Self.replay(into: "new.case", at: place)
        func rows(_ name: String) throws -> [String] {
            try place.assay(["query", name, "--run", "1", "--format", "ndjson"]).objects().map { row in
                [
                    "id", "source", "offset", "size", "client", "mail_from", "rcpt_to", "header_from", "subject",
                    "time",
                    "label", "checkpoint", "disposition",
                ].map { "\($0)=\(row[$0] ?? "")" }.joined(separator: " ")
            }
        }
        #expect(try rows("old.case") == rows("new.case"))
        try place.write(
            "trial.yaml",
            """
            version: 1
            local_domains: [company.example]
            trusted_relays: [198.51.100.25]
            actions: {SPF_FAIL: score}

            """)
        func fates(_ name: String) throws -> String {
            let diff = try place.assay([
                "diff", name, "--run", "1", "--policy", "policy.yaml", "--policy", "trial.yaml", "--format", "ndjson",
            ])
            #expect(diff.code == 0, "\(diff.errors)")
            return diff.lines.last ?? ""
        }
        #expect(try fates("old.case") == fates("new.case"))
        #expect(try fates("old.case").contains("\"changed\":3"))
        func figures(_ name: String) throws -> [String] {
            let told = try place.assay(["report", name, "--run", "1", "--json", "\(name).json"])
            #expect(told.code == 0, "\(told.errors)")
            let data = Data(try place.read("\(name).json").utf8)
            let report = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
            return ["messages", "ham", "spam", "dispositions"].map { "\(report[$0] ?? "nothing")" }
        }
        #expect(try figures("old.case") == figures("new.case"))
        let story = try place.assay(["explain", "old.case#3", "--run", "1"])
        #expect(story.code == 0, "\(story.errors)")
        for words in ["SPF_FAIL  4 points", "203.0.113.75", "reply          550 5.7.23", "small.mbox#3"] {
            #expect(story.output.contains(words), "\(words) in \(story.output)")
        }
    }

    /// Questions leave an old case as it is; what is written into it brings it up to date, and all answers stay.
    @Test(arguments: cases) func isBroughtUpToDate(_ old: Old) throws {
        let place = try Self.place(old)
        func answers() throws -> [String] {
            let asked = [
                ["query", "old.case", "--run", "1", "--format", "ndjson"], ["explain", "old.case#3", "--run", "1"],
                ["explain", "old.case#5", "--run", "1", "--format", "ndjson"],
                ["diff", "old.case", "--run", "1", "--policy", "policy.yaml", "--format", "ndjson"],
                ["report", "old.case", "--run", "1", "--csv", "tables"],
            ]
            return try asked.map { arguments in
                let outcome = try place.assay(arguments)
                #expect(outcome.code == 0, "\(arguments): \(outcome.errors)")
                return outcome.output
            } + ["symbols", "flow"].map { try place.read("tables/\($0).csv") }
        }
        let before = try (answers(), place.bytes("old.case"), place.version("old.case"))
        #expect(before.1 == (try place.bytes("old.case")) && before.2 == old.schema)
        try Self.replay(into: "old.case", at: place, session: Place.fixtures + "/transcripts/ordinary.ndjson")
        #expect(try place.version("old.case") > old.schema)
        #expect(try answers() == before.0)
        let then = try place.assay(["query", "old.case", "--then", "accepted", "--format", "ndjson"])
        #expect(then.code == 0 && then.lines.count == 1, "\(then.errors)")
    }
}

extension OldCaseTests {
    /// A folder with the case, the mail that was replayed into it, and the policy of that.
    private static func place(_ old: Old) throws -> Workplace {
        let place = try Workplace()
        // A character for each octet: some messages are no UTF-8.
        let mbox = try String(contentsOfFile: Place.fixtures + "/archive/inbound.mbox", encoding: .isoLatin1)
        let parts = mbox.components(separatedBy: "\nFrom ").enumerated().map { $0 == 0 ? $1 : "From " + $1 }
        let small = messages.map { parts[$0 - 1] + "\n" }.joined()
        try place.write("small.mbox", try #require(small.data(using: .isoLatin1)))
        try place.write(
            "policy.yaml", try String(contentsOfFile: Place.fixtures + "/policy.yaml", encoding: .utf8))
        try place.write(
            "make.py",
            """
            import sqlite3, sys
            case = sqlite3.connect(sys.argv[1])
            if len(sys.argv) > 2:
                case.executescript(open(sys.argv[2], encoding="utf-8").read())
            print(case.execute("PRAGMA user_version").fetchone()[0])

            """)
        let made = try place.run(
            ["python3", "make.py", "old.case", "\(Place.fixtures)/cases/\(old.file)"], seconds: 60)
        #expect(made.code == 0 && made.output == "\(old.schema)\n", "\(made.errors)")
        return place
    }

    private static func replay(into name: String, at place: Workplace, session: String? = nil) throws {
        let labels = session == nil ? ["--labels", Place.fixtures + "/labels.tsv"] : []
        let outcome = try place.assay(
            [
                "replay", session ?? "small.mbox", "--policy", "policy.yaml", "--dns",
                "snapshot:\(Place.fixtures)/dns.snapshot.ndjson", "--case", name, "--format", "ndjson",
            ] + labels)
        #expect(outcome.code == 0, "\(outcome.errors)")
    }
}

extension Workplace {
    /// The octets of a file.
    fileprivate func bytes(_ name: String) throws -> Data {
        try Data(contentsOf: URL(fileURLWithPath: "\(path)/\(name)"))
    }

    /// The version of a case's schema.
    fileprivate func version(_ name: String) throws -> Int {
        let told = try run(["python3", "make.py", name], seconds: 60)
        return Int(told.output.trimmingCharacters(in: .whitespacesAndNewlines)) ?? -1
    }
}
