import Foundation
import Testing

/// `assay report --html`, `--json`, `--csv` and `--compare`.
@Suite struct ReportPageTests {
    /// A case with a message whose header would act on a page that let it.
    private static func place() throws -> Workplace {
        let place = try Workplace()
        try place.write(
            "mail.mbox",
            """
            From ann@partner.example Wed May  1 10:00:00 2024
            Received: from mail.partner.example (mail.partner.example [192.0.2.1])
             by mx.company.example; Wed, 1 May 2024 10:00:00 +0000
            From: "</pre><script>alert(1)</script>" <ann@partner.example>
            Subject: <img src=http://192.0.2.9/x onerror=alert(2)> &amp; "quoted" =?utf-8?q?=E2=80=AEgnp?=

            <script src="http://192.0.2.9/evil.js"></script>

            From bob@partner.example Thu May  2 10:00:00 2024
            From: bob@partner.example
            Subject: plain

            Text.

            """)
        let replayed = try place.assay(["replay", "mail.mbox", "--case", "a.case", "--format", "ndjson"])
        #expect(replayed.code == 0, "\(replayed.errors)")
        return place
    }

    @Test func whatMailHoldsStaysText() throws {
        let place = try Self.place()
        let outcome = try place.assay(["report", "a.case", "--html", "a.html"])
        #expect(outcome.code == 0, "\(outcome.errors)")
        let page = try place.read("a.html")
        #expect(page.components(separatedBy: "<script").count == 2, "a script that is not the page's own")
        #expect(!page.contains("<img"))
        #expect(page.contains("&lt;img src=http://192.0.2.9/x onerror=alert(2)&gt;"))
        #expect(page.contains("\\u{202e}gnp"))
        #expect(page.contains("default-src 'none'"))
        // Nothing is loaded: no element of the page has an address.
        for attribute in [" src=\"", "@import", "url(", "href=\"http"] { #expect(!page.contains(attribute)) }
    }

    @Test func theSameCaseGivesTheSamePage() throws {
        let place = try Self.place()
        for name in ["a.html", "b.html"] {
            _ = try place.assay(["report", "a.case", "--html", name, "--made", "2024-06-01T00:00:00Z"])
        }
        #expect(try place.read("a.html") == place.read("b.html"))
        #expect(try place.read("a.html").contains("2024-06-01T00:00:00Z"))
    }

    /// A time confines the whole report, and says so; mail of unknown time is in none.
    @Test(arguments: [
        (["--since", "2024-05-02"], 1, "from 2024-05-02T00:00:00Z on"),
        (["--until", "2024-05-02"], 1, "before 2024-05-02T00:00:00Z"),
        (["--since", "2030-01-01"], 0, "from 2030-01-01T00:00:00Z on"), ([], 3, "a.case, run 1"),
    ])
    func onlySomeTime(options: [String], messages: Int, title: String) throws {
        let place = try Self.place()
        try place.write("undated.eml", "Subject: undated\n\ntext\n")
        #expect(try place.assay(["replay", "mail.mbox", "undated.eml", "--case", "a.case"]).code == 0)
        let run = try place.assay([
            "query", "a.case", "--sql", "SELECT max(run) AS n FROM verdict", "--format", "ndjson",
        ])
        let number = try #require(try run.objects().first?["n"] as? Int)
        let outcome = try place.assay(["report", "a.case", "--json", "a.json", "--html", "a.html"] + options)
        #expect(outcome.code == 0, "\(outcome.errors)")
        let json = try #require(
            try JSONSerialization.jsonObject(with: Data(place.read("a.json").utf8)) as? [String: Any])
        #expect(json["messages"] as? Int == messages)
        #expect(try place.read("a.html").contains(title.replacing("run 1", with: "run \(number)")))
        let omitted = (json["not_evaluated"] as? [[String: Any]])?.compactMap { $0["messages"] as? Int } ?? []
        #expect(omitted.allSatisfy { $0 <= messages } && omitted.isEmpty == (messages == 0), "\(omitted)")
        if messages < 3 { #expect(!(try place.read("a.html").contains("undated"))) }
    }

    @Test func numbersForPrograms() throws {
        let place = try Workplace()
        let replayed = try place.assay([
            "replay", Place.fixtures + "/archive", "--labels", Place.fixtures + "/labels.tsv", "--case", "a.case",
            "--policy", Place.fixtures + "/policy.yaml", "--dns", "snapshot:\(Place.fixtures)/dns.snapshot.ndjson",
            "--format", "ndjson", "--output", "lines",
        ])
        #expect(replayed.code == 0, "\(replayed.errors)")
        let outcome = try place.assay(["report", "a.case", "--json", "a.json", "--csv", "tables"])
        #expect(outcome.code == 0, "\(outcome.errors)")
        let json = try #require(
            try JSONSerialization.jsonObject(with: Data(place.read("a.json").utf8)) as? [String: Any])
        #expect(json["messages"] as? Int == 109)
        #expect(json["ham"] as? Int == 85)
        let symbols = try #require(json["symbols"] as? [[String: Any]])
        let fail = try #require(symbols.first { $0["symbol"] as? String == "SPF_FAIL" })
        #expect(fail["ham"] as? Int == 2)
        #expect(fail["spam"] as? Int == 11)
        let counted = try place.assay(["query", "a.case", "--symbol", "SPF_FAIL", "--format", "ndjson"])
        #expect(counted.lines.count == fail["messages"] as? Int)
        let flow = try place.read("tables/flow.csv").split(separator: "\r\n").map(String.init)
        #expect(flow.first == "checkpoint,disposition,messages,ham,spam")
        #expect(flow.contains("mail,reject,13,2,11"))
        #expect(flow.dropFirst().compactMap { Int($0.split(separator: ",")[2]) }.reduce(0, +) == 109)
    }

