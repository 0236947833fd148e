import SMTP
import State
import Values

/// Servers with which a handshake failed: they are spoken to without TLS for a while, where that may be, so that mail goes
/// on.
public struct TLSRetryList: Sendable {
    private let state: any StateStore
    private let time: Duration
    private let clock: @Sendable () -> Timestamp

    /// A list kept in `state`, whose entries last for `time`.
    public init(_ state: any StateStore, time: Duration, clock: @escaping @Sendable () -> Timestamp) {
        (self.state, self.time, self.clock) = (state, time, clock)
    }

    private static func key(_ address: ServerAddress) -> StateKey { StateKey("tls", "next-hop", address.description) }

    /// Whether `address` is on the list. A state that does not answer has nobody on it.
    func contains(_ address: ServerAddress) async -> Bool {
        guard time > .zero else { return false }
        return (try? await state.get(TLSRetryList.key(address), at: clock())).flatMap { $0 } != nil
    }

    /// Puts `address` on the list.
    func add(_ address: ServerAddress, because reason: String) async {
        guard time > .zero else { return }
        let now = clock()
        try? await state.put(TLSRetryList.key(address), String(reason.prefix(200)), expires: now + time, at: now)
    }
}
