import Foundation
import Testing

/// The commands and recipes of assay-tuning(7), run as they stand there.
@Suite struct WalkthroughTests {
    private static let page =
        (try? String(contentsOfFile: Place.package + "/man/assay-tuning.7", encoding: .utf8)) ?? ""

    private static let corpora =
        (ProcessInfo.processInfo.environment["ASSAY_SHARED"] ?? Place.package + "/../shared") + "/corpora"

    private static let hasCorpora = FileManager.default.fileExists(atPath: "\(corpora)/spamassassin/ham.mbox.zst")

    /// The literal text between two marks of the page.
    private static func literal(_ name: String) throws -> [String] {
        let lines = page.split(separator: "\n", omittingEmptySubsequences: false)
        let first = try #require(lines.firstIndex(of: ".\\\" BEGIN \(name)"))
        let last = try #require(lines.firstIndex(of: ".\\\" END \(name)"))
        var isLiteral = false
        var found: [String] = []
        for line in lines[first...last] {
            if line.hasPrefix(".Bd") { isLiteral = true } else if line.hasPrefix(".Ed") { isLiteral = false }
            if isLiteral, !line.hasPrefix(".Bd") { found.append(String(line).replacing("\\e", with: "\\")) }
        }
        return found
    }

    /// The commands between two marks.
    private static func commands(_ name: String) throws -> [String] {
        try literal(name).filter { $0.hasPrefix("$ ") }.map { String($0.dropFirst(2)) }
    }

    /// A place with the files that the page speaks of.
    private static func place() throws -> Workplace {
        let place = try Workplace()
        _ = try place.bash("cp \(Place.fixtures)/tuning/* . && ln -s \(corpora) corpora")
        return place
    }

    private static func run(_ command: String, _ place: Workplace) throws -> Outcome {
        let program = try #require(Place.assay)
        let folder = (program as NSString).deletingLastPathComponent
        return try place.bash("PATH=\(folder):$PATH; \(command)", seconds: 1800)
    }

    /// From archives to an overlay that assayd takes: every command ends well, and the tuned policy is better.
    @Test(.enabled(if: hasCorpora, "the shared corpora are not there (ASSAY_SHARED)"))
    func theWholeWay() throws {
        let place = try Self.place()
        // A mail server for assayd to find: it says what servers say, and takes nothing.
        try place.write(
            "hop.py",
            """
            import socketserver
            class Hop(socketserver.StreamRequestHandler):
                def handle(self):
                    self.wfile.write(b"220 hop.example ESMTP\\r\\n")
                    for line in self.rfile:
                        self.wfile.write(b"250 hop.example\\r\\n")
            with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Hop) as server:
                open("agent.yaml", "w").write(
                    "version: 1\\nagent: {listen: ['127.0.0.1:2525'], next_hop: ['127.0.0.1:%d']}\\n"
                    % server.server_address[1])
                server.serve_forever()
            """)
        for command in try Self.commands("walk") {
            let isServing = command.hasPrefix("assayd")
            let words =
                isServing
                ? "/usr/bin/python3 hop.py & hop=$!; until [ -s agent.yaml ]; do sleep 0.1; done; \(command); code=$?; "
                    + "kill $hop; exit $code" : command
            let outcome = try Self.run(words, place)
            #expect(outcome.code == 0, "\(command): \(outcome.code)\n\(outcome.output)\(outcome.errors)")
        }
        // The same with nothing learned: what the whole way has brought.
        for command in [
            "assay replay corpora/spamassassin/*.zst --policy start.yaml --since 2002-08-20 --case plain.case",
            "assay tune plain.case --overlay plain.yaml --format ndjson --output plain.ndjson",
        ] {
            let outcome = try Self.run(command, place)
            #expect(outcome.code == 0, "\(command): \(outcome.code)\n\(outcome.output)\(outcome.errors)")
        }
        let (tuned, plain) = (try Self.results(in: "tuned.ndjson", place), try Self.results(in: "plain.ndjson", place))
        // At equal mistakes on newer mail, what was learned misses less spam, and what was tuned no more; less where hardly
        // any ham is caught.
        for (share, isLess) in [("0.1", true), ("1", false)] {
            let name = "spam_missed_at_\(share)_percent_of_ham"
            let missed = [try plain("before", name), try tuned("before", name), try tuned("after", name)]
            #expect(missed[1] < missed[0], "\(share) %: \(missed)")
            #expect(isLess ? missed[2] < missed[1] : missed[2] <= missed[1], "\(share) %: \(missed)")
        }
        #expect(try tuned("after", "ham_caught") <= tuned("before", "ham_caught"))
        // Ham refused costs ten times as much as ham tagged: thresholds weigh that on mail not learned from.
        #expect(try tuned("after", "ham_refused") < tuned("before", "ham_refused"))
        func cost(_ time: String) throws -> Double {
            try 5 * tuned(time, "ham_caught") + 45 * tuned(time, "ham_refused") + tuned(time, "spam_missed")
        }
        #expect(try cost("after") < cost("before"))
        #expect(try place.read("mail.html").contains("What the policy does to this mail"))
    }