    /// Two cases over the same mail are compared by the messages' ids.
    @Test func twoCasesAreCompared() throws {
        let place = try Self.place()
        try place.write("strict.yaml", "version: 1\nactions: {DKIM_NONE: reject}\n")
        let replayed = try place.assay([
            "replay", "mail.mbox", "--case", "b.case", "--policy", "strict.yaml", "--format", "ndjson",
        ])
        #expect(replayed.code == 0, "\(replayed.errors)")
        let outcome = try place.assay([
            "report", "--compare", "a.case", "b.case", "--html", "c.html", "--format", "ndjson",
        ])
        #expect(outcome.code == 0, "\(outcome.errors)")
        let totals = try #require(try outcome.objects().last?["totals"] as? [String: Any])
        #expect(totals["messages"] as? Int == 2)
        #expect(totals["changed"] as? Int == 2)
        #expect(try place.read("c.html").contains("accept → reject"))
    }

    /// With --redact a comparison names nobody, and who is in both cases has the token of the first case's other output.
    @Test func comparisonsCanLeaveNamesOut() throws {
        let place = try Self.place()
        try place.write("strict.yaml", "version: 1\nactions: {DKIM_NONE: reject}\n")
        let replayed = try place.assay([
            "replay", "mail.mbox", "--case", "ann@partner.example.case", "--policy", "strict.yaml", "--format",
            "ndjson",
        ])
        #expect(replayed.code == 0, "\(replayed.errors)")
        let compared = ["report", "--compare", "a.case", "ann@partner.example.case", "--redact"]
        let lines = try place.assay(compared + ["--html", "c.html", "--format", "ndjson"])
        let text = try place.assay(compared)
        let runs = try place.assay(["diff", "a.case", "--policy", "strict.yaml", "--redact", "--html", "d.html"])
        #expect(lines.code == 0 && text.code == 0 && runs.code == 0, "\(lines.errors)\(text.errors)\(runs.errors)")
        let queried = try place.assay(["query", "a.case", "--redact", "--format", "ndjson"]).objects()
        let (changed, all) = (try lines.objects().dropLast(), [lines.output, text.output, runs.output, lines.errors])
        #expect(changed.count == 2)
        for (one, other) in zip(changed, queried) {
            #expect((one["header_from"] as? String)?.hasSuffix("@partner.example") ?? false)
            #expect(one["header_from"] as? String == other["header_from"] as? String)
            #expect(one["subject"] as? String == other["subject"] as? String)
        }
        for output in try all + [place.read("c.html"), place.read("d.html")] {
            for name in ["ann@", "bob@", "plain", "onerror", "mail.mbox"] {
                #expect(!output.contains(name), "\(name) in \(output)")
            }
        }
    }

    @Test(arguments: [
        (["a.case"], 64, "Say what to report"),
        (["--compare", "a.case"], 64, "--compare takes two cases"),
        (["a.case", "a.case", "--html", "x"], 64, "Name one case"),
        (["a.case", "--html", "a.case"], 64, "overwrite"),
        (["a.case", "--html", "nowhere/a.html"], 74, "nowhere"),
        (["missing.case", "--html", "a.html"], 66, "No such file"),
    ])
    func mistakes(options: [String], code: Int, words: String) throws {
        let place = try Self.place()
        let outcome = try place.assay(["report"] + options)
        #expect(outcome.code == code, "\(outcome.errors)")
        #expect(outcome.errors.contains(words), "\(outcome.errors)")
    }

