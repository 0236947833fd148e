import SMTP
import State
import Values

/// A store whose answers are recorded.
struct RecordingState: StateStore {
    let base: any StateStore
    let recording: SessionRecording

    func get(_ key: StateKey, at now: Timestamp) async throws -> StateEntry? {
        try await noting(.get, key, { try await base.get(key, at: now) }) { $0.entry = $1 }
    }

    func insertIfAbsent(
        _ key: StateKey, _ value: String, expires: Timestamp, at now: Timestamp
    ) async throws -> (entry: StateEntry, inserted: Bool) {
        try await noting(
            .insertIfAbsent, key, { try await base.insertIfAbsent(key, value, expires: expires, at: now) }
        ) { ($0.entry, $0.inserted) = ($1.entry, $1.inserted) }
    }

    func put(_ key: StateKey, _ value: String, expires: Timestamp, at now: Timestamp) async throws {
        try await noting(.put, key, { try await base.put(key, value, expires: expires, at: now) }) { _, _ in }
    }

    func increment(_ key: StateKey, by amount: Int, window: Duration, at now: Timestamp) async throws -> Int {
        try await noting(
            .increment, key, { try await base.increment(key, by: amount, window: window, at: now) }
        ) { $0.count = $1 }
    }

    func remove(_ key: StateKey, at now: Timestamp) async throws {
        try await noting(.remove, key, { try await base.remove(key, at: now) }) { _, _ in }
    }

    /// What an answer says.
    private struct Answer {
        var entry: StateEntry?
        var inserted: Bool?
        var count: Int?
    }

    private func noting<Value>(
        _ verb: RecordedStateAnswer.Verb, _ key: StateKey, _ ask: () async throws -> Value,
        _ describe: (inout Answer, Value) -> Void
    ) async throws -> Value {
        var told = Answer()
        do {
            let value = try await ask()
            describe(&told, value)
            note(verb, key, told)
            return value
        } catch {
            note(verb, key, told, error: String(describing: error))
            throw error
        }
    }

    private func note(
        _ verb: RecordedStateAnswer.Verb, _ key: StateKey, _ answer: Answer, error: String? = nil
    ) {
        recording.note(
            .state(
                RecordedStateAnswer(
                    verb: verb, key: key.text, value: answer.entry?.value, created: answer.entry?.created,
                    expires: answer.entry?.expires, inserted: answer.inserted, count: answer.count, error: error)))
    }
}
