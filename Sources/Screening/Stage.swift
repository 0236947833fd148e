import Policy
import Values

/// One check. It looks at a checkpoint and reports what it saw; it neither weighs nor acts, and it cannot tell a live
/// session from a replay: everything that could differ enters through `Surroundings`.
///
/// There is one required method for all phases on purpose: a method per phase with a default would let a misspelt
/// one compile and never run.
public protocol Stage: Sendable {
    /// What the policy can set for the stage.
    associatedtype Settings: StageSettings

    /// The stage's declaration: id, phases, symbols, needs.
    static var manifest: StageManifest { get }

    /// A stage as the policy configures it.
    init(settings: Settings, site: Site)

    /// Phases of the manifest in which the settings leave the stage nothing to do, as a list without entries does. It
    /// is not asked then, and no report speaks of it. None unless the stage says otherwise.
    var idlePhases: Set<Phase> { get }

    /// Phases of the manifest of which nothing need be told when they never came: what the stage says there is about what
    /// came in them, and decides nothing. None unless the stage says otherwise.
    var quietPhases: Set<Phase> { get }

    /// How long the stage may take, live, where that is for it to say; nil, unless the stage says otherwise, leaves it to
    /// the policy's `stage_deadline`.
    var deadline: Duration? { get }

    /// Looks at one checkpoint. Called only for the phases the manifest names. A thrown error becomes the finding
    /// `<STAGE>_ERROR`; what the policy does about it is not the stage's concern.
    func evaluate(_ checkpoint: Checkpoint, in surroundings: Surroundings) async throws -> StageReport
}

/// A stage's settings, read from its section of the policy: one declaration gives the keys, their defaults, their
/// documentation and their decoding.
public protocol StageSettings: Sendable {
    /// Reads the settings. Problems are noted in the reader; the value then holds defaults.
    init(from reader: inout PolicyReader)

    /// The stages that an exemption is confined to; nil, unless the settings say otherwise, leaves it to each stage.
    var exemptionScope: ExemptionScope? { get }

    /// What the settings say of symbols, in the order of the policy.
    var symbolSettings: [SymbolSetting] { get }

    /// The symbols that the settings ask for by name, whichever stage finds them.
    var askedSymbols: [Placed<Symbol>] { get }

    /// Lines that the banner has after its first.
    var bannerLines: [String] { get }

    /// Whether what the stage finds in a message depends on what others found before it.
    var reconsiders: Bool { get }

    /// What the stage would have found in a message where it has `found` this, had `earlier` come before it; nil, unless
    /// the settings say otherwise, for the same. Effects are none of it.
    func reconsidered(_ found: [Finding], after earlier: EarlierFindings) -> StageReport?
}

extension Stage {
    /// Something to do in every phase.
    public var idlePhases: Set<Phase> { [] }

    /// As the policy has it for all stages.
    public var deadline: Duration? { nil }

    /// What did not come is told of every phase.
    public var quietPhases: Set<Phase> { [] }
}

extension StageSettings {
    /// Every exemption is left to each stage.
    public var exemptionScope: ExemptionScope? { nil }

    /// No symbol but those of the manifest, as the manifest has them.
    public var symbolSettings: [SymbolSetting] { [] }

    /// None is asked for.
    public var askedSymbols: [Placed<Symbol>] { [] }

    /// The banner is left alone.
    public var bannerLines: [String] { [] }

    /// What comes before decides nothing.
    public var reconsiders: Bool { false }

    /// What comes before decides nothing.
    public func reconsidered(_ found: [Finding], after earlier: EarlierFindings) -> StageReport? { nil }
}

/// What a stage declares about itself.
public struct StageManifest: Sendable {
    /// The name in policies, reports and man pages: `ip-screen`.
    public let id: String
    /// The row's title: `IP Screen`.
    public let title: String
    /// What the stage does, in a sentence.
    public let summary: String
    /// The phases the stage is asked at.
    public let phases: Set<Phase>
    /// Stages that must have run before, where they are part of the catalogue.
    public let after: [String]
    /// What the stage asks of the world.
    public let needs: Needs
    /// Who the policy can exempt from the stage; on by default.
    public let exemptions: [Exemption]
    /// Everything the stage can find.
    public let symbols: [SymbolDeclaration]
    /// Whether the stage runs unless the policy says otherwise.
    public let isEnabledByDefault: Bool
    /// Whether the stage is asked about exempt sessions too, with `Surroundings.exemption` saying why they are exempt.
    public let runsWhenExempt: Bool
    /// The finding a failure of the stage itself becomes.
    public let errorSymbol: Symbol
    /// Whether the stage is asked about what policy has refused already. A stage that remembers what it saw may not
    /// want to: live, nothing follows a refusal.
    public let runsWhenRefused: Bool

