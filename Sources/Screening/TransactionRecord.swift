import Mail
import Policy
import SMTP
import Values

/// Everything known and ruled about one transaction: what a replay line tells.
public struct TransactionRecord: Sendable {
    /// `sha256:` and the hexadecimal digest of the message bytes; nil when no message came.
    public var id: String?
    /// Where the message or session comes from: `file.mbox#17`, a path, a session id.
    public var source: String
    /// The byte offset in the source, where it has one.
    public var offset: Int?
    /// The event's time.
    public var time: Fact<Timestamp>
    /// The session at the end of the transaction.
    public var session: Session
    /// The reverse-path.
    public var reversePath: Fact<SMTPPath>
    /// The recipients.
    public var recipients: [Fact<SMTPPath>]
    /// The addresses of the From field.
    public var headerFrom: [String]
    /// The decoded Subject.
    public var subject: String?
    /// The size of the message in bytes.
    public var size: Int?
    /// What is irregular in the message's header and MIME structure, by the defects' names, in a fixed order.
    public var defects: [String]
    /// What hosts that the message passed wrote into it about who sent it.
    public var recordedFields: [RecordedField]
    /// `ham` or `spam`, where somebody said so.
    public var label: String?
    /// All that says what the message is, in the order in which it was found.
    public var labelVotes: [LabelVote]
    /// What was found and ruled.
    public var judgement: Judgement
    /// What the client was told at the end of data: by the next hop, by this program, or because the message breaks the
    /// protocol; nil for the standard reply.
    public var answer: SMTPReply?
    /// The recipients that the client was told are not taken, by policy or by the next hop, with the replies.
    public var refusals: [Refusal] = []
    /// The recipients that the client was told are taken, and whose mail policy discards.
    public var discarded: [String] = []
    /// Whether it tells of a session what was found after its transactions, which have records of their own.
    public var isOfRest = false
    /// The message, where it was judged as it came.
    public var message: Message?
    /// The message as it would go on, where somebody asked for it and stages had it changed.
    public var changed: Bytes?

    /// A record about `source`.
    public init(source: String, session: Session, judgement: Judgement) {
        self.source = source
        self.session = session
        self.judgement = judgement
        self.time = .absent
        self.reversePath = .absent
        self.recipients = []
        self.headerFrom = []
        self.defects = []
        self.recordedFields = []
        self.labelVotes = []
    }

    /// Whether the record is about mail: a message came, or one was refused before it could. Others are of sessions in
    /// which the client sent none.
    public var isMail: Bool {
        !isOfRest && (id != nil || size != nil || judgement.verdict?.disposition.isTerminal ?? false)
    }

    /// A recipient that was refused.
    public struct Refusal: Sendable, Hashable {
        /// The recipient's address.
        public let recipient: String
        /// What the client was told.
        public let reply: SMTPReply

        /// `recipient` refused with `reply`.
        public init(_ recipient: String, _ reply: SMTPReply) { (self.recipient, self.reply) = (recipient, reply) }
    }

    /// What stages found in a transaction and what the judge ruled, in order.
    public struct Judgement: Sendable {
        /// The findings in the order in which they were made.
        public private(set) var findings: [WeighedFinding] = []
        /// The effects in the order in which they were asked for.
        public private(set) var effects: [Effect] = []
        /// Stages that did not look, each reason once.
        public private(set) var notEvaluated: [NotEvaluated] = []
        /// Every stage that was asked, with the phase, in order.
        public private(set) var evaluations: [Evaluation] = []
        /// One verdict per checkpoint, in order, and one for what ended the session in between.
        public private(set) var verdicts: [Verdict] = []
        /// How many of the findings a verdict has been given on.
        private(set) var ruledCount = 0

        /// Nothing found and nothing ruled.
        public init() {}

        /// A stage that was asked in a phase.
        public struct Evaluation: Sendable, Hashable {
            /// The stage's id.
            public let stage: String
            /// The phase of the checkpoint.
            public let phase: Phase
            /// Why it did not look then; empty when it did.
            public internal(set) var omissions: [StageReport.Omission] = []

            /// A stage asked in `phase` that could not look for these reasons.
            public init(stage: String, phase: Phase, omissions: [StageReport.Omission] = []) {
                (self.stage, self.phase, self.omissions) = (stage, phase, omissions)
            }
        }

