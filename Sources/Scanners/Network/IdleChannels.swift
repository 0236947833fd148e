import NIOCore
import Synchronization

/// Connections that wait for their next use, by address.
final class IdleChannels<Address: Sendable & Hashable, Connection: Sendable>: Sendable {
    private let idle = Mutex<[Address: [(connection: Connection, since: NIODeadline)]]>([:])
    private let limit: Int
    private let close: @Sendable (Connection) -> Void
    private let isOpen: @Sendable (Connection) -> Bool

    /// Servers close connections that say nothing for some time: one that has waited longer is not relied on.
    private static var longestWait: TimeAmount { .seconds(10) }

    init(
        limit: Int, isOpen: @escaping @Sendable (Connection) -> Bool, close: @escaping @Sendable (Connection) -> Void
    ) {
        (self.limit, self.isOpen, self.close) = (limit, isOpen, close)
    }

    /// A connection to `address` that was used before; nil where there is none to rely on.
    func take(_ address: Address) -> Connection? {
        let oldest = NIODeadline.now() - Self.longestWait
        while let last = idle.withLock({ $0[address]?.popLast() }) {
            if last.since > oldest, isOpen(last.connection) { return last.connection }
            close(last.connection)
        }
        return nil
    }

    /// Keeps a connection for its next use.
    func put(_ connection: Connection, to address: Address) {
        let surplus = idle.withLock { idle -> Connection? in
            idle[address, default: []].append((connection, .now()))
            return (idle[address]?.count ?? 0) > limit ? idle[address]?.removeFirst().connection : nil
        }
        if let surplus { close(surplus) }
    }
}
