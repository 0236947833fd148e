import Authentication
import DNS
import Screening
import Values

/// The names a client goes by: what its address resolves to, or where nobody recorded that, the name that the
/// receiving server wrote into its Received field.
struct ClientNames: Sendable {
    /// One name, in the form of `HostName.canonical`.
    struct Name: Sendable, Hashable {
        let text: String
        /// Whether the name has the client's address in turn. One that has not is what the owner of the address
        /// claims, and may be anybody's.
        let isConfirmed: Bool
    }

    /// The names, confirmed ones first.
    let names: [Name]
    /// Why there may be others; nil when these are all.
    let omission: StageReport.Omission?
    private let source: Source

    private enum Source {
        case dns([DNSExchange])
        case trace(String)
        case none
    }

    /// Looks up the names of the session's client.
    static func look(up session: Session, dns: any DNSView) async -> ClientNames {
        let traced = session.reverseName.value.map { name in
            ClientNames(
                names: [Name(text: HostName.canonical(name), isConfirmed: true)], omission: nil,
                source: .trace(session.reverseName.provenance))
        }
        guard let client = session.client.value else {
            return traced
                ?? ClientNames(
                    names: [], omission: StageReport.Omission("client address not known"), source: .none)
        }
        let outcome = await ReverseNameCheck.evaluate(client, dns: dns)
        if outcome.result == .unrecorded, let traced { return traced }
        let unconfirmed = outcome.names.filter { !outcome.confirmed.contains($0) }
        return ClientNames(
            names: outcome.confirmed.map { Name(text: $0.relativeText, isConfirmed: true) }
                + unconfirmed.map { Name(text: $0.relativeText, isConfirmed: false) },
            omission: omission(outcome), source: .dns(outcome.exchanges))
    }

    private static func omission(_ outcome: ReverseNameOutcome) -> StageReport.Omission? {
        if !outcome.unrecorded.isEmpty {
            return StageReport.Omission(
                "unrecorded DNS", detail: outcome.unrecorded.map(\.description).joined(separator: ", "))
        }
        let failed = outcome.exchanges.filter { $0.answer == .serverFailure || $0.answer == .timeout }
        if failed.isEmpty { return nil }
        return StageReport.Omission(
            "reverse lookup failed for now", detail: failed.map(\.description).joined(separator: ", "))
    }

    /// Adds where the names come from.
    func addSource(to evidence: inout Evidence) {
        switch source {
        case .dns(let exchanges): evidence.add("dns", .answers(exchanges))
        case .trace(let provenance): evidence.add("name_from", .text(provenance))
        case .none: break
        }
    }
}
