import Synchronization

/// Something that happens once.
final class Flag: Sendable {
    private let isSet = Mutex(false)

    /// Sets it; whether it was not yet set.
    func set() -> Bool {
        isSet.withLock { isSet in
            defer { isSet = true }
            return !isSet
        }
    }
}
