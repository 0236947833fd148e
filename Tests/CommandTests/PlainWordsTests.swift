import Foundation
import Testing

/// What commands say to somebody who got something wrong, or has nothing to ask about.
@Suite struct PlainWordsTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let command: String
        var files: [String: String] = [:]
        var code = 0
        /// What standard output or standard error has, in this order.
        let says: [String]
        /// What neither has.
        var saysNot: [String] = []
        var testDescription: String { command }
    }

    private static let rules = """
        body OK /okay/
        body BAD /(/
        header EV eval:no_such_function()
        meta M1 OK && NOSUCH
        score BAZ 3

        """

    private static let message = "From: a@b.example\nSubject: x\n\nhello\n"
    private static let snapshot =
        #"{"name":"a.test","type":"A","rcode":"NOERROR","rdata":["192.0.2.1"],"ttl":77,"captured":"2024-01-01T00:00:00Z"}"#
        + "\n"

    @Test(arguments: [
        Case(
            command: "check spf --ip 192.0.2.1 --mail-from a@b.example",
            says: ["temperror", "the DNS was not asked: --dns system asks it"], saysNot: ["no recorded answer"]),
        Case(
            command: "check reverse --ip 192.0.2.1",
            says: ["unrecorded", "the DNS was not asked: --dns system asks it"]),
        Case(
            command: "check spf --ip 192.0.2.1 --mail-from a@b.example --dns snapshot:s", files: ["s": snapshot],
            says: ["no recorded answer"], saysNot: ["was not asked"]),
        Case(
            command: "check spf --ip 192.0.2.1 --mail-from 'not an address'", code: 64,
            says: ["--mail-from is an address alone, as in ann@example.org"]),
        Case(command: "check authres m", files: ["m": message], says: ["none"]),
        Case(command: "check authres m --format ndjson", files: ["m": message], says: [#""result":"none""#]),
        Case(
            command: "dns lookup a.test A --dns snapshot:s", files: ["s": snapshot],
            says: ["77", "2024-01-01T00:00:00Z", "192.0.2.1"]),
        Case(
            command: "dns lookup a.test A --dns snapshot:s --format ndjson", files: ["s": snapshot],
            says: [#""captured":"2024-01-01T00:00:00Z""#, #""ttl":77"#]),
        Case(command: "dns show s", files: ["s": ""], says: ["s: nothing is recorded in it"]),
        Case(command: "dns record e/names", files: ["e/names": "a.test\n"], code: 64, says: ["--names e/names"]),
        Case(
            command: "explain m --id 72", files: ["m": message], code: 64,
            says: ["--id 72: give at least 4 digits of the id"]),
        Case(
            command: "rules check r.cf", files: ["r.cf": rules], code: 65,
            says: [
                "r.cf:2: BAD", "r.cf:3: EV: there is no function no_such_function()",
                "r.cf:4: warning: M1: there is no rule NOSUCH", "r.cf:5: warning: score: there is no rule BAZ",
                "3 rules in 1 file, 2 problems, 2 warnings",
            ]),
        Case(
            command: "rules why BAD m --rules r.cf", files: ["r.cf": rules, "m": message], code: 65,
            says: ["r.cf:2: BAD cannot be used"], saysNot: ["there is no rule"]),
        Case(
            command: "rules why NONE m --rules r.cf", files: ["r.cf": rules, "m": message], code: 64,
            says: ["there is no rule NONE"]),
        Case(command: "rules list --rules d", files: ["d/x": ""], code: 66, says: ["d: no rule files"]),
        Case(command: "quarantine list --folder d", files: ["d/x": ""], code: 66, says: ["d: is no quarantine"]),
        Case(
            command: "quarantine list --folder d --symbol SPF_FIAL", files: ["d/content/x": ""], code: 64,
            says: ["no symbol is called 'SPF_FIAL'; did you mean 'SPF_FAIL'?"]),
        Case(
            command: "replay m --as-recorded", files: ["m": message], code: 64,
            says: ["--as-recorded is for recorded sessions"]),
        Case(
            command: "replay m --since 2024-02-01 --until 2024-01-01", files: ["m": message], code: 64,
            says: ["nothing lies between them"]),
        Case(command: "replay m --labels l", files: ["m": message, "l": ""], says: ["l: no label is in it"]),
        Case(command: "repaly m", code: 64, says: ["there is no command 'repaly'; did you mean 'replay'?"]),
        Case(
            command: "policy chek m", code: 64,
            says: ["assay policy: there is no command 'chek'; did you mean 'check'?"]),
        Case(command: "query c --csv", code: 64, says: ["there is no option --csv; --format csv"]),
        Case(command: "tune c --cost-ratio -1", code: 64, says: ["--cost-ratio is a number above 0"]),
        Case(command: "replay m --jobs -1", code: 64, says: ["--jobs is a number from 1 to 256"]),
        Case(command: "report --help", says: ["scores of ham and spam with"]),
    ])
    func tellsWhatIsTheMatter(_ item: Case) throws {
        let place = try Workplace()
        for (name, text) in item.files { try place.write(name, text) }
        let outcome = try place.bash("$ASSAY \(item.command)")
        #expect(outcome.code == item.code, "\(outcome.output)\(outcome.errors)")
        let said = (outcome.output + outcome.errors).split(whereSeparator: \.isWhitespace).joined(separator: " ")
        var rest = said[...]
        for words in item.says {
            guard let place = rest.range(of: words) else {
                Issue.record("'\(words)' is missing in: \(said)")
                return
            }
            rest = rest[place.upperBound...]
        }
        for words in item.saysNot { #expect(!said.contains(words), "\(said)") }
    }

    /// A case of one message: what is asked of it and not there.
    @Test func aCaseSaysWhatItHasNot() throws {
        let place = try Workplace()
        try place.write("m.eml", Self.message)
        try place.write("n.eml", Self.message + "more\n")
        #expect(try place.assay(["replay", "m.eml", "--case", "c"]).code == 0)
        let absent = try place.assay(["query", "c", "--message", "99"])
        #expect(absent.code == 66 && absent.errors.contains("run 1 has no message 99"), "\(absent.errors)")
        #expect(try place.assay(["query", "c", "--subject", "zzz"]).output == "nothing was found\n")
        let list = try place.assay(["query", "c", "--sql", "select 1; select 2"])
        #expect(list.code == 64 && list.errors.contains("one SELECT at a time"), "\(list.errors)")
        try place.write("l.tsv", "sha256:\(String(repeating: "0", count: 64))\tham\n")
        let labels = try place.assay(["label", "c", "--import", "l.tsv"])
        #expect(labels.code == 65 && labels.errors.contains("none was taken"), "\(labels.errors)")
        // Numbers run on over the runs of a case.
        #expect(try place.assay(["replay", "n.eml", "--case", "c"]).code == 0)
        let other = try place.assay(["explain", "c#1"])
        #expect(other.code == 66 && other.errors.contains("run 1 has it: --run 1"), "\(other.errors)")
        let html = try place.assay(["report", "c", "--html", "nowhere/r.html"])
        #expect(html.code == 74 && !html.errors.contains(".part"), "\(html.errors)")
    }

    /// Nobody at the address: the host says so, and so do we.
    @Test func aSilentPortIsNoTimeOut() throws {
        let outcome = try Workplace().assay(["dns", "lookup", "a.test", "A", "--dns", "server:127.0.0.1:9"])
        #expect(outcome.code == 69 && outcome.errors.contains("127.0.0.1:9: nobody listens there"), "\(outcome.errors)")
    }

    /// A session in which nobody sends anything is no accepted message, in a replay, a case or a report.
    @Test func sessionsAreNoMessages() throws {
        let place = try Workplace()
        let lines = [
            #""event":"connect","client":"192.0.2.7:4312""#, #""from":"server","line":"421 busy""#, #""event":"close""#,
        ]
        try place.write(
            "t.ndjson",
            lines.map { #"{"session":"a","time":"2024-05-01T10:00:00Z",\#($0)}"# + "\n" }.joined())
        let told = try place.assay(["replay", "t.ndjson", "--case", "c"])
        #expect(told.output.contains("0 messages, 1 session without a message"), "\(told.output)\(told.errors)")
        #expect(!told.output.contains("100.0 %  accept"))
        let rows = try place.assay(["query", "c"])
        #expect(rows.output.contains("(1 session without a message among them)"), "\(rows.output)")
        #expect(try place.assay(["report", "c", "--json", "r.json"]).code == 0)
        let json = try #require(
            try JSONSerialization.jsonObject(with: Data(try place.read("r.json").utf8)) as? [String: Any])
        #expect(json["messages"] as? Int == 0 && json["without_message"] as? Int == 1)
    }
}
