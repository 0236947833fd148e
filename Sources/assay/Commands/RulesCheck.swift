import ArgumentParser
import Rules
import Values

/// `assay rules check`
struct RulesCheck: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Say what in rule files cannot be used, with file and line.",
        discussion: """
            Exit code 65 when there is anything; what is left of the files is used all the same. Warnings are about what \
            can be used and yet may be a mistake: names of rules, in metas and scores, that there are none of.
            """)

    @Argument(help: ArgumentHelp("Rule files or folders of them.", valueName: "file"))
    var files: [String] = []

    @OptionGroup var ruleOptions: RuleOptions
    @OptionGroup var outputOptions: OutputOptions

    func run() async throws {
        try await reportingFailure {
            let set = try ruleOptions.read(files.isEmpty ? nil : files)
            let engine = RuleEngine(set, options: .unfiltered)
            let missing = engine.missingFunctions
            let unmade = missing.flatMap { function, rules in
                rules.map { name in
                    let rule = set.rule(name)
                    return RuleFileProblem(
                        file: rule?.file ?? "", line: rule?.line ?? 0,
                        message: "\(name): there is no function \(function)(); the rule is not run")
                }
            }
            let count = set.problems.count + set.furtherProblemCount + unmade.count
            var output = try FileOutput(path: outputOptions.output, inputs: files)
            for (problem, isWarning) in (set.problems + unmade).map({ ($0, false) }) + set.warnings.map({ ($0, true) })
            {
                switch outputOptions.format {
                case .ndjson:
                    try output.append(
                        line: .object([
                            "file": .string(problem.file), "line": .integer(problem.line),
                            "message": .string(problem.message), "warning": .bool(isWarning),
                        ]))
                case .text:
                    let text = isWarning ? problem.warningText : problem.description
                    output.append(TerminalLine.safe(text) + "\n")
                }
            }
            switch outputOptions.format {
            case .ndjson:
                try output.append(
                    line: .object([
                        "files": .integer(set.files.count), "rules": .integer(set.rules.count),
                        "problems": .integer(count), "warnings": .integer(set.warnings.count),
                        "missing_functions": .array(missing.map { .string($0.function) }),
                    ]))
            case .text:
                let counts = [
                    Counted.words(set.rules.count, "rule", "rules") + " in "
                        + Counted.words(set.files.count, "file", "files"),
                    Counted.words(count, "problem", "problems"),
                ]
                let warned =
                    set.warnings.isEmpty ? [] : [Counted.words(set.warnings.count, "warning", "warnings")]
                output.append((counts + warned).joined(separator: ", ") + "\n")
            }
            try output.flush()
            if count > 0 { throw ExitCode(Failure.Code.badData.rawValue) }
        }
    }
}

extension RuleFileProblem {
    /// The problem as a warning.
    fileprivate var warningText: String {
        RuleFileProblem(file: file, line: line, message: "warning: \(message)").description
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