    /// What a stage asks of the world beyond the checkpoint itself.
    public struct Needs: OptionSet, Sendable, Hashable {
        public let rawValue: Int
        public init(rawValue: Int) { self.rawValue = rawValue }
        public static let dns = Needs(rawValue: 1)
        public static let state = Needs(rawValue: 2)
        public static let scanner = Needs(rawValue: 4)
    }

    /// Declares a stage.
    public init(
        id: String, title: String, summary: String, phases: Set<Phase>, after: [String] = [], needs: Needs = [],
        exemptions: [Exemption] = [], symbols: [SymbolDeclaration], isEnabledByDefault: Bool = true,
        runsWhenExempt: Bool = false, runsWhenRefused: Bool = true
    ) {
        (self.id, self.title, self.summary, self.phases) = (id, title, summary, phases)
        (self.after, self.needs, self.exemptions, self.symbols) = (after, needs, exemptions, symbols)
        self.isEnabledByDefault = isEnabledByDefault
        self.runsWhenExempt = runsWhenExempt
        self.runsWhenRefused = runsWhenRefused
        errorSymbol = Symbol(id.uppercased().replacing("-", with: "_") + "_ERROR")
    }
}

/// A class of clients the policy may leave unchecked.
public enum Exemption: String, Sendable, Hashable, CaseIterable {
    /// The client authenticated.
    case authenticated
    /// The client's address lies in `trusted_networks` or is a trusted relay, or its name is a trusted host's.
    case trusted
    /// The client's address lies in `lan_networks`.
    case lan
    /// The client is this host: its address is a loopback address.
    case localhost
    /// Somebody has lately fetched mail from the client's address. Only the stage `pop-before-smtp` knows.
    case mailboxLogin = "pop-before-smtp"
}

/// A symbol as its stage declares it: what it means and what it counts unless the policy says otherwise.
public struct SymbolDeclaration: Sendable {
    public let symbol: Symbol
    /// What it means, in a sentence.
    public let summary: String
    /// The default weight in thousandths of a point.
    public let weight: Int
    /// The default action besides its weight.
    public let action: Action
    /// The default reply where the action refuses; nil leaves the judge's own words.
    public let reply: ReplyText?

    /// Declares a symbol. `weight` is in thousandths of a point.
    public init(_ symbol: Symbol, _ summary: String, weight: Int = 0, action: Action = .score, reply: ReplyText? = nil)
    {
        (self.symbol, self.summary, self.weight, self.action, self.reply) = (symbol, summary, weight, action, reply)
    }
}

/// What a stage reports for one checkpoint.
public struct StageReport: Sendable, Hashable {
    /// What it saw.
    public var findings: [Finding] = []
    /// What it asks for.
    public var effects: [Effect] = []
    /// Why the stage could not look, when it could not: never to be taken for "nothing found".
    public var notEvaluated: [Omission] = []

    /// Why a stage did not look.
    public struct Omission: Sendable, Hashable {
        /// The reason in general words, the same for every message it holds for.
        public let reason: String
        /// What it was in this case.
        public let detail: String?

        /// A reason, and what it was in this case.
        public init(_ reason: String, detail: String? = nil) {
            (self.reason, self.detail) = (reason, detail)
        }

        /// The reason with what it was in this case.
        public var text: String { detail.map { "\(reason): \($0)" } ?? reason }
    }

    /// A report of these findings and effects.
    public init(findings: [Finding] = [], effects: [Effect] = []) {
        (self.findings, self.effects) = (findings, effects)
    }

    /// The stage looked and found nothing.
    public static let nothing = StageReport()

    /// The stage could not look.
    public static func notEvaluated(_ reason: String, detail: String? = nil) -> StageReport {
        notEvaluated(Omission(reason, detail: detail))
    }

    /// The stage could not look.
    public static func notEvaluated(_ omission: Omission) -> StageReport {
        var report = StageReport()
        report.notEvaluated = [omission]
        return report
    }
}
