import Authentication
import Mail
import Policy
import Screening
import Values

extension ARCStage {
    /// What the trusted end of a whole chain says of the message; nil when the newest sealer is not trusted.
    ///
    /// RFC 8617 §7.2, §9.6: a hop's words count only when it is trusted and everyone after it is, for each could have
    /// written what it liked about those before. Of the hops so trusted the first one that tells of DMARC counts, for it
    /// saw the message the earliest; without any, the first of them.
    func trust(_ outcome: ARCOutcome, _ message: Message) -> Evidence? {
        var trusted: [(hop: ARCHop, entry: Placed<HostPattern>)] = []
        for hop in outcome.hops.reversed() {
            guard let entry = entry(for: hop) else { break }
            trusted.insert((hop, entry), at: 0)
        }
        guard let first = trusted.first else { return nil }
        let said = trusted.map { AuthenticationResults.read(Bytes($0.hop.results)).results }
        let place = said.firstIndex { $0.results.contains { $0.method == "dmarc" } } ?? 0
        let (hop, entry) = place < trusted.count ? trusted[place] : first
        let results = said[place]

        var evidence: Evidence = [:]
        evidence.add("sealer", hop.domain.map(EvidenceValue.text))
        evidence.add("instance", .number(hop.instance))
        evidence.add("authserv_id", .text(results.authservID))
        for method in ["spf", "dkim", "dmarc"] {
            let found = results.results.filter { $0.method == method }
            guard let result = found.first(where: { $0.result == "pass" }) ?? found.first else { continue }
            if method == "dmarc", let domain = result.domain, !ARCStage.isAuthor(domain, of: message) {
                // What DMARC said of another author says nothing of this one.
                evidence.add("dmarc_from", .text(domain))
            } else {
                evidence.add(method, .text(result.result))
            }
        }
        evidence.add("listed_at", .text(entry.place.description))
        return evidence
    }

    private func entry(for hop: ARCHop) -> Placed<HostPattern>? {
        guard let domain = hop.domain else { return nil }
        let name = HostName.canonical(domain)
        return settings.trustedSealers.first { $0.value.matches(name) }
    }

    private static func isAuthor(_ domain: String, of message: Message) -> Bool {
        let authors = message.fromMailboxes
        return !authors.isEmpty
            && authors.allSatisfy { HostName.canonical($0.domain) == HostName.canonical(domain) }
    }
}