    /// One class without messages, and scores that are all equal, are told in words, and no number is none.
    @Test(arguments: [["--label", "ham"], [], ["--labels", "both.tsv"]]) func nothingToCompare(labels: [String]) throws
    {
        let place = try Self.place()
        let ids = try place.assay(["replay", "mail.mbox", "--format", "ndjson"]).objects().compactMap {
            $0["id"] as? String
        }
        try place.write("both.tsv", "\(ids[0])\tham\n\(ids[1])\tspam\n")
        let replayed = try place.assay(["replay", "mail.mbox", "--case", "b.case", "--format", "ndjson"] + labels)
        #expect(replayed.code == 0, "\(replayed.errors)")
        let report = try place.assay(["report", "b.case", "--html", "b.html", "--json", "b.json", "--csv", "tables"])
        #expect(report.code == 0, "\(report.errors)")
        let tune = try place.assay(["tune", "b.case"])
        #expect(tune.code == 65)
        #expect(
            tune.errors.contains(
                labels == ["--labels", "both.tsv"] ? "1 message is labelled" : "messages are labelled"))
        let diff = try place.assay([
            "diff", "b.case", "--policy", Place.fixtures + "/policy.yaml", "--format", "ndjson",
        ])
        #expect(diff.code == 0, "\(diff.errors)")
        #expect(try place.assay(["label", "b.case"]).code == 0)
        for text in [
            try place.read("b.html"), try place.read("b.json"), try place.read("tables/scores.csv"), diff.output,
        ] {
            let words = Set(text.lowercased().split { !$0.isLetter })
            #expect(words.isDisjoint(with: ["nan", "inf", "infinity"]))
        }
        if labels != ["--labels", "both.tsv"] { #expect(try place.read("b.html").contains("No ROC curve")) }
    }

    private static let browser = ["/usr/bin/chromium", "/usr/bin/chromium-browser"].first {
        FileManager.default.isExecutableFile(atPath: $0)
    }

    /// A page on a hundred thousand messages is small, and a browser opens, sorts, searches and filters it at once.
    @Test(.enabled(if: browser != nil, "chromium is not installed"))
    func aBrowserUsesALargePage() throws {
        let place = try Workplace()
        let replayed = try place.assay([
            "replay", Place.fixtures + "/archive", "--labels", Place.fixtures + "/labels.tsv", "--case", "a.case",
            "--policy", Place.fixtures + "/policy.yaml", "--dns", "snapshot:\(Place.fixtures)/dns.snapshot.ndjson",
            "--format", "ndjson", "--output", "lines",
        ])
        #expect(replayed.code == 0, "\(replayed.errors)")
        let grown = try place.bash(
            "/usr/bin/python3 \(Place.package)/bench/grow.py a.case large.case 100000", seconds: 600)
        #expect(grown.code == 0, "\(grown.errors)")
        let report = try place.assay(["report", "large.case", "--html", "large.html"], seconds: 600)
        #expect(report.code == 0, "\(report.errors)")
        #expect(try place.read("large.html").utf8.count < 5_000_000)

        let browser = try #require(Self.browser)
        let outcome = try place.bash(
            "mkdir shots; /usr/bin/python3 \(Place.package)/Tests/page.py \(browser) large.html shots; ls shots",
            seconds: 600)
        #expect(outcome.code == 0, "\(outcome.errors)")
        let line = try #require(outcome.lines.first)
        let used = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        #expect(used["in_order"] as? Bool == true)
        #expect(used["filtered"] as? Bool == true)
        #expect(used["story"] as? Bool == true)
        #expect((used["found"] as? [String])?.isEmpty == false)
        #expect((used["requests"] as? [String])?.isEmpty == true, "the page loads something")
        for width in [400, 1400] {
            #expect(used["overflow_\(width)"] as? Int == 0, "wider than \(width) pixels")
            #expect(used["sideways_\(width)"] as? [String] == [], "tables that scroll sideways at \(width) pixels")
        }
        #expect(used["background_light"] as? String != used["background_dark"] as? String)
        #expect(used["printed_inputs"] as? Int == 0)
        #expect(used["printed_wide"] as? [String] == [], "tables that paper cuts off or lays over others")
        #expect(outcome.lines.contains("400-dark.png"))
    }

    /// A browser runs the page's script: the filter counts what it shows.
    @Test(.enabled(if: browser != nil, "chromium is not installed"))
    func aBrowserRunsThePage() throws {
        let place = try Self.place()
        _ = try place.assay(["report", "a.case", "--html", "a.html"])
        let browser = try #require(Self.browser)
        let outcome = try place.bash(
            "timeout 100 \(browser) --headless --no-sandbox --disable-gpu --dump-dom file://\(place.path)/a.html",
            seconds: 120)
        #expect(outcome.output.contains("2 shown"))
    }
}
