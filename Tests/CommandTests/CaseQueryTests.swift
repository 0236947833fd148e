import Foundation
import Testing

/// Questions to a case, and the story of a message told from it.
@Suite struct CaseQueryTests {
    private static let judged = [
        "--policy", "\(Place.fixtures)/policy.yaml", "--dns", "snapshot:\(Place.fixtures)/dns.snapshot.ndjson",
    ]

    /// A workplace with the case of the fixtures' archive.
    private static func place() throws -> (Workplace, replayed: Outcome) {
        let place = try Workplace()
        let outcome = try place.assay(
            ["replay", "\(Place.fixtures)/archive", "--labels", "\(Place.fixtures)/labels.tsv"] + judged
                + ["--case", "a.case", "--format", "ndjson"])
        #expect(outcome.code == 0 && outcome.errors.isEmpty && outcome.lines.count == 109)
        return (place, outcome)
    }

    struct Question: Sendable, CustomTestStringConvertible {
        let filters: String
        /// Whether a replay line is among the answers.
        let holds: @Sendable ([String: Any]) -> Bool
        var testDescription: String { filters }
    }

    @Test(arguments: [
        Question(filters: "", holds: { _ in true }),
        Question(filters: "--symbol SPF_FAIL", holds: { symbols($0).contains("SPF_FAIL") }),
        Question(
            filters: "--symbol SPF_FAIL --symbol DKIM_PASS",
            holds: { symbols($0).contains("SPF_FAIL") && symbols($0).contains("DKIM_PASS") }),
        Question(filters: "--disposition reject", holds: { verdict($0, "disposition") == "reject" }),
        Question(
            filters: "--disposition reject --disposition tag",
            holds: { ["reject", "tag"].contains(verdict($0, "disposition")) }),
        Question(
            filters: "--domain partner.example --domain example.net --label ham --label spam",
            holds: { line in
                let hasDomain = addresses(line).contains { address in
                    ["partner.example", "example.net"].contains {
                        address.hasSuffix("@" + $0) || address.hasSuffix("." + $0)
                    }
                }
                return hasDomain && line["label"] is String
            }),
        Question(
            filters: "--network 203.0.113.0/24 --network 198.51.100.0/24",
            holds: { ip($0).hasPrefix("203.0.113.") || ip($0).hasPrefix("198.51.100.") }),
        Question(filters: "--label spam", holds: { $0["label"] as? String == "spam" }),
        Question(filters: "--address Olga@Partner.Example", holds: { addresses($0).contains("olga@partner.example") }),
        Question(
            filters: "--domain partner.example",
            holds: { addresses($0).contains { $0.hasSuffix("@partner.example") || $0.hasSuffix(".partner.example") } }),
        Question(filters: "--network 203.0.113.0/24", holds: { ip($0).hasPrefix("203.0.113.") }),
        Question(filters: "--since 2024-05-01", holds: { ($0["time"] as? String).map { $0 >= "2024-05-01" } ?? true }),
        Question(filters: "--until 2024-05-01", holds: { ($0["time"] as? String).map { $0 < "2024-05-01" } ?? true }),
        Question(
            filters: "--subject RÜCKFRAGE",
            holds: { ($0["subject"] as? String ?? "").lowercased().contains("rückfrage") }),
        Question(
            filters: "--symbol DKIM_PASS --disposition accept --label ham",
            holds: {
                symbols($0).contains("DKIM_PASS") && verdict($0, "disposition") == "accept"
                    && $0["label"] as? String == "ham"
            }),
        Question(
            filters: "--stage spf",
            holds: { findings($0).contains { $0["stage"] as? String == "spf" } }),
    ])
    func filtersAgreeWithTheLines(_ question: Question) throws {
        let (place, replayed) = try Self.place()
        let wanted = try replayed.objects().enumerated().filter { question.holds($0.element) }.map { $0.offset + 1 }
        #expect(!wanted.isEmpty)
        let outcome = try place.assay(
            ["query", "a.case", "--format", "ndjson"] + question.filters.split(separator: " ").map(String.init))
        #expect(outcome.code == 0)
        #expect(try outcome.objects().map { $0["message"] as? Int } == wanted)
    }

