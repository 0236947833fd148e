import NIOCore
import SMTP
import Screening
import Values

/// ClamAV's clamd at one of several addresses.
final class ClamdScanner: ContentScanner {
    private let settings: ScannerSettings
    private let servers: Servers<ServerAddress>
    private let gate: Gate
    private let cache: ScanCache
    private let idle: IdleChannels<ServerAddress, ClamdSession>

    /// A clamd that is busy takes connections all the same: one that does not even do that is away.
    private static let connectTime = TimeAmount.seconds(5)

    init(_ settings: ScannerSettings, at addresses: [ServerAddress], note: @escaping @Sendable (String) -> Void) {
        self.settings = settings
        servers = Servers(addresses, of: settings.name, note: note)
        gate = Gate(settings.connections)
        cache = ScanCache(settings)
        idle = IdleChannels(limit: settings.connections, isOpen: { $0.isUsable }, close: { $0.close() })
    }

    func scan(_ content: Bytes, digest: String) async -> ScanAnswer {
        let time = TimeAmount(settings.timeout)
        do throws(ScannerFault) {
            return try await gate.within(by: .now() + time) { () async throws(ScannerFault) -> ScanAnswer in
                try await servers.first { (address: ServerAddress) async throws(ScannerFault) -> ScanAnswer in
                    try await self.scan(content, digest, at: address, by: .now() + time)
                }
            }
        } catch {
            return ScanAnswer(.failed(reason: error.description))
        }
    }

    private func scan(
        _ content: Bytes, _ digest: String, at address: ServerAddress, by deadline: NIODeadline
    ) async throws(ScannerFault) -> ScanAnswer {
        if let session = idle.take(address) {
            do throws(ScannerFault) {
                return try await scan(content, digest, in: session, at: address, by: deadline)
            } catch {
                // A session that was closed meanwhile says nothing about the server.
                guard NIODeadline.now() < deadline else { throw error }
            }
        }
        let session = try await ClamdSession.open(address, by: min(deadline, .now() + ClamdScanner.connectTime))
        return try await scan(content, digest, in: session, at: address, by: deadline)
    }

    private func scan(
        _ content: Bytes, _ digest: String, in session: ClamdSession, at address: ServerAddress,
        by deadline: NIODeadline
    ) async throws(ScannerFault) -> ScanAnswer {
        do throws(ScannerFault) {
            let version = try await session.version(by: deadline)
            if let known = cache.answer(to: digest, under: version) {
                idle.put(session, to: address)
                return known
            }
            let outcome = try await session.scan(content, by: deadline)
            let answer = ScanAnswer(outcome, signatures: version)
            switch outcome {
            case .failed(let reason):
                // It could not now: another one may.
                throw ScannerFault(reason)
            case .tooLarge:
                // clamd ends a session in which it was sent too much.
                session.close()
            case .clean, .infected, .unscannable: idle.put(session, to: address)
            }
            cache.keep(answer, about: digest)
            return answer
        } catch {
            session.close()
            throw error
        }
    }
}
