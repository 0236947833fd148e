import Policy
import Screening
import Values

/// Slows down clients that name many recipients: each RCPT past a number waits longer than the one before. Can also
/// delay the reply to EHLO, and notes clients that talk before they are spoken to.
public struct Tarpit: Stage {
    static let delayed: Symbol = "TARPIT_DELAYED"
    static let earlyTalker: Symbol = "TARPIT_EARLY_TALKER"

    public static let manifest = StageManifest(
        id: "tarpit", title: "Tarpitting",
        summary: "Delays replies to clients that name many recipients.",
        phases: [.helo, .rcpt, .observe],
        exemptions: [.authenticated, .trusted],
        symbols: [
            SymbolDeclaration(delayed, "The reply was held back because of the number of recipients."),
            SymbolDeclaration(
                earlyTalker, "The client sent before it was its turn (RFC 5321 §3.1, §4.3.1).", weight: 2000),
        ],
        isEnabledByDefault: false)

    /// How many recipients are free and how the delay grows.
    public struct Settings: StageSettings {
        let recipients: Int
        let delay: Duration
        /// In thousandths.
        let factor: Int
        let cap: Duration
        let heloDelay: Duration
        let earlyTalker: Bool
        let allow: [AddressPattern]

        public init(from reader: inout PolicyReader) {
            recipients = reader.integer(
                "recipients", default: 5, in: 0...100_000, "Recipients of one transaction that wait for nothing.")
            delay = reader.duration(
                "delay", default: .seconds(10), in: .zero...(.seconds(300)), "How long the first one past that waits.")
            factor = reader.score("factor", default: 1500, "What each further one's delay is multiplied by.").value
            cap = reader.duration(
                "maximum", default: .seconds(60), in: .zero...(.seconds(300)), "No reply waits longer than this.")
            reader.warn(of: "delay", delay, beyond: "maximum", cap)
            heloDelay = reader.duration(
                "helo_delay", default: .zero, in: .zero...(.seconds(300)), "How long the reply to HELO or EHLO waits.")
            earlyTalker = reader.flag("early_talker", default: true, "Whether talking out of turn is a finding.")
            allow = reader.values(
                "allow", default: [], expecting: "an address, a CIDR network, a range a-b, or an address with * and ?",
                "Clients that are never delayed.", parse: { AddressPattern($0) }
            ).map(\.value)
            if factor < 1000 || factor > 100_000 {
                reader.report("'factor' must be between 1 and 100", at: reader.place(of: "factor"))
            }
        }
    }

    let settings: Settings

    public init(settings: Settings, site: Site) { self.settings = settings }

    public func evaluate(_ checkpoint: Checkpoint, in surroundings: Surroundings) async throws -> StageReport {
        if let client = checkpoint.session.client.value, let entry = settings.allow.first(where: { $0.matches(client) })
        {
            return .notEvaluated("client on the tarpit's allow list", detail: entry.description)
        }
        switch checkpoint {
        case .helo:
            return settings.heloDelay > .zero ? StageReport(effects: [.delayReply(settings.heloDelay)]) : .nothing
        case .rcpt(let transaction, _):
            let number = transaction.recipients.count + 1
            guard let delay = delay(ofRecipient: number) else { return .nothing }
            return StageReport(
                findings: [Tarpit.delayed(number, free: settings.recipients, delay)], effects: [.delayReply(delay)])
        case .observe(_, .spokeEarly(let phase)):
            return settings.earlyTalker ? StageReport(findings: [Tarpit.early(phase)]) : .nothing
        case .observe, .connect, .tls, .auth, .mail, .message:
            return .nothing
        }
    }

    /// How long the reply to the `number`th RCPT of a transaction waits; nil when it does not.
    func delay(ofRecipient number: Int) -> Duration? {
        guard number > settings.recipients, settings.delay > .zero else { return nil }
        let cap = Int(settings.cap.milliseconds)
        var delay = min(Int(settings.delay.milliseconds), cap)
        // Grows by whole milliseconds, so that live and replay, and any machine, agree to the last digit.
        for _ in 1..<max(number - settings.recipients, 1) {
            let next = min(delay * settings.factor / 1000, cap)
            if next == delay { break }
            delay = next
        }
        return .milliseconds(delay)
    }

    private static func delayed(_ number: Int, free: Int, _ delay: Duration) -> Finding {
        Finding(delayed, ["recipient": .number(number), "free_recipients": .number(free), "delay": .duration(delay)])
    }

    private static func early(_ phase: Phase) -> Finding {
        Finding(earlyTalker, ["before_reply_to": .text(phase.rawValue)], scope: .session)
    }
}
