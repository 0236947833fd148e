import NIOCore
import Synchronization

/// Connections that wait for their next use, by address.
final class IdleChannels<Connection: ScannerConnection>: Sendable {
    private let idle = Mutex<[Connection.Address: [(connection: Connection, since: NIODeadline)]]>([:])
    private let limit: Int

    /// Servers close connections that say nothing for some time: one that has waited longer is not relied on.
    private static var longestWait: TimeAmount { .seconds(10) }

    init(limit: Int) { self.limit = limit }

    /// A connection to `address` that was used before; nil where there is none to rely on.
    func take(_ address: Connection.Address) -> Connection? {
        let oldest = NIODeadline.now() - Self.longestWait
        while let last = idle.withLock({ $0[address]?.popLast() }) {
            if last.since > oldest, last.connection.isUsable { return last.connection }
            last.connection.close()
        }
        return nil
    }

    /// Keeps a connection for its next use.
    func put(_ connection: Connection, to address: Connection.Address) {
        let surplus = idle.withLock { idle -> Connection? in
            idle[address, default: []].append((connection, .now()))
            return (idle[address]?.count ?? 0) > limit ? idle[address]?.removeFirst().connection : nil
        }
        surplus?.close()
    }
}
