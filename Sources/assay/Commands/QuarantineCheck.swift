import ArgumentParser
import Proxy
import Values

/// `assay quarantine check`
struct QuarantineCheck: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Read all that is in quarantine, and compare it with its digests and with the index.",
        discussion: """
            Changes nothing. The exit code is 65 when an entry is damaged, or the index is not what lies in the folder: \
            assay quarantine rebuild makes it anew. While assayd serves, an entry that has just come may not be in the \
            index yet.
            """)

    @OptionGroup var place: QuarantineOptions
    @OptionGroup var outputOptions: OutputOptions

    func run() async throws {
        try await reportingFailure {
            let condition = try place.open().folder.check()
            var output = try FileOutput(path: outputOptions.output)
            switch outputOptions.format {
            case .text:
                for fault in condition.damage + condition.index { output.append(TerminalLine.safe(fault) + "\n") }
                if !condition.damage.isEmpty {
                    output.append(
                        "what is damaged cannot be mended: assay quarantine delete ID takes such an entry away\n")
                }
                if !condition.index.isEmpty { output.append("assay quarantine rebuild makes the index anew\n") }
                output.append(
                    Counted.words(condition.whole, "entry is", "entries are")
                        + " whole, \(condition.damage.count) damaged; "
                        + Counted.words(condition.shared, "message is", "messages are") + " shared\n")
                if condition.old > 0 {
                    output.append(
                        Counted.words(condition.old, "is", "are")
                            + " not compressed; assay quarantine rebuild does that\n")
                }
            case .ndjson:
                try output.append(
                    line: .object([
                        "whole": .integer(condition.whole), "old": .integer(condition.old),
                        "shared": .integer(condition.shared),
                        "damage": .array(condition.damage.map(JSON.string)),
                        "index": .array(condition.index.map(JSON.string)),
                    ]))
            }
            try output.flush()
            if !condition.damage.isEmpty || !condition.index.isEmpty { throw Failure(.badData, [String]()) }
        }
    }
}
