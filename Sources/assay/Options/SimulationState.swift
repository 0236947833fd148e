import ArgumentParser
import Screening
import State
import Stores
import Values

/// The state that a simulation starts from, and where what it remembers at the end goes.
struct SimulationState: ParsableArguments {
    @Option(
        name: .customLong("state"),
        help: ArgumentHelp(
            """
            With --simulate, start from what is remembered there, and change nothing of it: sqlite:PATH, \
            redis://HOST:PORT, or file:PATH for lines that assay state export has written.
            """,
            valueName: "source"))
    var source: String?

    @Option(
        name: .customLong("save-state"),
        help: ArgumentHelp(
            "With --simulate, write what is remembered at the end to this file, as assay state import takes it.",
            valueName: "file"))
    var saved: String?

    /// Throws where an option is of no use.
    func validate(simulate: Bool) throws {
        guard simulate || (source == nil && saved == nil) else {
            throw ValidationError("--state and --save-state are of use only with --simulate.")
        }
    }

    /// The files that are read.
    var inputs: [String] {
        switch source.flatMap({ StateSource($0) }) {
        case .lines(let path)?, .sqlite(let path)?: [path]
        case .memory?, .redis?, nil: []
        }
    }

    /// The state at the start.
    func memory(_ settings: StateSettings) async throws -> MemoryState {
        try await SimulationState.memory(of: source, settings)
    }

    /// What is remembered in a place that `--state` takes; nothing where it is nil.
    static func memory(of place: String?, _ settings: StateSettings) async throws -> MemoryState {
        guard let text = place else { return MemoryState() }
        guard let source = StateSource(text) else {
            throw Failure(.usage, TerminalLine.safe("--state: '\(text)' is none of \(StateSource.forms)"))
        }
        if source == .memory { return MemoryState() }
        return try await reportingStateFailure { try await StateOptions.copy(source, settings) }
    }

    /// Writes what is remembered at the end, where that is wanted.
    func save(_ state: MemoryState) async throws {
        guard let saved else { return }
        var output = try FileOutput(path: saved, inputs: inputs)
        try await state.entries(under: "") { batch in
            for held in batch { try output.append(line: StateLines.line(held)) }
            return true
        }
        try output.flush()
    }
}
