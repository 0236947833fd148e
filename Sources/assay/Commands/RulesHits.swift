import Archives
import ArgumentParser
import Replay
import Rules
import Screening
import Values

/// `assay rules hits`
struct RulesHits: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hits",
        abstract: "Say which rules hit each message of archives, with scores.",
        discussion: """
            ARCHIVE is a message, an mbox, a Maildir, or a folder of such, plain or compressed; - is standard input. \
            Rules that compare dates with the present do so as of --now.
            """)

    @Argument(help: ArgumentHelp("Messages or archives of them.", valueName: "archive"))
    var archives: [String]

    @Flag(help: "Tell the hits of rules too that are only parts of others, whose names begin with __.")
    var parts = false

    @Option(help: ArgumentHelp("The time of the check (RFC 3339).", valueName: "time"))
    var now: Timestamp?

    @OptionGroup var ruleOptions: RuleOptions
    @OptionGroup var outputOptions: OutputOptions

    func run() async throws {
        try await reportingFailure {
            let time = now ?? WallClock.now
            let rules = try ruleOptions.read()
            let engine = ruleOptions.engine(rules)
            let worker = RuleWorker(matchLimit: engine.options.matchLimit)
            var output = try FileOutput(path: outputOptions.output, inputs: archives)
            var code: Failure.Code?
            var bar = ProgressBar()
            defer { bar.clear() }
            var done = Progress()
            for archive in archives {
                let problem = try await MessagePlace(archive).forEach { entry, _ in
                    let verdict = engine.judge(entry.message, at: time, worker: worker, isWhole: parts)
                    try write(verdict, entry, to: &output)
                    done = Progress(messages: done.messages + 1, bytes: done.bytes + entry.message.count)
                    bar.show(done)
                }
                code = code ?? problem
            }
            bar.clear()
            try output.flush()
            if let code { throw ExitCode(code.rawValue) }
        }
    }

    private func write(_ verdict: RuleVerdict, _ entry: ArchiveEntry, to output: inout FileOutput) throws {
        let hits = verdict.hits.filter { parts || !$0.isPart }
        switch outputOptions.format {
        case .ndjson:
            try output.append(
                line: .object([
                    "id": .string(TransactionRecord.identifier(of: entry.message)), "source": .string(entry.source),
                    "score": .thousandths(verdict.score), "given_up": .integer(verdict.exhaustionCount),
                    "given_up_rules": .array(verdict.givenUp.map { .string($0) }),
                    "hits": .array(
                        hits.map { hit in
                            .object([
                                "rule": .string(hit.name), "score": .thousandths(hit.score),
                                "description": .string(hit.summary), "kind": .string(hit.area),
                                "count": .integer(hit.count),
                                "text": hit.text.map { .string($0[0..<min($0.count, 200)].lossyString) } ?? .null,
                            ])
                        }),
                ]))
        case .text:
            output.append(TerminalLine.safe("\(entry.source)  \(JSON.decimal(thousandths: verdict.score))") + "\n")
            for hit in hits {
                let times = hit.count > 1 ? " ×\(hit.count)" : ""
                output.append(
                    TerminalLine.safe("  \(JSON.decimal(thousandths: hit.score))  \(hit.name)\(times)  \(hit.summary)")
                        + "\n")
            }
            for name in verdict.givenUp {
                output.append(TerminalLine.safe("  given up  \(name)  its match took too many steps") + "\n")
            }
        }
    }
}
