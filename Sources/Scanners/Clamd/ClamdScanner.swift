import NIOCore
import SMTP
import Screening
import Values

/// ClamAV's clamd at one of several addresses.
final class ClamdScanner: ContentScanner {
    private let pool: ServerPool<ClamdSession>
    private let cache: ScanCache

    init(_ settings: ScannerSettings, at addresses: [ServerAddress], note: @escaping @Sendable (String) -> Void) {
        pool = ServerPool(settings, at: addresses, note: note)
        cache = ScanCache(settings)
    }

    func scan(_ content: Bytes, digest: String) async -> ScanAnswer {
        await pool.answer { (session, _, deadline) async throws(ScannerFault) in
            try await self.scan(content, digest, in: session, by: deadline)
        }
    }

    private func scan(
        _ content: Bytes, _ digest: String, in session: ClamdSession, by deadline: NIODeadline
    ) async throws(ScannerFault) -> ServerPool<ClamdSession>.Result {
        let version = try await session.version(by: deadline)
        if let known = cache.answer(to: digest, under: version) {
            return .init(answer: known, keepsConnection: true)
        }
        let outcome = try await session.scan(content, by: deadline)
        // It could not now: another one may.
        if case .failed(let reason) = outcome { throw ScannerFault(reason) }
        let answer = ScanAnswer(outcome, signatures: version)
        cache.keep(answer, about: digest)
        // clamd ends a session in which it was sent too much.
        var isEnded = false
        if case .tooLarge = outcome { isEnded = true }
        return .init(answer: answer, keepsConnection: !isEnded)
    }
}
