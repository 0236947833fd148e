import Archives
import ArgumentParser
import Rules
import Values

/// `assay rules`
struct RulesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rules",
        abstract: "Check SpamAssassin rule files, and see which of their rules hit a message, and why.",
        discussion: """
            Rule files are read as Mail::SpamAssassin::Conf documents them, unchanged. Without --rules, those of the \
            machine's SpamAssassin are read: /usr/share/spamassassin, then /etc/spamassassin. Where a folder has .pre \
            files, the plugins they load decide what ifplugin lines guard; else those the distribution enables do.
            """,
        subcommands: [RulesCheck.self, RulesList.self, RulesHits.self, RulesWhy.self, RulesView.self])
}

/// `assay rules check`
struct RulesCheck: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Say what in rule files cannot be used, with file and line.",
        discussion: "Exit code 65 when there is anything; what is left of the files is used all the same.")

    @Argument(help: ArgumentHelp("Rule files or folders of them.", valueName: "file"))
    var files: [String] = []

    @OptionGroup var ruleOptions: RuleOptions
    @OptionGroup var outputOptions: OutputOptions

    func run() async throws {
        try await reportingFailure {
            let set = try ruleOptions.read(files.isEmpty ? nil : files)
            let engine = RuleEngine(set, options: .unfiltered)
            var output = try FileOutput(path: outputOptions.output, inputs: files)
            for problem in set.problems {
                switch outputOptions.format {
                case .ndjson:
                    try output.append(
                        line: .object([
                            "file": .string(problem.file), "line": .integer(problem.line),
                            "message": .string(problem.message),
                        ]))
                case .text: output.append(TerminalLine.safe(problem.description) + "\n")
                }
            }
            let missing = engine.missingFunctions
            switch outputOptions.format {
            case .ndjson:
                try output.append(
                    line: .object([
                        "files": .integer(set.files.count), "rules": .integer(set.rules.count),
                        "problems": .integer(set.problems.count + set.furtherProblemCount),
                        "missing_functions": .array(missing.map { .string($0.function) }),
                    ]))
            case .text:
                for (function, rules) in missing {
                    output.append(
                        TerminalLine.safe("\(function)(): not there; not run: \(rules.joined(separator: ", "))") + "\n")
                }
                output.append(
                    "\(set.rules.count) rules in \(set.files.count) files, \(set.problems.count + set.furtherProblemCount) problems\n"
                )
            }
            try output.flush()
            if !set.problems.isEmpty { throw ExitCode(Failure.Code.badData.rawValue) }
        }
    }
}

extension RuleEngine.Options {
    /// Without compiling the pass over all patterns, for what judges nothing or one message.
    static var unfiltered: RuleEngine.Options {
        var options = RuleEngine.Options()
        options.prefilters = false
        return options
    }
}

/// `assay rules list`
struct RulesList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the rules of rule files: kind, score and what each says of a message.")

    @Argument(help: ArgumentHelp("Rule files or folders of them.", valueName: "file"))
    var files: [String] = []

    @Flag(help: "List those too that are only parts of others, whose names begin with __.")
    var parts = false

    @OptionGroup var ruleOptions: RuleOptions
    @OptionGroup var outputOptions: OutputOptions

    func run() async throws {
        try await reportingFailure {
            let set = try ruleOptions.read(files.isEmpty ? nil : files)
            var output = try FileOutput(path: outputOptions.output, inputs: files)
            for rule in set.rules where parts || !rule.isPart {
                let score = rule.score(set: ruleOptions.scoreSet)
                switch outputOptions.format {
                case .ndjson:
                    try output.append(
                        line: .object([
                            "rule": .string(rule.name), "kind": .string(rule.test.word), "score": .thousandths(score),
                            "description": .string(rule.summary), "test": .string(rule.test.text),
                            "flags": .array(rule.flags.words.map(JSON.string)), "file": .string(rule.file),
                            "line": .integer(rule.line),
                        ]))
                case .text:
                    output.append(
                        TerminalLine.safe(
                            "\(JSON.decimal(thousandths: score))  \(rule.test.word)  \(rule.name)  \(rule.summary)")
                            + "\n")
                }
            }
            try output.flush()
        }
    }
}

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
            let engine = ruleOptions.engine(try ruleOptions.read())
            let worker = RuleWorker(matchLimit: engine.options.matchLimit)
            var output = try FileOutput(path: outputOptions.output, inputs: archives)
            var code: Failure.Code?
            for archive in archives {
                try MessagePlace(archive).each { entry in
                    let verdict = engine.judge(entry.message, at: time, worker: worker)
                    try write(verdict, entry, to: &output)
                } problem: {
                    code = code ?? $0
                }
            }
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
                    "id": .string("sha256:" + entry.digest), "source": .string(entry.source),
                    "score": .thousandths(verdict.score), "given_up": .integer(verdict.exhaustionCount),
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
        }
    }
}

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
            else { throw Failure(.usage, TerminalLine.safe("there is no rule \(rule); see assay rules list")) }
            var output = try FileOutput(path: outputOptions.output, inputs: [message])
            switch outputOptions.format {
            case .ndjson:
                try output.append(
                    line: .object([
                        "rule": .string(why.name), "hits": .bool(why.count > 0), "count": .integer(why.count),
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
                    "\(why.name)  \(why.count > 0 ? "hits" : "does not hit")\(why.count > 1 ? ", \(why.count) times" : "")",
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

    private static func number(_ value: Double) -> String {
        Int(exactly: value).map(String.init) ?? "\(value)"
    }
}

/// `assay rules view`
struct RulesView: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "view",
        abstract: "Show a message as rules see it: its text, its URIs and its relays.",
        discussion: "MESSAGE is a file, ARCHIVE#N, or - for standard input.")

    @Argument(help: ArgumentHelp("The message: a file, ARCHIVE#N, or -.", valueName: "message"))
    var message: String

    @OptionGroup var ruleOptions: RuleOptions
    @OptionGroup var outputOptions: OutputOptions

    func run() async throws {
        try await reportingFailure {
            let engine = RuleEngine(try ruleOptions.read(), options: .unfiltered)
            let entry = try MessagePlace(message).entry()
            let view = engine.rendering(of: entry.message, worker: RuleWorker(matchLimit: engine.options.matchLimit))
            var output = try FileOutput(path: outputOptions.output, inputs: [message])
            switch outputOptions.format {
            case .ndjson:
                try output.append(
                    line: .object([
                        "body": .array(view.bodyLines.map { .string($0.lossyString) }),
                        "uris": .array(view.uris.map { .string($0.lossyString) }),
                        "trusted_relays": .string(view.trustedRelays),
                        "untrusted_relays": .string(view.untrustedRelays),
                        "envelope_from": view.envelopeFrom.map { .string($0.lossyString) } ?? .null,
                    ]))
            case .text:
                var lines = ["trusted    \(view.trustedRelays)", "untrusted  \(view.untrustedRelays)"]
                if let sender = view.envelopeFrom { lines.append("sender     \(sender.lossyString)") }
                lines += view.uris.map { "uri        \($0.lossyString)" }
                lines += view.bodyLines.enumerated().map {
                    "\($0.offset == 0 ? "subject" : "body")    \($0.element.lossyString.filter { $0 != "\n" })"
                }
                output.append(lines.map { TerminalLine.safe($0) }.joined(separator: "\n") + "\n")
            }
            try output.flush()
        }
    }
}
