import Mail
import NIOPosix
import Screening
import Synchronization
import Values

/// Does what policy has promised about messages, off the path of mail: each action at least once, again after a while
/// where it could not be done, and after a restart of the program too.
public final class ActionQueue: LaterActions {
    private struct Entry {
        let action: PromisedAction
        var attempts = 0
        var due: ContinuousClock.Instant
        var isBusy = false
    }

    private struct State {
        var entries: [String: Entry] = [:]
        var count = 0
        var means: ActionMeans
        var hasTold = false
    }

    /// Whether an action is on the disk.
    private enum Kept: Sendable {
        case safely
        case not(because: String)
    }

    private let folder: ActionFolder
    private let limit: Int
    private let patience: Duration
    private let clock: @Sendable () -> Timestamp
    private let onFault: @Sendable (String) -> Void
    private let state: Mutex<State>
    private let (news, arrivals) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))

    /// Actions that are done at the same time.
    private static let atOnce = 8

    /// A queue in `folder` of at most `limit` actions, each of which is tried for no longer than `patience`. `onFault` is
    /// told of actions that cannot be kept, and of those that are given up.
    public init(
        folder: String, limit: Int, patience: Duration, means: ActionMeans, clock: @escaping @Sendable () -> Timestamp,
        onFault: @escaping @Sendable (String) -> Void
    ) {
        self.folder = ActionFolder(path: folder)
        (self.limit, self.patience, self.clock, self.onFault) = (limit, patience, clock, onFault)
        state = Mutex(State(means: means))
    }

    /// By what means actions are done from now on.
    public func use(_ means: ActionMeans) { state.withLock { $0.means = means } }

    /// How many actions are still to be done.
    public var count: Int { state.withLock { $0.entries.count } }

    public func promise(
        _ actions: [LaterAction], about message: Message, of transaction: Transaction, at now: Timestamp
    ) async {
        let session = transaction.session.id
        let folder = folder
        for action in actions {
            let id = nextName(of: session, at: now)
            guard let id else {
                onFault("session \(session): \(action.kind) is not done: \(limit) actions wait already")
                continue
            }
            let promised = PromisedAction(id: id, time: now, session: session, action: action)
            let content = action.takesMessage ? message.bytes : nil
            // Waiting for a disk holds up no other session.
            let kept = try? await NIOThreadPool.singleton.runIfActive {
                let fault = folder.keep(promised, message: content)
                return fault.map { Kept.not(because: $0) } ?? .safely
            }
            switch kept {
            case .safely: add(promised)
            case .not(let reason):
                onFault("session \(session): \(action.kind) cannot be promised, and is tried at once: \(reason)")
                await tryOnce(promised, content)
            case nil: onFault("session \(session): \(action.kind) is not done: the program is ending")
            }
        }
    }

    private func nextName(of session: String, at now: Timestamp) -> String? {
        state.withLock { state in
            guard state.entries.count < limit else { return nil }
            state.count += 1
            let name = session.filter { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }.prefix(100)
            // The time keeps names apart that two runs of the program give.
            return "\(String(now.milliseconds, radix: 36))-\(name)-\(state.count)"
        }
    }

    private func add(_ action: PromisedAction) {
        state.withLock { $0.entries[action.id] = Entry(action: action, due: .now) }
        arrivals.yield()
    }

    /// What no disk keeps is tried as long as this process has it.
    private func tryOnce(_ action: PromisedAction, _ message: Bytes?) async {
        let means = state.withLock { $0.means }
        if case .done = await means.carryOut(action, message) { return }
        onFault("session \(action.session): \(action.action.kind) is not done")
    }

    /// Takes over what lies in the folder, and goes on until cancelled.
    public func run() async {
        let (waiting, unreadable) = folder.actions()
        for name in unreadable { onFault("\(folder.path)/\(name): no action can be read in it") }
        state.withLock { state in
            for action in waiting where state.entries[action.id] == nil {
                state.entries[action.id] = Entry(action: action, due: .now)
            }
        }
        arrivals.yield()
        let ticks = Task { [arrivals] in
            while !Task.isCancelled {
                try? await Task.sleep(for: .seconds(1))
                arrivals.yield()
            }
        }
        defer { ticks.cancel() }
        for await _ in news {
            if Task.isCancelled { return }
            await carryOutDue()
        }
    }

    private func carryOutDue() async {
        await withTaskGroup(of: Void.self) { group in
            var running = 0
            while let action = takeDue() {
                if running >= ActionQueue.atOnce {
                    await group.next()
                    running -= 1
                }
                running += 1
                group.addTask { await self.carryOut(action) }
                if Task.isCancelled { break }
            }
        }
    }

    /// The action that is due and has waited longest.
    private func takeDue() -> PromisedAction? {
        let now = ContinuousClock.now
        return state.withLock { state in
            var first: (key: String, due: ContinuousClock.Instant)?
            for (key, entry) in state.entries where !entry.isBusy && entry.due <= now {
                if first.map({ (entry.due, key) < ($0.due, $0.key) }) ?? true { first = (key, entry.due) }
            }
            guard let key = first?.key else { return nil }
            state.entries[key]?.isBusy = true
            return state.entries[key]?.action
        }
    }

    private func carryOut(_ action: PromisedAction) async {
        let means = state.withLock { $0.means }
        var message: Bytes?
        if action.action.takesMessage {
            guard let content = folder.message(of: action.id) else {
                return giveUp(action, because: "the message is not there any more")
            }
            message = content
        }
        switch await means.carryOut(action, message) {
        case .done:
            folder.remove(action.id)
            state.withLock { _ = $0.entries.removeValue(forKey: action.id) }
        case .refused(let reason): giveUp(action, because: reason)
        case .failed(let reason):
            let age = clock().milliseconds - action.time.milliseconds
            if age >= patience.milliseconds { return giveUp(action, because: reason) }
            let attempts = state.withLock { state in
                guard var entry = state.entries[action.id] else { return 0 }
                entry.attempts += 1
                entry.isBusy = false
                entry.due = .now + ActionQueue.pause(after: entry.attempts)
                state.entries[action.id] = entry
                return entry.attempts
            }
            if attempts == 1 {
                onFault("session \(action.session): \(action.action.kind) is tried again later: \(reason)")
            }
        }
    }

    private func giveUp(_ action: PromisedAction, because reason: String) {
        folder.setAside(action.id)
        state.withLock { _ = $0.entries.removeValue(forKey: action.id) }
        onFault(
            "session \(action.session): \(action.action.kind) is given up, \(folder.path)/\(action.id).failed tells "
                + "what it was: \(reason)")
    }

    /// Twice as long each time, up to a quarter of an hour.
    private static func pause(after attempts: Int) -> Duration { .seconds(min(900, 1 << min(attempts, 10))) }
}
