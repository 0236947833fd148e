import Policy
import Screening
import Values

/// Says which clients are local, by `lan_networks`. The address itself exempts them from the stages that leave local
/// clients unchecked; here the policy can confine that to some stages.
public struct LANIPs: Stage {
    static let local: Symbol = "LAN_IP"

    public static let manifest = StageManifest(
        id: "lan-ips", title: "LAN IPs",
        summary: "Tells clients of local networks from all others.",
        phases: [.connect],
        symbols: [SymbolDeclaration(local, "The client's address lies in one of the local networks.")])

    /// What local clients are exempt from.
    public struct Settings: StageSettings {
        public let exemptionScope: ExemptionScope?

        public init(from reader: inout PolicyReader) { exemptionScope = ExemptionScope(.lan, from: &reader) }
    }

    let networks: [IPNetwork]

    public init(settings: Settings, site: Site) { networks = site.lanNetworks }

    public var idlePhases: Set<Phase> {
        networks.isEmpty ? LANIPs.manifest.phases : []
    }

    public func evaluate(_ checkpoint: Checkpoint, in surroundings: Surroundings) async throws -> StageReport {
        guard let client = checkpoint.session.client.value else { return .notEvaluated("client address not known") }
        guard let network = networks.first(where: { $0.contains(client) }) else { return .nothing }
        let evidence: Evidence = ["client": .address(client), "network": .network(network)]
        return StageReport(findings: [Finding(LANIPs.local, evidence, scope: .session)])
    }
}
