import Authentication
import DNS
import Synchronization
import Testing
import Values

/// A check against records written as a DNS fixture.
func checkSPF(
    _ dns: String, ip: String = "192.0.2.1", helo: String = "mail.example.net", from: String = "user@example.org",
    identity: SPFQuery.Identity = .mailFrom, limits: SPFLimits = SPFLimits()
) async throws -> SPFOutcome {
    try await checkSPF(
        DNSZone(fixture: dns), ip: ip, helo: helo, from: from, identity: identity, limits: limits)
}

/// A check against any view.
func checkSPF(
    _ dns: any DNSView, ip: String = "192.0.2.1", helo: String = "mail.example.net", from: String = "user@example.org",
    identity: SPFQuery.Identity = .mailFrom, limits: SPFLimits = SPFLimits()
) async throws -> SPFOutcome {
    let query = SPFQuery(
        ip: try #require(IPAddress(ip)), helo: helo, mailFrom: from, identity: identity, receiver: "mx.example.com",
        now: Timestamp(seconds: 1_700_000_000))
    return await SPFCheck.evaluate(query, dns: dns, limits: limits)
}

/// Counts the questions that reach a view.
final class CountingDNS: DNSView {
    private let base: any DNSView
    private let asked = Mutex<Int>(0)

    init(_ base: any DNSView) { self.base = base }

    var count: Int { asked.withLock { $0 } }

    func answer(to question: DNSQuestion) async -> DNSAnswer {
        asked.withLock { $0 += 1 }
        return await base.answer(to: question)
    }
}
