import Glibc
import Screening
import Stages
import State
import Stores
import Synchronization
import Values

/// Where an agent remembers what stages need of earlier mail: opened once, and kept for as long as the policy wants the
/// same.
final class AgentState: Sendable {
    private struct Open {
        let settings: StateSettings
        let source: StateSource
        let inventory: any StateInventory
        /// What looks after a store that may go away.
        var guarded: GuardedState?
        var watch: Task<Void, Never>?

        var store: any StateStore { guarded ?? inventory }
    }

    private let current = Mutex<Open?>(nil)

    /// Where state is kept by `settings`: in the folder that the service manager gives where they say nothing
    /// (systemd.exec(5), StateDirectory=), or else in memory.
    static func source(of settings: StateSettings) -> StateSource {
        if let source = settings.source { return source }
        guard let folders = unsafe getenv("STATE_DIRECTORY").map({ unsafe String(cString: $0) }),
            let folder = folders.split(separator: ":").first, folder.hasPrefix("/")
        else { return .memory }
        return .sqlite(path: "\(folder)/state.db")
    }

    /// What would keep `settings` from being served by, without opening anything.
    static func obstacle(to settings: StateSettings) -> StartError? {
        StateStores.obstacle(source(of: settings), settings).map { StartError($0) }
    }

    /// Where state will be kept by `settings`, for people; whether a server answers that is to keep it.
    static func standing(of settings: StateSettings) async -> String {
        let source = source(of: settings)
        switch source {
        case .memory: return "is kept in memory, and forgotten when assayd ends"
        case .sqlite, .lines: return "can be kept in \(source)"
        case .redis:
            do {
                let server = try StateStores.open(source, settings)
                _ = try await server.get(StateKey("assayd", "check"), at: Service.now)
                await server.close()
                return "\(source) answers"
            } catch {
                return "\(source) does not answer now: \(error)"
            }
        }
    }

    /// The store of `settings`: the one that is open where they are the same. Throws what keeps it from being opened; a
    /// server that does not answer is no such thing, as mail goes on without it.
    func store(for settings: StateSettings, log: Log) throws(StartError) -> any StateStore {
        let source = AgentState.source(of: settings)
        if let open = current.withLock({ $0 }), open.source == source,
            open.settings == settings || source == .memory
        {
            return open.store
        }
        let note: @Sendable (String) -> Void = { log.note($0, at: Service.now) }
        let inventory: any StateInventory
        do { inventory = try StateStores.open(source, settings, note: note) } catch { throw StartError(error) }
        var open = Open(settings: settings, source: source, inventory: inventory)
        if source == .memory {
            log.note("state is kept in memory and forgotten when this program ends", at: Service.now)
        } else {
            let guarded = GuardedState(
                inventory, name: source.description, settings,
                isBack: { await AgentState.forgetConnections(in: inventory) },
                note: note)
            (open.guarded, open.watch) = (guarded, Task { await guarded.watchOver() })
            log.note("state is kept in \(source)", at: Service.now)
        }
        // The old one is closed once the last session that uses it has ended.
        let former = current.withLock { current in
            defer { current = open }
            return current
        }
        former?.watch?.cancel()
        return open.store
    }

    /// Forgets how many connections there are, when there are none yet: an agent that was killed has not seen its own end.
    func forgetConnections() async {
        guard let open = current.withLock({ $0 }), open.source != .memory else { return }
        await AgentState.forgetConnections(in: open.inventory)
    }

    /// Those that are there go on uncounted. Where the store does not answer, that is done once it does.
    private static func forgetConnections(in inventory: any StateInventory) async {
        for prefix in DynamicScreen.connectionEntries {
            do {
                var keys: [StateKey] = []
                try await inventory.entries(under: prefix) { batch in
                    keys += batch.map(\.key)
                    return keys.count < 1_000_000
                }
                if !keys.isEmpty { try await inventory.remove(keys) }
            } catch {
                return
            }
        }
    }

    /// Lets go of the store, so that nothing of it is left undone.
    func close() async {
        guard let open = current.withLock({ $0 }) else { return }
        open.watch?.cancel()
        await open.guarded?.close()
        await open.inventory.close()
    }
}

extension StartError {
    init(_ error: StoreError) {
        // The policy is what asked for it.
        self.init(error.code == .usage ? .policy : error.code.exitStatus, [error.description])
    }
}
