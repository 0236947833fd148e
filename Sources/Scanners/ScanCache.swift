import NIOCore
import Screening
import Synchronization

/// Answers of a scanner, by the digest of what was scanned, while its signatures stay the same.
final class ScanCache: Sendable {
    private struct Entry {
        let answer: ScanAnswer
        let until: NIODeadline
    }

    private struct State {
        var entries: [String: Entry] = [:]
        /// The digests in the order in which they came.
        var order = CircularBuffer<String>()
    }

    private let state = Mutex(State())
    private let limit: Int
    private let time: TimeAmount

    init(_ settings: ScannerSettings) {
        limit = settings.cacheEntries
        time = TimeAmount(settings.cacheTime)
    }

    /// What was answered about `digest` under `signatures`; nil where that is not known any more. Without a version
    /// nobody knows whether the answer would be the same.
    func answer(to digest: String, under signatures: String?) -> ScanAnswer? {
        guard let signatures else { return nil }
        return state.withLock { state in
            guard let entry = state.entries[digest], entry.answer.signatures == signatures, entry.until > .now() else {
                return nil
            }
            return entry.answer
        }
    }

    /// Keeps an answer, where it is one about the content and does not bring content along.
    func keep(_ answer: ScanAnswer, about digest: String) {
        guard limit > 0, answer.signatures != nil, answer.outcome.kind != .failed, answer.repaired == nil else {
            return
        }
        state.withLock { state in
            if state.entries[digest] == nil {
                if state.order.count >= limit, let first = state.order.popFirst() { state.entries[first] = nil }
                state.order.append(digest)
            }
            state.entries[digest] = Entry(answer: answer, until: .now() + time)
        }
    }
}
