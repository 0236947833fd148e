import NIOCore
import Screening
import Synchronization
import Values

/// A service of ICAP servers at one of several addresses.
final class ICAPScanner: ContentScanner {
    private let settings: ScannerSettings
    private let servers: Servers<ICAPService>
    private let gate: Gate
    private let cache: ScanCache
    private let idle: IdleChannels<ICAPService, ICAPConnection>
    private let options = Mutex<[ICAPService: ICAPOptions]>([:])

    private static let connectTime = TimeAmount.seconds(5)

    init(_ settings: ScannerSettings, at services: [ICAPService], note: @escaping @Sendable (String) -> Void) {
        self.settings = settings
        servers = Servers(services, of: settings.name, note: note)
        gate = Gate(settings.connections)
        cache = ScanCache(settings)
        idle = IdleChannels(limit: settings.connections, isOpen: { $0.isUsable }, close: { $0.close() })
    }

    func scan(_ content: Bytes, digest: String) async -> ScanAnswer {
        let time = TimeAmount(settings.timeout)
        do throws(ScannerFault) {
            return try await gate.within(by: .now() + time) { () async throws(ScannerFault) -> ScanAnswer in
                try await servers.first { (service: ICAPService) async throws(ScannerFault) -> ScanAnswer in
                    try await self.scan(content, digest, by: service, until: .now() + time)
                }
            }
        } catch {
            return ScanAnswer(.failed(reason: error.description))
        }
    }

    private func scan(
        _ content: Bytes, _ digest: String, by service: ICAPService, until deadline: NIODeadline
    ) async throws(ScannerFault) -> ScanAnswer {
        if let connection = idle.take(service) {
            do throws(ScannerFault) {
                return try await scan(content, digest, over: connection, by: service, until: deadline)
            } catch {
                // A connection that was closed meanwhile says nothing about the server.
                guard NIODeadline.now() < deadline else { throw error }
            }
        }
        let connection = try await ICAPConnection(
            to: service, by: min(deadline, .now() + ICAPScanner.connectTime))
        return try await scan(content, digest, over: connection, by: service, until: deadline)
    }

    private func scan(
        _ content: Bytes, _ digest: String, over connection: ICAPConnection, by service: ICAPService,
        until deadline: NIODeadline
    ) async throws(ScannerFault) -> ScanAnswer {
        do throws(ScannerFault) {
            let options = try await options(of: service, over: connection, by: deadline)
            if let known = cache.answer(to: digest, under: options.tag) {
                idle.put(connection, to: service)
                return known
            }
            let response = try await connection.scan(content, by: service, options, until: deadline)
            let tag = ICAPOptions.tag(of: response.head) ?? options.tag
            // RFC 3507 §4.7: another tag tells that the service is not what it was.
            if tag != options.tag { self.options.withLock { $0[service] = nil } }
            let answer = ScanAnswer(response.outcome, signatures: tag)
            if case .failed(let reason) = answer.outcome { throw ScannerFault(reason) }
            cache.keep(answer, about: digest)
            let isLast = !response.isWhole || response.head["connection"]?.asciiLowercased.contains("close") == true
            if isLast { connection.close() } else { idle.put(connection, to: service) }
            return answer
        } catch {
            connection.close()
            throw error
        }
    }

    /// What the service takes, as it said lately or says now.
    private func options(
        of service: ICAPService, over connection: ICAPConnection, by deadline: NIODeadline
    ) async throws(ScannerFault) -> ICAPOptions {
        if let known = options.withLock({ $0[service] }), known.until > .now() { return known }
        let asked = try await connection.options(of: service, by: min(deadline, .now() + ICAPScanner.connectTime))
        options.withLock { $0[service] = asked }
        return asked
    }
}
