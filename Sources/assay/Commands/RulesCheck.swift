import ArgumentParser
import Rules
import Values

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
