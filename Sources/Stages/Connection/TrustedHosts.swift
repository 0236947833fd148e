import Policy
import Screening
import Values

/// Says which clients are trusted, by network or by name, and why. A host of a trusted name counts like one of a
/// trusted network: every stage that exempts trusted clients leaves it unchecked.
public struct TrustedHosts: Stage {
    static let trusted: Symbol = "TRUSTED_HOST"

    public static let manifest = StageManifest(
        id: "trusted-hosts", title: "Trusted Hosts",
        summary: "Exempts hosts of trusted names and networks from other stages.",
        phases: [.connect],
        needs: .dns,
        symbols: [SymbolDeclaration(trusted, "The client's address or its forward-confirmed name is trusted.")])

    /// Whose names are trusted, and what that exempts from.
    public struct Settings: StageSettings {
        let hosts: [Placed<HostPattern>]
        public let exemptionScope: ExemptionScope?

        public init(from reader: inout PolicyReader) {
            let hosts = reader.values(
                "hosts", default: [], expecting: HostPattern.expecting,
                "Names of trusted hosts: a client's name counts when it has the client's address in turn.",
                parse: { HostPattern($0) })
            let listed = reader.lists(
                "files", expecting: HostPattern.expecting, "Files of further names, one a line; # starts a comment.",
                parse: { HostPattern($0) })
            self.hosts = hosts + listed
            exemptionScope = ExemptionScope(.trusted, from: &reader)
        }
    }

    let settings: Settings
    let networks: [IPNetwork]

    public init(settings: Settings, site: Site) {
        (self.settings, networks) = (settings, site.trustedNetworks + site.trustedRelays)
    }

    public var idlePhases: Set<Phase> {
        settings.hosts.isEmpty && networks.isEmpty ? TrustedHosts.manifest.phases : []
    }

    public func evaluate(_ checkpoint: Checkpoint, in surroundings: Surroundings) async throws -> StageReport {
        let session = checkpoint.session
        // Trusted networks need no effect: the address itself exempts, in this phase and all others.
        if let client = session.client.value, let network = networks.first(where: { $0.contains(client) }) {
            let evidence: Evidence = ["client": .address(client), "network": .network(network)]
            return StageReport(findings: [Finding(TrustedHosts.trusted, evidence, scope: .session)])
        }
        if settings.hosts.isEmpty {
            return session.client.value == nil ? .notEvaluated("client address not known") : .nothing
        }
        let known = await ClientNames.look(up: session, dns: surroundings.dns)
        for name in known.names where name.isConfirmed {
            if let entry = settings.hosts.first(where: { $0.value.matches(name.text) }) {
                return TrustedHosts.report(session, name.text, entry, known)
            }
        }
        return known.omission.map(StageReport.notEvaluated) ?? .nothing
    }

    private static func report(
        _ session: Session, _ name: String, _ entry: Placed<HostPattern>, _ known: ClientNames
    ) -> StageReport {
        var evidence: Evidence = [:]
        evidence.add("client", session.client.value.map(EvidenceValue.address))
        evidence.add("name", .text(name))
        evidence.add("entry", .text(entry.value.text))
        evidence.add("listed_at", .text(entry.place.description))
        known.addSource(to: &evidence)
        let detail = name == entry.value.text ? name : "\(name) is \(entry.value.text)"
        return StageReport(
            findings: [Finding(trusted, evidence, scope: .session)],
            effects: [.countAs(.trusted, because: StageReport.Omission("exempt: trusted client", detail: detail))])
    }
}
