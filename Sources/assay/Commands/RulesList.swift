import ArgumentParser
import Rules
import Values

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
            guard !set.files.isEmpty else {
                let places = (files.isEmpty ? ruleOptions.places : files).joined(separator: ", ")
                throw Failure(.noInput, TerminalLine.safe("\(places): no rule files (.cf, .pre) are there"))
            }
            if set.rules.isEmpty {
                StandardError.write(
                    "no rules in \(Counted.words(set.files.count, "file", "files")); see assay rules check\n")
            }
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
