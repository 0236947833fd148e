import Bayes
import Policy
import Screening

/// Which messages may be learned by the verdict on them alone.
///
/// A filter that believes itself drifts: what it takes for ham is learned as ham, and its like is taken for ham the more.
/// So what was learned before has no say, ham must be vouched for, spam needs several witnesses, what the filter would
/// be told the opposite of is left to people, and neither kind may crowd out the other.
public struct AutoLearning: Sendable {
    /// What becomes of a message.
    public enum Choice: Sendable, Hashable {
        /// It is learned.
        case learn(MailLabel)
        /// It is not, for this reason.
        case leave(String)

        /// The word that SpamAssassin has for it in `X-Spam-Status`.
        public var word: String {
            switch self {
            case .learn(let label): label.name
            case .leave: "no"
            }
        }
    }

    private let settings: AutoLearnSettings

    /// Stages whose say does not count: what was learned, and what people said of senders rather than of messages.
    private static let unheard: Set<String> = [
        BayesStage.manifest.id, WelcomeList.manifest.id, SenderBlocklist.manifest.id, "content-filter",
    ]
    /// A sign of spam that is worth more keeps a message from being learned as ham, in thousandths of a point.
    private static let mostDoubt = 1000

    public init(_ settings: AutoLearnSettings) { self.settings = settings }

    /// What becomes of a message that this was found of in `session`.
    public func choice(_ judgement: TransactionRecord.Judgement, in session: Session) -> Choice {
        let heard = judgement.findings.filter { !AutoLearning.unheard.contains($0.stage) }
        let learned = judgement.findings.filter { $0.stage == BayesStage.manifest.id }
        let score = heard.reduce(0) { $0 + $1.weight.value }
        func contradicts(_ isContrary: (Int) -> Bool) -> Bool { learned.contains { isContrary($0.weight.value) } }

        if judgement.findings.contains(where: { [SpamTrap.hit, SpamTrap.message].contains($0.finding.symbol) }) {
            return .learn(.spam)
        }
        if score >= settings.spamFrom {
            let witnesses = Set(heard.filter { $0.weight.value > 0 }.map(\.finding.symbol)).count
            guard witnesses >= settings.witnesses else { return .leave("only \(witnesses) symbols speak for spam") }
            guard !contradicts({ $0 < 0 }) else { return .leave("what was learned says that it is ham") }
            return .learn(.spam)
        }
        guard score <= settings.hamUpTo else { return .leave("the score is neither that of ham nor that of spam") }
        if let doubt = heard.first(where: { $0.weight.value > AutoLearning.mostDoubt }) {
            return .leave("\(doubt.finding.symbol) speaks against ham")
        }
        guard !contradicts({ $0 > 0 }) else { return .leave("what was learned says that it is spam") }
        if let disposition = judgement.verdict?.disposition, disposition != .accept {
            return .leave("it was not accepted")
        }
        if settings.needsAuthentication, session.authenticated.value == nil,
            !heard.contains(where: { $0.finding.symbol == DMARCStage.pass })
        {
            return .leave("no domain vouches for it")
        }
        return .learn(.ham)
    }

    /// Whether one more message of this kind may be learned where `ham` and `spam` are learned already: beyond the first
    /// thousand, no kind may be much more than the other.
    public func allows(_ label: MailLabel, beside counts: (ham: Int, spam: Int)) -> Bool {
        let (own, other) = label == .ham ? (counts.ham, counts.spam) : (counts.spam, counts.ham)
        return own < 1000 || own < other * settings.ratio
    }
}