    /// The counts that `assay tune` tells, by when and of what.
    private static func results(
        in file: String, _ place: Workplace
    ) throws -> (_ time: String, _ name: String) throws -> Double {
        let lines = try place.read(file).split(separator: "\n").map {
            try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
        }
        let results = try #require(lines.first { $0["kind"] as? String == "results" })
        return { time, name in
            let value = try #require((results[time] as? [String: Any])?[name] as? [String: Any])
            return try #require(value["count"] as? Double)
        }
    }

    /// A Python with this module; nil where there is none.
    private static func python(with module: String) -> String? {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        let candidates = ["/usr/bin"] + path.split(separator: ":").map(String.init)
        return candidates.map { $0 + "/python3" }.first { python in
            guard FileManager.default.isExecutableFile(atPath: python), let place = try? Workplace() else {
                return false
            }
            return (try? place.bash("\(python) -c 'import \(module)'"))?.code == 0
        }
    }

    private static let duckdb = python(with: "duckdb")
    private static let spark = python(with: "pyspark")
    private static let java = FileManager.default.isExecutableFile(atPath: "/usr/bin/java")

    @Test(.enabled(if: duckdb != nil, "no Python with duckdb"))
    func duckDBReadsWhatIsExported() throws {
        let place = try Self.place()
        let replayed = try place.assay([
            "replay", Place.fixtures + "/archive", "--policy", "start.yaml", "--case", "mail.case", "--format",
            "ndjson",
        ])
        #expect(replayed.code == 0, "\(replayed.errors)")
        for command in try Self.commands("recipe export") { #expect(try Self.run(command, place).code == 0) }
        try place.write("recipe.py", try Self.literal("recipe duckdb").joined(separator: "\n"))
        let outcome = try place.bash("\(try #require(Self.duckdb)) recipe.py", seconds: 600)
        #expect(outcome.code == 0, "\(outcome.errors)")
        let own = try place.assay([
            "query", "mail.case", "--format", "csv", "--sql",
            "SELECT symbol, count(*), sum(disposition <> 'accept') FROM finding JOIN verdict USING (run, message) "
                + "GROUP BY symbol ORDER BY 2 DESC, 1",
        ])
        let rows = own.output.split(whereSeparator: \.isNewline).dropFirst().map {
            String($0).replacing(",", with: "\t")
        }
        #expect(rows.count > 10)
        #expect(outcome.lines == rows)
    }

    @Test(.enabled(if: spark != nil && java, "no Python with pyspark, or no Java"))
    func sparkGivesTheVerdictsOfOneProcess() throws {
        let place = try Self.place()
        _ = try place.bash(
            """
            mkdir shards; cp \(Place.fixtures)/archive/inbound.mbox shards/1.mbox
            zcat \(Place.fixtures)/archive/march.mbox.gz > shards/2.mbox; cp shards/1.mbox shards/3.mbox
            """)
        try place.write("recipe.py", try Self.literal("recipe spark").joined(separator: "\n"))
        let outcome = try Self.run(
            "export LC_ALL=C.UTF-8 HOME=$PWD SPARK_LOCAL_IP=127.0.0.1 PYSPARK_PYTHON=\(try #require(Self.spark)); $PYSPARK_PYTHON recipe.py",
            place)
        #expect(outcome.code == 0, "\(outcome.errors.suffix(3000))")
        #expect(outcome.output.contains("accept"))
        let spread = try place.bash("cat verdicts/part-* | sort").lines
        let alone = try place.bash(
            "$ASSAY replay shards/*.mbox --policy start.yaml --format ndjson | sort"
        ).lines
        #expect(alone.count > 40)
        #expect(spread == alone)
    }
}
