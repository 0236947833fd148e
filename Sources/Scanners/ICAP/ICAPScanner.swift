import NIOCore
import Screening
import Synchronization
import Values

/// A service of ICAP servers at one of several addresses.
final class ICAPScanner: ContentScanner {
    private let pool: ServerPool<ICAPConnection>
    private let cache: ScanCache
    private let options = Mutex<[ICAPService: ICAPOptions]>([:])

    init(_ settings: ScannerSettings, at services: [ICAPService], note: @escaping @Sendable (String) -> Void) {
        pool = ServerPool(settings, at: services, note: note)
        cache = ScanCache(settings)
    }

    func scan(_ content: Bytes, digest: String) async -> ScanAnswer {
        await pool.answer { (connection, service, deadline) async throws(ScannerFault) in
            try await self.scan(content, digest, over: connection, by: service, until: deadline)
        }
    }

    private func scan(
        _ content: Bytes, _ digest: String, over connection: ICAPConnection, by service: ICAPService,
        until deadline: NIODeadline
    ) async throws(ScannerFault) -> ServerPool<ICAPConnection>.Result {
        let options = try await options(of: service, over: connection, by: deadline)
        if let known = cache.answer(to: digest, under: options.tag) {
            return .init(answer: known, keepsConnection: true)
        }
        let response = try await connection.scan(content, by: service, options, until: deadline)
        let tag = ICAPOptions.tag(of: response.head) ?? options.tag
        // RFC 3507 §4.7: another tag tells that the service is not what it was.
        if tag != options.tag { self.options.withLock { $0[service] = nil } }
        let repaired = response.repaired.flatMap { $0.isEmpty || $0 == content ? nil : $0 }
        let answer = ScanAnswer(response.outcome, signatures: tag, repaired: repaired)
        if case .failed(let reason) = answer.outcome { throw ScannerFault(reason) }
        cache.keep(answer, about: digest)
        let isLast = !response.isWhole || response.head["connection"]?.asciiLowercased.contains("close") == true
        return .init(answer: answer, keepsConnection: !isLast)
    }

    /// What the service takes, as it said lately or says now.
    private func options(
        of service: ICAPService, over connection: ICAPConnection, by deadline: NIODeadline
    ) async throws(ScannerFault) -> ICAPOptions {
        if let known = options.withLock({ $0[service] }), known.until > .now() { return known }
        let asked = try await connection.options(
            of: service, by: min(deadline, .now() + ServerPool<ICAPConnection>.connectTime))
        options.withLock { $0[service] = asked }
        return asked
    }
}
