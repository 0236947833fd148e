import NIOCore
import Screening

/// The servers of a scanner, each asked over connections that are kept: so many at a time, and where one does not answer,
/// the next.
final class ServerPool<Connection: ScannerConnection>: Sendable {
    /// What came of a scan.
    struct Result: Sendable {
        let answer: ScanAnswer
        /// Whether its connection may be used for another.
        let keepsConnection: Bool
    }

    private let limit: TimeAmount
    private let servers: Servers<Connection.Address>
    private let gate: Gate
    private let idle: IdleChannels<Connection>

    /// A server that is busy takes connections all the same: one that does not even do that is away.
    static var connectTime: TimeAmount { .seconds(5) }

    init(_ settings: ScannerSettings, at addresses: [Connection.Address], note: @escaping @Sendable (String) -> Void) {
        limit = TimeAmount(settings.timeout)
        servers = Servers(addresses, of: settings.name, note: note)
        gate = Gate(settings.connections)
        idle = IdleChannels(limit: settings.connections)
    }

    /// The answer of the first server that `scan` gets one from; a failed one where there is none.
    func answer(
        _ scan: (Connection, Connection.Address, NIODeadline) async throws(ScannerFault) -> Result
    ) async -> ScanAnswer {
        do throws(ScannerFault) {
            return try await gate.within(by: .now() + limit) { () async throws(ScannerFault) -> ScanAnswer in
                try await servers.first { (address: Connection.Address) async throws(ScannerFault) -> ScanAnswer in
                    try await self.answer(of: address, by: .now() + limit, scan)
                }
            }
        } catch {
            return ScanAnswer(.failed(reason: error.description))
        }
    }

    private func answer(
        of address: Connection.Address, by deadline: NIODeadline,
        _ scan: (Connection, Connection.Address, NIODeadline) async throws(ScannerFault) -> Result
    ) async throws(ScannerFault) -> ScanAnswer {
        if let connection = idle.take(address) {
            do throws(ScannerFault) {
                return try await answer(over: connection, to: address, by: deadline, scan)
            } catch {
                // A connection that was closed meanwhile says nothing about the server.
                guard NIODeadline.now() < deadline else { throw error }
            }
        }
        let connection = try await Connection.open(address, by: min(deadline, .now() + Self.connectTime))
        return try await answer(over: connection, to: address, by: deadline, scan)
    }

    private func answer(
        over connection: Connection, to address: Connection.Address, by deadline: NIODeadline,
        _ scan: (Connection, Connection.Address, NIODeadline) async throws(ScannerFault) -> Result
    ) async throws(ScannerFault) -> ScanAnswer {
        do throws(ScannerFault) {
            let result = try await scan(connection, address, deadline)
            if result.keepsConnection { idle.put(connection, to: address) } else { connection.close() }
            return result.answer
        } catch {
            connection.close()
            throw error
        }
    }
}