        /// What was found and ruled before, as a case file keeps it.
        public init(
            findings: [WeighedFinding], effects: [Effect], notEvaluated: [NotEvaluated], evaluations: [Evaluation],
            verdicts: [Verdict]
        ) {
            (self.findings, self.effects, self.notEvaluated) = (findings, effects, notEvaluated)
            (self.evaluations, self.verdicts, self.ruledCount) = (evaluations, verdicts, findings.count)
        }

        /// The sum of all weights, in thousandths of a point.
        public var score: Int { findings.reduce(0) { $0 + $1.weight.value } }

        /// The score that decided: the verdict's, or the sum of all where there is none.
        public var decidingScore: Int { verdict?.score ?? score }

        /// The findings that the score of the verdict is made of: of those about single recipients, those about the one
        /// whose outcome holds.
        public var decidingFindings: [WeighedFinding] {
            let total = decidingScore
            guard total != score else { return findings }
            var common = 0
            var own: [Int: Int] = [:]
            for finding in findings {
                switch finding.finding.scope {
                case .session, .transaction: common += finding.weight.value
                case .recipient(let recipient): own[recipient, default: 0] += finding.weight.value
                }
            }
            guard let deciding = own.filter({ common + $0.value == total }).keys.min() else { return findings }
            return findings.filter { [.session, .transaction, .recipient(deciding)].contains($0.finding.scope) }
        }

        /// The recipients no verdict refused, by their place among all.
        var acceptedRecipients: [Int] {
            verdicts.filter { $0.phase == .rcpt }.enumerated().filter { !$0.element.disposition.isTerminal }.map(
                \.offset)
        }

        /// Whether a verdict before the recipients' has ended the matter.
        var isRefused: Bool { verdicts.contains { $0.disposition.isTerminal && $0.phase < .rcpt } }

        /// Adds the verdict on all findings there are.
        mutating func add(_ verdict: Verdict) {
            verdicts.append(verdict)
            skipRuling()
        }

        /// Adds a finding made before, weighed by `judge`.
        mutating func weighAnew(_ old: WeighedFinding, by judge: Judge) {
            findings.append(judge.weigh(old.finding, stage: old.stage, phase: old.phase))
        }

        mutating func add(_ finding: WeighedFinding) { findings.append(finding) }

        mutating func add(_ omissions: [NotEvaluated]) {
            for entry in omissions where !notEvaluated.contains(entry) { notEvaluated.append(entry) }
        }

        /// Leaves the findings there are to somebody else's verdict.
        mutating func skipRuling() { ruledCount = findings.count }

        /// Drops what was found and ruled about a greeting that another has replaced.
        mutating func forgetGreeting() {
            ruledCount -= findings[..<ruledCount].count { $0.phase == .helo }
            findings.removeAll { $0.phase == .helo }
            verdicts.removeAll { $0.phase == .helo }
        }

        mutating func add(
            _ evaluation: Evaluation, _ findings: [WeighedFinding], _ effects: [Effect], _ skipped: [NotEvaluated]
        ) {
            var evaluation = evaluation
            if !skipped.isEmpty { evaluation.omissions = skipped.map(\.omission) }
            if evaluations.isEmpty { evaluations.reserveCapacity(16) }
            evaluations.append(evaluation)
            if !findings.isEmpty { self.findings += findings }
            if !effects.isEmpty { self.effects += effects }
            for entry in skipped where !notEvaluated.contains(entry) { notEvaluated.append(entry) }
        }

        /// The verdict that stands: the first that ended the matter in checkpoint order, as live; a refused recipient
        /// ends it only when no recipient was left. Else the last one.
        public var verdict: Verdict? {
            // By place: to take each verdict out whole would be to copy it.
            for place in verdicts.indices
            where verdicts[place].disposition.isTerminal && verdicts[place].phase < .rcpt {
                return verdicts[place]
            }
            // Policy ended the session between two checkpoints.
            if let end = verdicts.firstIndex(where: { $0.phase == .observe }) { return verdicts[end] }
            let isAnyTaken = verdicts.contains { $0.phase == .rcpt && !$0.disposition.isTerminal }
            let recipients = isAnyTaken ? [] : verdicts.filter { $0.phase == .rcpt }
            if let last = recipients.last {
                let disposition = foldRefusals(recipients.map(\.disposition))
                let deciding = recipients.first { $0.disposition == disposition } ?? last
                return Verdict(
                    phase: .rcpt, disposition: disposition, score: last.score, reply: deciding.reply,
                    grounds: deciding.grounds + [.recipientsRefused])
            }
            return verdicts.last { $0.phase == .message } ?? verdicts.last
        }
    }
}
