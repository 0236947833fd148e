import Authentication
import Mail
import Policy
import Screening
import Values

/// Writes what the other stages found about who sent a message into an Authentication-Results field, and takes fields
/// that pretend to be ours out (RFC 8601 §2, §5).
public struct AuthenticationResultsStage: Stage {
    static let forged: Symbol = "FORGED_AUTH_RESULTS"

    public static let manifest = StageManifest(
        id: "authentication-results", title: "Authentication-Results",
        summary: "Writes an Authentication-Results field and removes those of others that claim to be ours.",
        phases: [.message],
        after: ["reverse-lookup", "spf", "dkim", "arc", "dmarc", "vbr"],
        symbols: [
            SymbolDeclaration(
                forged, "The message came with results of authentication under the name of this site.", weight: 500)
        ])

    /// What is written, and which fields are ours.
    public struct Settings: StageSettings {
        let writes: Bool
        let identifiers: [String]
        let trustsRelays: Bool

        public init(from reader: inout PolicyReader) {
            writes = reader.flag(
                "add_field", default: true, "Whether an Authentication-Results field is added to the message.")
            identifiers = reader.texts(
                "other_ids", default: [], "Further names under which hosts of the site write results."
            ).map(\.value)
            trustsRelays = reader.flag(
                "keep_from_relays", default: true,
                "Whether results under our names stay where a trusted relay hands the message on.")
        }
    }

    let settings: Settings
    let site: Site

    public init(settings: Settings, site: Site) { (self.settings, self.site) = (settings, site) }

    /// Without a name to write under, there is nothing to do.
    public var idlePhases: Set<Phase> { site.authservID == nil ? [.message] : [] }

    public func evaluate(_ checkpoint: Checkpoint, in surroundings: Surroundings) async throws -> StageReport {
        guard case .message(let transaction, let message) = checkpoint, let identifier = site.authservID else {
            return .nothing
        }
        var report = claims(in: message, transaction.session, surroundings.earlier)
        guard settings.writes else { return report }
        let results = AuthenticationResults(
            authservID: identifier,
            results: AuthenticationResultsStage.results(of: surroundings.earlier.findings, transaction, message))
        report.effects.append(
            .addHeader(name: AuthenticationResults.Form.plain.fieldName, value: results.folded()))
        return report
    }
}
