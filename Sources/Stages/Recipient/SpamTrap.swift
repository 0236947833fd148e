import Policy
import Screening
import State
import Values

/// Finds mail to spam traps: addresses that nobody has and that only those write to who collect or guess addresses.
///
/// The client is noted for Dynamic Screen: under the key `dynamic-screen|spam-trap|NETWORK` its hits are counted, whatever
/// becomes of the mail. Where no state is kept, the finding is the same and nothing is counted.
public struct SpamTrap: Stage {
    static let hit: Symbol = "SPAM_TRAP"
    static let message: Symbol = "SPAM_TRAP_MESSAGE"

    public static let manifest = StageManifest(
        id: "spam-trap", title: "Spam Traps",
        summary: "Finds mail to addresses that only senders of spam write to, and notes the client.",
        phases: [.rcpt, .message],
        exemptions: [.authenticated, .trusted, .lan],
        symbols: [
            SymbolDeclaration(
                hit, "A recipient is a spam trap: nobody who got the address from a person writes to it.",
                reply: ReplyText(50, 1, 1, "No such user")),
            SymbolDeclaration(
                message, "The message was sent to a spam trap too: it is spam for its other recipients as well.",
                weight: 8000),
        ])

    /// The traps.
    public struct Settings: StageSettings {
        let traps: [Placed<SenderPattern>]
        let index: SenderIndex
        let window: Duration

        public init(from reader: inout PolicyReader) {
            let named = reader.values(
                "addresses", default: [], expecting: SenderPattern.expecting, "Recipients that are traps.",
                parse: { SpamTrap.pattern($0) })
            let listed = reader.lists(
                "files", expecting: SenderPattern.expecting, "Files of further traps, one a line; # starts a comment.",
                parse: { SpamTrap.pattern($0) })
            window = reader.duration(
                "window", default: .seconds(86_400), in: .seconds(60)...(.seconds(31 * 86_400)),
                "How long the hits of a client are counted together, for Dynamic Screen.")
            traps = named + listed
            index = SenderIndex(traps.map(\.value))
        }
    }

    /// A pattern of recipients; the null path is none.
    private static func pattern(_ text: String) -> SenderPattern? {
        guard let pattern = SenderPattern(text), pattern != .null else { return nil }
        return pattern
    }

    let settings: Settings

    public init(settings: Settings, site: Site) { self.settings = settings }

    public var idlePhases: Set<Phase> { settings.traps.isEmpty ? SpamTrap.manifest.phases : [] }

    public func evaluate(_ checkpoint: Checkpoint, in surroundings: Surroundings) async throws -> StageReport {
        if case .message = checkpoint, let trapped = surroundings.earlier.first(SpamTrap.hit) {
            return StageReport(findings: [Finding(SpamTrap.message, trapped.evidence)])
        }
        guard case .rcpt(let transaction, let recipient) = checkpoint else { return .nothing }
        guard let path = recipient.path.value, let address = SenderAddress(path) else {
            return .notEvaluated("recipient not known")
        }
        guard let entry = settings.index.matches(address).first.map({ settings.traps[$0] }) else { return .nothing }
        let client = transaction.session.client.value
        if let client {
            // What is found must not hang on whether it can be counted.
            _ = try? await surroundings.state.increment(
                SpamTrap.counter(client), by: 1, window: settings.window, at: surroundings.now)
        }
        var evidence: Evidence = [
            "recipient": .text(address.text), "entry": .text(entry.value.description),
            "listed_at": .text(entry.place.description),
        ]
        evidence.add("client", client.map { .address($0) })
        return StageReport(findings: [Finding(SpamTrap.hit, evidence)])
    }

    /// Where the hits of `client` are counted: by its address, or the network of 64 bits where it is of IPv6.
    static func counter(_ client: IPAddress) -> StateKey {
        let network = client.isV4 ? nil : IPNetwork(client, prefixLength: 64)
        return StateKey("dynamic-screen", "spam-trap", network?.description ?? client.description)
    }
}
