import Archives
import ArgumentParser
import Rules
import Values

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
