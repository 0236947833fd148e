import Archives
import ArgumentParser
import Rules
import Values

/// `assay rules why`
struct RulesWhy: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "why",
        abstract: "Say why a rule hits a message, or does not: the text it matches, and where.",
        discussion: "MESSAGE is a file, ARCHIVE#N, or - for standard input.")

    @Argument(help: ArgumentHelp("The name of the rule.", valueName: "rule"))
    var rule: String

    @Argument(help: ArgumentHelp("The message: a file, ARCHIVE#N, or -.", valueName: "message"))
    var message: String

    @Option(help: ArgumentHelp("The time of the check (RFC 3339).", valueName: "time"))
    var now: Timestamp?

    @OptionGroup var ruleOptions: RuleOptions
    @OptionGroup var outputOptions: OutputOptions

    func run() async throws {
        try await reportingFailure {
            let set = try ruleOptions.read()
            var options = RuleEngine.Options.unfiltered
            options.scoreSet = ruleOptions.scoreSet
            let engine = RuleEngine(set, options: options)
            let entry = try MessagePlace(message).entry()
            guard
                let why = engine.explain(
                    rule, entry.message, at: now ?? WallClock.now, worker: RuleWorker(matchLimit: options.matchLimit)),
                let definition = set.rule(rule)
            else { throw RulesWhy.absence(of: rule, in: set) }
            var output = try FileOutput(path: outputOptions.output, inputs: [message])
            switch outputOptions.format {
            case .ndjson:
                try output.append(
                    line: .object([
                        "rule": .string(why.name), "hits": .bool(why.count > 0), "count": .integer(why.count),
                        "given_up": .bool(why.isGivenUp), "undecided": .bool(why.isUndecided),
                        "test": .string(why.test), "description": .string(definition.summary),
                        "score": .thousandths(definition.score(set: ruleOptions.scoreSet)),
                        "file": .string(definition.file), "line": .integer(definition.line),
                        "places": .array(
                            why.places.map {
                                .object([
                                    "place": .string($0.place), "offset": .integer($0.offset),
                                    "text": .string($0.text[0..<min($0.text.count, 400)].lossyString),
                                ])
                            }),
                        "operands": .array(
                            why.operands.map {
                                .object(["rule": .string($0.name), "value": .string(RulesWhy.number($0.value))])
                            }),
                    ]))
            case .text:
                var lines = [
                    "\(why.name)  \(RulesWhy.outcome(of: why, limit: options.matchLimit))",
                    "  score  \(JSON.decimal(thousandths: definition.score(set: ruleOptions.scoreSet)))",
                    "  says   \(definition.summary)", "  test   \(definition.test.word) \(why.test)",
                    "  from   \(definition.file):\(definition.line)",
                ]
                lines += why.places.map {
                    "  at     \($0.place), byte \($0.offset): \($0.text[0..<min($0.text.count, 200)].lossyString)"
                }
                lines += why.operands.map { "  part   \($0.name) = \(RulesWhy.number($0.value))" }
                output.append(lines.map { TerminalLine.safe($0) }.joined(separator: "\n") + "\n")
            }
            try output.flush()
        }
    }

    private static func outcome(of why: RuleExplanation, limit: Int) -> String {
        if why.count > 0 { return why.count > 1 ? "hits, \(why.count) times" : "hits" }
        if why.isUndecided { return "not evaluated: it depends on the DNS, which is not asked here" }
        return why.isGivenUp ? "given up after \(limit) steps of a match; it may hit" : "does not hit"
    }

    /// Why there is no such rule.
    private static func absence(of name: String, in set: RuleSet) -> Failure {
        if let failure = set.failures[name] {
            return Failure(
                .badData,
                TerminalLine.safe(
                    RuleFileProblem(
                        file: failure.file, line: failure.line,
                        message: "\(name) cannot be used: \(failure.message); see assay rules check"
                    ).description))
        }
        return Failure(.usage, TerminalLine.safe("there is no rule \(name); see assay rules list"))
    }

    private static func number(_ value: Double) -> String {
        Int(exactly: value).map(String.init) ?? "\(value)"
    }
}
