import ArgumentParser
import State
import Stores
import Values

/// `assay state import`
struct StateImport: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Take in what assay state export, or a simulation, has written.",
        discussion: """
            Entries are stored as they are, with their times, over those under the same keys; expired ones too, which \
            assayd removes in time. A line that is no entry ends the import with its place; the entries before it are taken in.
            """)

    @Argument(help: ArgumentHelp("Files of lines; - is standard input.", valueName: "file"))
    var files: [String]

    @OptionGroup var stateOptions: StateOptions

    @Flag(help: "Leave entries alone that are there already.")
    var keep = false

    func run() async throws {
        try await reportingFailure {
            let (_, source, settings) = try stateOptions.located()
            let state = try await StateOptions.open(source, settings, .writing(makes: true))
            let now = WallClock.now
            var (taken, kept, expired) = (0, 0, 0)
            for file in files {
                try await reportingStateFailure {
                    try await StateOptions.read(file) { batch in
                        var wanted = batch
                        if keep {
                            wanted = []
                            for held in batch {
                                let there = try await state.get(held.key, at: held.entry.created)
                                if there == nil { wanted.append(held) }
                            }
                            kept += batch.count - wanted.count
                        }
                        try await state.restore(wanted)
                        taken += wanted.count
                        expired += wanted.count { !$0.entry.isLive(at: now) }
                    }
                }
            }
            await state.close()
            var output = try FileOutput(path: nil)
            output.append(taken == 1 ? "1 entry taken in" : "\(taken) entries taken in")
            if kept > 0 { output.append(", \(kept) were there already") }
            if expired > 0 { output.append("; \(expired == taken ? "expired already" : "\(expired) expired already")") }
            output.append("\n")
            try output.flush()
        }
    }
}
