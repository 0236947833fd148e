import Archives
import Logs
import Screening
import Stages
import State
import Synchronization
import Values

/// Follows the logs that the policy names, and tells state what they tell. How far each has been read is in state too, so
/// that nothing is missed while this program does not run.
final class LogFollowers: Sendable {
    private let tasks = Mutex<[Task<Void, Never>]>([])

    /// Follows the logs of `policy` from now on, those that were followed before no more.
    func use(_ policy: ScreeningPolicy, _ state: (any StateStore)?) async {
        await stop()
        guard let state else { return }
        let started = policy.learn.map { settings in
            Task { await LogFollowers.follow(settings, LogLessons(policy, subjects: settings.subjects), state) }
        }
        tasks.withLock { $0 = started }
    }

    /// Follows nothing more. What has been read is remembered when this returns.
    func stop() async {
        let running = tasks.withLock { tasks in
            defer { tasks = [] }
            return tasks
        }
        for task in running { task.cancel() }
        for task in running { await task.value }
    }

    /// How long a log is left alone that has told nothing new.
    private static let pause = Duration.milliseconds(500)

    private static func follow(_ settings: LearnSettings, _ lessons: LogLessons, _ state: any StateStore) async {
        let key = StateKey("logs", "position", settings.file)
        var position: FollowedFile.Position?
        var hasPosition = false
        var obstacle: String?
        func tell(_ reason: String?) {
            guard reason != obstacle else { return }
            obstacle = reason
            let words = reason.map { "cannot be followed: \($0)" } ?? "is followed"
            Log.standardError.note("\(settings.file): \(words)", at: Service.now, reason == nil ? .notice : .warning)
        }
        // Where state is away, reading the log would be in vain: it is there later too.
        while !Task.isCancelled, !hasPosition {
            do {
                position = try await state.get(key, at: Service.now).flatMap { FollowedFile.Position($0.value) }
                hasPosition = true
            } catch {
                tell("what has been read of it is not known: \(error)")
                try? await Task.sleep(for: .seconds(2))
            }
        }
        let file = FollowedFile(path: settings.file, from: position)
        let clock = LogClock(reference: Service.now, offset: .zero)
        var (splitter, reader) = (LogLineSplitter(), LogReader(clock: clock))
        var waiting: [LogEvent] = []
        var isFresh = true
        while !Task.isCancelled {
            let now = Service.now
            reader.clock = LogClock(reference: now, offset: settings.offset ?? Service.zone(at: now))
            // As long as what was read cannot be remembered, nothing more is.
            let look = waiting.isEmpty ? file.look() : nil
            switch look {
            case .bytes(let bytes):
                tell(nil)
                if isFresh { splitter = LogLineSplitter(withinLine: file.beganWithinLine) }
                isFresh = false
                waiting += splitter.add(bytes[...]).compactMap { reader.read($0) }
            case .restarted:
                waiting += splitter.finish().flatMap { reader.read($0) }.map { [$0] } ?? []
            case .nothing: tell(nil)
            case .away(let reason): tell(reason)
            case nil: break
            }
            do {
                try await learn(&waiting, lessons, state, now)
                if let reached = file.position, waiting.isEmpty, reached != position {
                    // A line whose end has not come is read again.
                    var safe = reached
                    safe.offset -= Int64(splitter.heldCount)
                    try await state.put(key, safe.text, expires: now + .seconds(86_400 * 365), at: now)
                    position = reached
                }
            } catch {
                tell("what it tells cannot be remembered: \(error)")
                try? await Task.sleep(for: .seconds(2))
            }
            if case .bytes = look { continue }
            try? await Task.sleep(for: pause)
        }
    }

    /// Remembers the events that wait; those that could not be are still there.
    private static func learn(
        _ waiting: inout [LogEvent], _ lessons: LogLessons, _ state: any StateStore, _ now: Timestamp
    ) async throws {
        var count = 0
        defer { waiting.removeFirst(count) }
        for event in waiting {
            _ = try await lessons.learn(event, in: state, notAfter: now)
            count += 1
        }
    }
}
