import Authentication
import Mail
import Policy
import Screening
import Values

/// Tells answers to mail that was sent from here from those to mail that never was (Bounce Address Tag Validation,
/// draft-levine-smtp-batv-01): the reverse-paths of outgoing mail get a tag, and whoever answers to them brings it back.
public struct Backscatter: Stage {
    static let valid: Symbol = "BATV_VALID"
    static let missing: Symbol = "BATV_MISSING"
    static let invalid: Symbol = "BATV_INVALID"
    static let expired: Symbol = "BATV_EXPIRED"
    static let autoresponse: Symbol = "BATV_AUTORESPONSE"

    private static let refusal = ReplyText(50, 7, 1, "This is not a reply to mail sent from here")

    public static let manifest = StageManifest(
        id: "backscatter", title: "Backscatter Protection",
        summary: "Tags the reverse-paths of outgoing mail, and tells by the tag which bounces answer it.",
        phases: [.mail, .rcpt, .message],
        exemptions: [.authenticated, .trusted, .lan],
        symbols: [
            SymbolDeclaration(valid, "A bounce or automatic answer is to mail that was sent from here.", weight: -500),
            SymbolDeclaration(
                missing, "A bounce or automatic answer is to an address that no mail was sent from: it has no tag.",
                weight: 3000, action: .reject, reply: refusal),
            SymbolDeclaration(
                invalid, "The tag of the address that a bounce or automatic answer is to was not made here.",
                weight: 4000, action: .reject, reply: refusal),
            SymbolDeclaration(
                expired, "The tag of the address that a bounce or automatic answer is to has expired.",
                weight: 2000, action: .reject, reply: refusal),
            SymbolDeclaration(
                autoresponse, "A message calls itself an automatic answer, and no recipient has a valid tag.",
                weight: 1000),
        ],
        runsWhenExempt: true)

    let settings: Settings
    private let site: Site

    public init(settings: Settings, site: Site) { (self.settings, self.site) = (settings, site) }

    public var idlePhases: Set<Phase> { settings.keyring == nil ? Backscatter.manifest.phases : [] }

    public func evaluate(_ checkpoint: Checkpoint, in surroundings: Surroundings) async throws -> StageReport {
        guard let keyring = settings.keyring else { return .nothing }
        // What a relay in front of the server hands on comes from outside, and a tag tells the same on either side.
        let exemption = site.isRelayed(checkpoint.session) ? nil : surroundings.exemption
        let check = BackscatterCheck(
            settings: settings, site: site, keyring: keyring, now: surroundings.now, exemption: exemption)
        switch checkpoint {
        case .mail(let transaction): return check.outgoing(transaction)
        case .rcpt(let transaction, let recipient): return check.recipient(recipient, of: transaction)
        case .message(let transaction, let message): return check.message(message, of: transaction)
        case .connect, .helo, .tls, .auth, .observe: return .nothing
        }
    }
}
