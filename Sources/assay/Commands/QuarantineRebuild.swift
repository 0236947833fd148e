import ArgumentParser
import Proxy
import Values

/// `assay quarantine rebuild`
struct QuarantineRebuild: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rebuild",
        abstract: "Make the index of the quarantine anew from its files.",
        discussion: """
            Messages that an older version has kept are compressed on the way. What cannot be read is named on standard \
            error and left as it is; the exit code is then 65. It can be done while assayd serves.
            """)

    @OptionGroup var place: QuarantineOptions
    @OptionGroup var outputOptions: OutputOptions

    func run() async throws {
        try await reportingFailure {
            let (entries, migrated, errors) = try await place.open().folder.rebuild()
            for error in errors { StandardError.write(TerminalLine.safe(error.description) + "\n") }
            var output = try FileOutput(path: outputOptions.output)
            switch outputOptions.format {
            case .text:
                output.append(
                    Counted.words(entries, "entry is", "entries are") + " in the index"
                        + (migrated > 0 ? ", \(Counted.words(migrated, "was", "were")) compressed\n" : "\n"))
            case .ndjson:
                try output.append(
                    line: .object(["entries": .integer(entries), "compressed": .integer(migrated)]))
            }
            try output.flush()
            if !errors.isEmpty { throw Failure(.badData, [String]()) }
        }
    }
}
