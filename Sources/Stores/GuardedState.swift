import State
import Synchronization
import Values

/// A store that may go away, and what stands in for it: while it does not answer nobody waits for it, it is asked again
/// now and then, and whoever watches is told when it goes and when it is back.
public final class GuardedState: StateStore {
    /// How soon a store that went away is asked again, and how late at most.
    public struct Pauses: Sendable {
        /// After the first failure; it doubles with each further one.
        public var first: Duration = .milliseconds(100)
        /// At most.
        public var longest: Duration = .seconds(5)

        /// The defaults.
        public init() {}
    }

    private enum Health {
        case well
        /// Nobody asks before `until`.
        case away(until: ContinuousClock.Instant, StateError)
        /// One call finds out whether the store is back.
        case probed(StateError)
    }

    private struct Watch {
        var health = Health.well
        var pause: Duration
        /// Since when it is away, and how many questions have had no answer since.
        var since: ContinuousClock.Instant?
        var unanswered = 0
        /// When it came back last.
        var returned: ContinuousClock.Instant?
        /// When somebody was told last of an entry that cannot be used.
        var toldAt: ContinuousClock.Instant?
    }

    private let store: any StateStore
    private let name: String
    private let fallback: MemoryState?
    private let pauses: Pauses
    private let consequence: String
    private let note: @Sendable (String) -> Void
    private let isBack: @Sendable () async -> Void
    private let now: @Sendable () -> ContinuousClock.Instant
    private let watch: Mutex<Watch>
    /// What gives the store what it lacks.
    private let giving = Mutex<Task<Void, Never>?>(nil)

    /// Guards `store`, called `name` in notes, as `settings` say. `note` is told when it goes away and comes back; `isBack` is
    /// called once it is back and has what was remembered meanwhile.
    public init(
        _ store: any StateStore, name: String, _ settings: StateSettings, pauses: Pauses = Pauses(),
        now: @escaping @Sendable () -> ContinuousClock.Instant = { .now },
        isBack: @escaping @Sendable () async -> Void = {}, note: @escaping @Sendable (String) -> Void
    ) {
        (self.store, self.name, self.pauses, self.note, self.now) = (store, name, pauses, note, now)
        self.isBack = isBack
        fallback = settings.whenAway == .memory ? MemoryState(limit: settings.entryLimit) : nil
        consequence =
            switch settings.whenAway {
            case .skip: "stages that need it are not evaluated"
            case .defer: "mail that stages need it for is refused for now"
            case .memory: "this process remembers by itself meanwhile"
            }
        watch = Mutex(Watch(pause: pauses.first))
    }

    public func get(_ key: StateKey, at: Timestamp) async throws -> StateEntry? {
        try await ask { try await $0.get(key, at: at) }
    }

    public func insertIfAbsent(
        _ key: StateKey, _ value: String, expires: Timestamp, at: Timestamp
    ) async throws -> (entry: StateEntry, inserted: Bool) {
        let result = try await ask { store in
            let (entry, inserted) = try await store.insertIfAbsent(key, value, expires: expires, at: at)
            return Insertion(entry: entry, inserted: inserted)
        }
        return (result.entry, result.inserted)
    }

    private struct Insertion {
        let entry: StateEntry
        let inserted: Bool
    }

    public func put(_ key: StateKey, _ value: String, expires: Timestamp, at: Timestamp) async throws {
        try await ask { try await $0.put(key, value, expires: expires, at: at) }
    }

    public func increment(_ key: StateKey, by amount: Int, window: Duration, at: Timestamp) async throws -> Int {
        try await ask { try await $0.increment(key, by: amount, window: window, at: at) }
    }

    public func remove(_ key: StateKey, at: Timestamp) async throws {
        try await ask { try await $0.remove(key, at: at) }
    }

    /// How long nothing more is told of entries that cannot be used.
    private static let silence: Duration = .seconds(60)
    /// How often a store that is away is looked after where nobody asks it for anything.
    private static let interval: Duration = .seconds(1)
    /// An entry that is not there.
    private static let nothing = StateKey("state", "nothing")

    /// Looks now and then if a store that went away is back, until the task is cancelled: an agent may have nothing to ask it
    /// for hours, and what it remembers by itself is for others too.
    public func watchOver() async {
        while !Task.isCancelled {
            try? await Task.sleep(for: GuardedState.interval)
            await look { now() >= $0 }
        }
    }

    /// Gives the store what was remembered meanwhile, if it is there again.
    public func close() async {
        await look { _ in true }
        await giving.withLock { $0 }?.value
    }

