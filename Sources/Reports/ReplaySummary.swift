import Policy
import Screening
import Values

/// What a replay adds up to. Memory follows the number of symbols and reasons, not of messages.
public struct ReplaySummary: Sendable {
    /// Counts by label.
    public struct Count: Sendable {
        /// Messages, whatever their label.
        public private(set) var all = 0
        /// Messages labelled ham.
        public private(set) var ham = 0
        /// Messages labelled spam.
        public private(set) var spam = 0

        mutating func add(_ label: String?) {
            all += 1
            if label == "ham" { ham += 1 }
            if label == "spam" { spam += 1 }
        }
    }

    /// How often a fact was known, and from where.
    public struct Provenance: Sendable {
        /// Records in which the fact was seen on the wire.
        public private(set) var observed = 0
        /// Records in which it was not known.
        public private(set) var absent = 0
        /// Records in which it was read from a header field, by the field's name.
        public private(set) var reconstructed: [String: Int] = [:]

        mutating func add<Value>(_ fact: Fact<Value>) {
            switch fact {
            case .observed: observed += 1
            case .absent: absent += 1
            case .reconstructed(_, let source) where source.isLog: observed += 1
            case .reconstructed(_, let source): reconstructed[source.field, default: 0] += 1
            }
        }
    }

    /// All messages, those among them that were refused before they came.
    public private(set) var total = Count()
    /// Sessions and transactions in which the client sent no message and nothing was refused.
    public private(set) var withoutMessage = 0
    /// Messages by what became of them.
    public private(set) var dispositions: [Disposition: Count] = [:]
    /// Messages by the phase and disposition of the verdict, for refusals.
    public private(set) var refusals: [Phase: Count] = [:]
    /// Messages by symbol, each message once.
    public private(set) var symbols: [Symbol: Count] = [:]
    /// The weight each symbol had, in thousandths of a point.
    public private(set) var weights: [Symbol: Int] = [:]
    /// Messages by stage and reason for which a stage did not look.
    public private(set) var notEvaluated: [Reason: Int] = [:]
    /// Messages by what is irregular in their header or structure.
    public private(set) var defects: [String: Count] = [:]
    /// What is known of sessions, in the order of the report.
    public private(set) var provenance: [(name: String, counts: Provenance)] = [
        "client address", "PTR name", "HELO name", "TLS", "reverse-path", "recipient", "time",
    ].map { ($0, Provenance()) }
    /// Labelled messages by what labels them.
    public private(set) var labelOrigins: [LabelVote.Origin: Count] = [:]
    /// Messages about whose label sources disagree, by the two strongest that do.
    public private(set) var labelConflicts: [Conflict: Int] = [:]
    /// Parts of archives that could not be read.
    public private(set) var problems = 0
    /// Messages outside the time asked for.
    public private(set) var skipped = 0

    /// A stage and why it did not look.
    public struct Reason: Sendable, Hashable {
        /// The stage's id.
        public let stage: String
        /// The reason in general words.
        public let text: String
    }

    /// Two sources that say different things about a message.
    public struct Conflict: Sendable, Hashable {
        /// The label that holds, and who says so.
        public let label: String
        public let origin: LabelVote.Origin
        /// Who says something else.
        public let other: LabelVote.Origin
    }

    /// Nothing counted yet.
    public init() {}

    /// Counts a record.
    public mutating func add(_ record: TransactionRecord) {
        if record.isMail { total.add(record.label) } else { withoutMessage += 1 }
        let judgement = record.judgement
        if record.isMail, let verdict = judgement.verdict {
            dispositions[verdict.disposition, default: Count()].add(record.label)
            if verdict.disposition.isTerminal { refusals[verdict.phase, default: Count()].add(record.label) }
        }
        let votes = record.labelVotes.filter { $0.label != nil }.sorted { $0.origin.rank < $1.origin.rank }
        if let first = votes.first, let label = first.label {
            labelOrigins[first.origin, default: Count()].add(label)
            if let other = votes.first(where: { $0.label != label }) {
                labelConflicts[Conflict(label: label, origin: first.origin, other: other.origin), default: 0] += 1
            }
        }
        var seen: Set<Symbol> = []
        for finding in judgement.findings where seen.insert(finding.finding.symbol).inserted {
            symbols[finding.finding.symbol, default: Count()].add(record.label)
            weights[finding.finding.symbol] = finding.weight.value
        }
        for entry in Set(judgement.notEvaluated.map({ Reason(stage: $0.stage, text: $0.omission.reason) })) {
            notEvaluated[entry, default: 0] += 1
        }
        for defect in record.defects { defects[defect, default: Count()].add(record.label) }
        provenance[0].counts.add(record.session.client)
        provenance[1].counts.add(record.session.reverseName)
        provenance[2].counts.add(record.session.helo)
        provenance[3].counts.add(record.session.tls)
        provenance[4].counts.add(record.reversePath)
        provenance[5].counts.add(record.recipients.first ?? .absent)
        provenance[6].counts.add(record.time)
    }

    /// Counts a part of an archive that could not be read.
    public mutating func addProblem() { problems += 1 }

    /// Counts a message outside the time asked for.
    public mutating func addSkipped() { skipped += 1 }
}