    @Test func everyLineComesBackByteForByte() throws {
        let (place, replayed) = try Self.place()
        for (index, line) in replayed.lines.enumerated() where index % 9 == 0 {
            let outcome = try place.assay(["explain", "a.case#\(index + 1)", "--format", "ndjson"])
            #expect(outcome.output == line + "\n")
        }
        let story = try place.assay(["explain", "a.case#25"])
        #expect(story.output.contains("because        SPF_FAIL means reject"))
        #expect(
            story.output.hasSuffix(
                "Told by run 1 of a.case; the message itself is in \(Place.fixtures)/archive/inbound.mbox#25\n"))
    }

    /// A message of a case is ruled on anew by a policy that is named.
    @Test func anotherPolicyRulesAnew() throws {
        let (place, _) = try Self.place()
        try place.write("mild.yaml", "version: 1\nactions:\n  SPF_FAIL: score\nthresholds:\n  tag: 50\n")
        let story = try place.assay(["explain", "a.case#25", "--policy", "mild.yaml"])
        #expect(story.code == 0)
        #expect(!story.output.contains("because        SPF_FAIL means reject"))
        #expect(story.output.contains("  mild.yaml:5:8\n"))
        #expect(story.output.contains("Told by run 1 of a.case, ruled on anew by the policy named here"))
    }

    @Test func formsOfTheAnswer() throws {
        let (place, _) = try Self.place()
        let sql = "SELECT 'a,\"b' AS x, 1 AS y, 2.5 AS z, NULL AS n, 'two' AS y"
        let csv = try place.assay(["query", "a.case", "--sql", sql, "--format", "csv"])
        #expect(csv.output == "x,y,z,n,y:2\r\n\"a,\"\"b\",1,2.5,,two\r\n")
        let ndjson = try place.assay(["query", "a.case", "--sql", sql, "--format", "ndjson"])
        #expect(ndjson.output == #"{"n":null,"x":"a,\"b","y":1,"y:2":"two","z":2.5}"# + "\n")
        let text = try place.assay(["query", "a.case", "--sql", "SELECT char(27) || '[31m' AS \"c\""])
        #expect(text.output == "  c\n  \\x1b[31m\n")
        let limited = try place.assay(["query", "a.case", "--limit", "2"])
        #expect(limited.lines.count == 4 && limited.lines.last == "  (the first 2; --limit gives more)")
    }

    @Test(arguments: [
        ("query a.case --symbol SPF_FIAL", 64, "no symbol is called 'SPF_FIAL'; did you mean 'SPF_FAIL'?\n"),
        ("query a.case --stage spff", 64, "no stage is called 'spff'; did you mean 'spf'?\n"),
        ("query a.case --run 7", 66, "a.case: there is no run 7\n"),
        ("query missing.case", 66, "missing.case: No such file or directory; check the name\n"),
        ("query m.eml", 65, "m.eml: is no case file\n"),
        ("query other.db", 65, "other.db: is an SQLite database, but no case file\n"),
        (
            "query newer.case", 65,
            "newer.case: the case was written by a newer assay (schema 99, this one knows 9); use that one\n"
        ),
        (
            "query a.case --sql DROP", 64,
            "a.case: only a SELECT is run on a case; views and columns stand in assay-case(5)\n"
        ),
        ("query a.case --sql SELECT@nope", 64, "a.case: no such column: nope\n"),
        (
            "query a.case --sql ATTACH@'x'@AS@y", 64,
            "a.case: only a SELECT is run on a case; views and columns stand in assay-case(5)\n"
        ),
        (
            "query a.case --sql WITH@x@AS@(SELECT@1)@DELETE@FROM@runs", 64,
            "a.case: the statement would write; only a SELECT is run on a case\n"
        ),
        (
            "query a.case --timeout 1 --sql WITH@RECURSIVE@n(i)@AS@(SELECT@1@UNION@ALL@SELECT@i+1@FROM@n)@SELECT@sum(i)@FROM@n",
            69, "a.case: the query was stopped: it took too long\n"
        ),
        ("explain a.case", 64, "a.case: is a case file; name a message of it, such as a.case#1 (see assay query)\n"),
        ("explain a.case#110", 66, "a.case: run 1 has no message 110; it has 109\n"),
        ("explain m.eml --run 1", 64, "--run is for a message of a case file: CASE#N\n"),
        ("check dkim a.case#1", 64, "a.case: is a case file, no archive; see assay explain and assay query\n"),
        ("replay a.case", 64, "a.case: is a case file, no archive; ask it with assay query or assay explain CASE#N\n"),
        ("replay m.eml --case m.eml", 65, "m.eml: is there already and is no case file; name another file\n"),
        ("replay m.eml --case other.db", 65, "other.db: is an SQLite database, but no case file\n"),
        (
            "replay m.eml --case newer.case", 65,
            "newer.case: the case was written by a newer assay (schema 99, this one knows 9); use that one\n"
        ),
        ("replay m.eml --case /nonexistent/x", 74, "/nonexistent/x: cannot be written: No such file or directory\n"),
    ])
    func saysWhatIsWrong(command: String, code: Int, says: String) throws {
        let (place, _) = try Self.place()
        try place.write("m.eml", UsageTests.message)
        _ = try place.bash(
            "python3 -c \"import sqlite3; c = sqlite3.connect('other.db'); c.execute('CREATE TABLE t (x)'); c.commit()\""
        )
        _ = try place.bash(
            "cp a.case newer.case; python3 -c \"import sqlite3; c = sqlite3.connect('newer.case'); c.execute('PRAGMA user_version = 99'); c.commit()\""
        )
        let words = command.split(separator: " ").map { String($0).replacing("@", with: " ") }
        let outcome = try place.assay(words)
        #expect(outcome.code == code)
        #expect(outcome.errors == says)
    }

    /// A case with any bytes flipped gives an answer or an error, never a crash.
    @Test func aDamagedCaseIsAnError() throws {
        let (place, _) = try Self.place()
        let whole = try Data(contentsOf: URL(fileURLWithPath: place.path + "/a.case"))
        var state: UInt64 = 4
        func next(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        for round in 0..<60 {
            var damaged = whole
            for _ in 0..<(1 + next(40)) {
                damaged[round % 3 == 0 ? next(8192) : next(damaged.count)] ^= UInt8(1 << next(8))
            }
            if round % 10 == 9 { damaged = damaged.prefix(next(damaged.count)) }
            try place.write("damaged.case", damaged)
            for command in [
                ["query", "damaged.case", "--symbol", "SPF_FAIL"],
                ["query", "damaged.case", "--sql", "SELECT * FROM finding", "--format", "ndjson"],
                ["explain", "damaged.case#\(1 + next(109))"],
            ] {
                let outcome = try place.assay(command)
                #expect([0, 64, 65, 66, 74].contains(outcome.code), "round \(round): \(command): \(outcome.errors)")
            }
        }
    }
}

extension CaseQueryTests {
    private static func findings(_ line: [String: Any]) -> [[String: Any]] {
        line["findings"] as? [[String: Any]] ?? []
    }

    private static func symbols(_ line: [String: Any]) -> [String] {
        findings(line).compactMap { $0["symbol"] as? String }
    }

    private static func verdict(_ line: [String: Any], _ key: String) -> String? {
        (line["verdict"] as? [String: Any])?[key] as? String
    }

    private static func ip(_ line: [String: Any]) -> String {
        (line["client"] as? [String: Any])?["ip"] as? String ?? ""
    }

    private static func addresses(_ line: [String: Any]) -> [String] {
        let from = (line["header_from"] as? String ?? "").components(separatedBy: ", ")
        let all = from + [line["mail_from"] as? String ?? ""] + (line["rcpt_to"] as? [String] ?? [])
        return all.map { $0.lowercased() }
    }
}