    /// Asks a store that is away for nothing in particular, if it `isDue` that nobody was to ask before a time.
    private func look(_ isDue: (ContinuousClock.Instant) -> Bool) async {
        let isLookedFor = watch.withLock { watch in
            guard case .away(let until, let error) = watch.health, isDue(until) else { return false }
            watch.health = .probed(error)
            return true
        }
        guard isLookedFor else { return }
        _ = try? await reach(isQuestion: false) { try await $0.get(GuardedState.nothing, at: Timestamp(seconds: 0)) }
    }

    /// Asks the store, or what stands in for it. What the store does not answer in time may have been done all the same.
    private func ask<Answer>(_ work: (any StateStore) async throws -> Answer) async throws -> Answer {
        if let failure = obstacle() {
            guard let fallback else { throw failure }
            return try await work(fallback)
        }
        do {
            return try await reach(work)
        } catch let failure as StateError where failure.cause == .away {
            guard let fallback else { throw failure }
            return try await work(fallback)
        }
    }

    /// Asks the store itself, and notes whether it is there.
    private func reach<Answer>(
        isQuestion: Bool = true, _ work: (any StateStore) async throws -> Answer
    ) async throws -> Answer {
        do {
            let answer = try await work(store)
            returned()
            return answer
        } catch is CancellationError {
            gaveUp()
            throw CancellationError()
        } catch {
            let failure = error as? StateError ?? StateError("\(name): \(error)")
            // Anything else is an answer, if not what was asked for.
            if failure.cause == .away {
                went(failure, isQuestion: isQuestion)
            } else {
                returned()
                tell(failure)
            }
            throw failure
        }
    }

    /// Tells of an entry that cannot be used, so that a stage is not evaluated: now and then, as mail may ask for it again
    /// and again.
    private func tell(_ failure: StateError) {
        let isDue = watch.withLock { watch in
            let moment = now()
            if let last = watch.toldAt, last.duration(to: moment) < GuardedState.silence { return false }
            watch.toldAt = moment
            return true
        }
        if isDue { note("state: \(failure)") }
    }

    /// Why the store is not asked now; nil where it is.
    private func obstacle() -> StateError? {
        watch.withLock { watch in
            switch watch.health {
            case .well: return nil
            case .away(let until, let error):
                if now() >= until {
                    watch.health = .probed(error)
                    return nil
                }
                watch.unanswered += 1
                return error
            case .probed(let error):
                watch.unanswered += 1
                return error
            }
        }
    }

    /// Whoever asked did not wait for the answer: if it was to tell whether the store is back, somebody else asks.
    private func gaveUp() {
        watch.withLock { watch in
            if case .probed(let error) = watch.health { watch.health = .away(until: now(), error) }
        }
    }

    private func went(_ error: StateError, isQuestion: Bool = true) {
        let isNew = watch.withLock { watch in
            watch.unanswered += isQuestion ? 1 : 0
            let moment = now()
            switch watch.health {
            case .away:
                // Asked before it went away.
                return false
            case .well:
                watch.since = moment
                // One that keeps coming and going is asked less and less.
                let isSteady = watch.returned.map { $0.duration(to: moment) > pauses.longest * 2 } ?? true
                watch.pause = isSteady ? pauses.first : min(watch.pause * 2, pauses.longest)
                watch.health = .away(until: moment + watch.pause, error)
                return true
            case .probed:
                watch.pause = min(watch.pause * 2, pauses.longest)
                watch.health = .away(until: moment + watch.pause, error)
                return false
            }
        }
        if isNew { note("state: \(error); \(consequence)") }
    }

    private func returned() {
        let told = watch.withLock { watch -> String? in
            // A late answer to a question from before the store went away says nothing about now.
            guard case .probed = watch.health, let since = watch.since else { return nil }
            let moment = now()
            let seconds = JSON.decimal(thousandths: Int(since.duration(to: moment).milliseconds))
            let text = "state: \(name) is back after \(seconds) s; \(watch.unanswered) questions had no answer of it"
            watch.health = .well
            (watch.since, watch.unanswered, watch.returned) = (nil, 0, moment)
            return text
        }
        guard let told else { return }
        note(told)
        handOver()
    }

    /// Gives the store what was remembered meanwhile and is not there.
    private func handOver() {
        let task = Task<Void, Never> { [store, fallback, isBack] in
            try? await fallback?.entries(under: "") { batch in
                for held in batch {
                    _ = try await store.insertIfAbsent(
                        held.key, held.entry.value, expires: held.entry.expires, at: held.entry.created)
                }
                fallback?.remove(batch.map(\.key))
                return true
            }
            await isBack()
        }
        giving.withLock { $0 = task }
    }
}
