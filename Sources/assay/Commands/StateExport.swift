import ArgumentParser
import Screening
import State
import Stores
import Values

/// `assay state export`
struct StateExport: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write what is remembered as lines that assay state import takes.",
        discussion: """
            NDJSON, one entry a line, with key, value, and the times of creation and expiry; in the order of the keys, \
            so that two exports of the same state are the same bytes. Expired entries that are still there are written \
            too, unless --at says for which time.
            """)

    @OptionGroup var stateOptions: StateOptions
    @OptionGroup var selection: StateSelection

    @Option(help: ArgumentHelp("Only what there is at this time (RFC 3339, or a date).", valueName: "time"))
    var at: Timestamp?

    @Option(help: ArgumentHelp("Write to this file instead of standard output.", valueName: "file"))
    var output: String?

    func run() async throws {
        try await reportingFailure {
            let (policy, source, settings) = try stateOptions.located()
            let state = try await StateOptions.open(source, settings, .reading)
            var output = try FileOutput(path: self.output, inputs: stateOptions.inputs)
            try await reportingStateFailure {
                try await state.entries(under: selection.prefix) { batch in
                    for held in batch where at.map(held.entry.isLive) ?? true {
                        guard selection.isEmpty || selection.includes(held, policy.meaning(of: held)) else { continue }
                        try output.append(line: StateLines.line(held))
                    }
                    try output.flush()
                    return true
                }
            }
            await state.close()
            try output.flush()
        }
    }
}
