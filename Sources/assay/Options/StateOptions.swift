import ArgumentParser
import Screening
import Stages
import State
import Stores
import Values

/// The state that a command looks into, by itself or as a policy names it.
struct StateOptions: ParsableArguments {
    @Option(
        name: .customLong("state"),
        help: ArgumentHelp(
            """
            Where the state is: sqlite:PATH, redis://[[user]:password-file@]host[:port][/database], unix:PATH of a \
            Redis server's socket, or file:PATH for lines that assay state export has written. Unless given, where the \
            policy keeps it.
            """,
            valueName: "source"))
    var source: String?

    @Option(
        name: .customLong("state-prefix"),
        help: ArgumentHelp(
            "What the names of entries on a Redis server begin with, instead of assay:.", valueName: "prefix"))
    var prefix: String?

    @OptionGroup var policyOptions: PolicyOptions

    /// The files that are read, none of which an output may overwrite.
    var inputs: [String] {
        var inputs = policyOptions.files
        if let source, case .lines(let path)? = StateSource(source) { inputs.append(path) }
        if let source, case .sqlite(let path)? = StateSource(source) { inputs.append(path) }
        return inputs
    }

    /// The policy, which says how stages that keep state are set up, and the state that is meant.
    func located() throws -> (policy: ScreeningPolicy, source: StateSource, settings: StateSettings) {
        let policy = try policyOptions.load()
        var settings = policy.state
        // Nobody waits for a command as mail does for a stage.
        settings.timeout = max(settings.timeout, .seconds(5))
        if let prefix { settings.prefix = prefix }
        if let text = source {
            guard let source = StateSource(text) else {
                throw Failure(.usage, TerminalLine.safe("--state: '\(text)' is none of \(StateSource.forms)"))
            }
            return (policy, source, settings)
        }
        guard let source = settings.source else {
            throw Failure(
                .usage,
                policyOptions.files.isEmpty
                    ? "say where the state is: --state sqlite:PATH, or --policy FILE with the key state"
                    : "the policy does not say where state is kept (key state); name it with --state")
        }
        return (policy, source, settings)
    }

    /// Opens `source`. The memory of another process cannot be looked into.
    static func open(
        _ source: StateSource, _ settings: StateSettings, _ access: SQLiteState.Access
    ) async throws -> any StateInventory {
        switch source {
        case .memory:
            throw Failure(
                .usage, "the memory of another process cannot be looked into; keep state in sqlite: or redis:")
        case .lines(let path):
            guard access == .reading else {
                throw Failure(
                    .usage, TerminalLine.safe("\(path): lines are read only; import them into sqlite: or redis: first"))
            }
            return try await memory(of: path)
        case .sqlite, .redis:
            do throws(StoreError) {
                return try StateStores.open(source, settings, access: access)
            } catch {
                throw Failure(error)
            }
        }
    }

    /// The entries of a file of lines; `-` is standard input.
    private static func memory(of path: String) async throws -> MemoryState {
        let memory = MemoryState()
        try await read(path) { memory.restore($0) }
        return memory
    }

    /// Gives `body` the entries of a file of lines, a batch at a time.
    static func read(_ path: String, _ body: ([HeldEntry]) async throws -> Void) async throws {
        let text = try InputFile.contents(of: path, limit: 8 << 30).mapError(\.failure).get()
        do {
            try await StateLines.read(text, file: path, body)
        } catch let mistake as StateLines.Mistake {
            throw Failure(.badData, TerminalLine.safe(mistake.description))
        }
    }

    /// A copy of what is in `source`, for a run that changes nothing there.
    static func copy(_ source: StateSource, _ settings: StateSettings) async throws -> MemoryState {
        let inventory = try await open(source, settings, .reading)
        if let memory = inventory as? MemoryState { return memory }
        let memory = MemoryState()
        try await inventory.entries(under: "") { batch in
            guard memory.count + batch.count <= largestCopy else {
                throw Failure(
                    .badData, TerminalLine.safe("\(source): more than \(largestCopy) entries, too many to be copied"))
            }
            memory.restore(batch)
            return true
        }
        await inventory.close()
        return memory
    }

    private static let largestCopy = 5_000_000
}

extension Failure {
    /// The failure that a store is the reason of.
    init(_ error: StoreError) {
        self.init(error.code.exitStatus, TerminalLine.safe(error.description))
    }
}
