import Policy
import Screening
import Values

/// The messages of one run, as far as weighing them anew needs them.
public struct RunFindings: Sendable {
    /// The sorts of findings in the run.
    public let kinds: [FindingKind]
    /// The profiles of its messages, each once.
    public let profiles: [FindingProfile]
    /// Its messages in the order of their numbers.
    public let messages: [Message]

    /// What somebody said that a message is.
    public enum Label: UInt8, Sendable, Hashable, CaseIterable {
        case ham
        case spam
        case unlabelled

        /// The label called `name`; anything else is none.
        public init(_ name: String?) {
            self = name == "ham" ? .ham : name == "spam" ? .spam : .unlabelled
        }

        /// The label as it is written.
        public var name: String {
            switch self {
            case .ham: "ham"
            case .spam: "spam"
            case .unlabelled: "unlabelled"
            }
        }
    }

    /// A message.
    public struct Message: Sendable {
        /// Its number in the case.
        public let number: Int
        /// The place of its profile.
        public let profile: Int32
        /// What somebody said it is.
        public let label: Label
        /// Its time, in milliseconds of the Unix epoch; nil when not known.
        public let time: Int64?

        /// A message.
        public init(number: Int, profile: Int32, label: Label, time: Int64?) {
            (self.number, self.profile, self.label, self.time) = (number, profile, label, time)
        }
    }

    /// The findings of a run.
    public init(kinds: [FindingKind], profiles: [FindingProfile], messages: [Message]) {
        (self.kinds, self.profiles, self.messages) = (kinds, profiles, messages)
    }

    /// The same findings with other labels: what `label` gives for a message's number, where it gives one.
    public func relabelled(_ label: (Int) -> Label?) -> RunFindings {
        RunFindings(
            kinds: kinds, profiles: profiles,
            messages: messages.map { message in
                label(message.number).map {
                    Message(number: message.number, profile: message.profile, label: $0, time: message.time)
                } ?? message
            })
    }

    /// The findings of messages from `since` on and from before `until`. Where either is given, messages of unknown time are
    /// left out.
    public func messages(since: Timestamp?, until: Timestamp?) -> RunFindings {
        guard since != nil || until != nil else { return self }
        let (first, end) = (since?.milliseconds ?? .min, until?.milliseconds ?? .max)
        return RunFindings(
            kinds: kinds, profiles: profiles,
            messages: messages.filter { message in message.time.map { $0 >= first && $0 < end } ?? false })
    }

    /// How many messages of each label have each profile: `counts[profile][label.rawValue]`.
    public var countsByProfile: [[Int]] {
        var counts = Array(repeating: [0, 0, 0], count: profiles.count)
        for message in messages { counts[Int(message.profile)][Int(message.label.rawValue)] += 1 }
        return counts
    }

    /// A transaction with the findings of `profile` and nothing else, for a judge.
    func record(of profile: FindingProfile) -> TransactionRecord {
        let findings = profile.kinds.map { place in
            let kind = kinds[Int(place)]
            return WeighedFinding(
                stage: kind.stage, phase: kind.phase, finding: Finding(kind.symbol, scope: kind.scope),
                weight: Placed(0, at: .builtIn), action: Placed(.score, at: .builtIn))
        }
        let verdicts = profile.checkpoint.map { phase in
            [Verdict(phase: phase, disposition: profile.disposition ?? .accept, score: 0, reply: nil, grounds: [])]
        }
        var record = TransactionRecord(
            source: "", session: Session(id: "", client: .absent),
            judgement: TransactionRecord.Judgement(
                findings: findings, effects: [], notEvaluated: [], evaluations: [], verdicts: verdicts ?? []))
        record.id = profile.hasMessage ? "" : nil
        record.recipients = Array(repeating: .absent, count: profile.recipientCount)
        return record
    }
}
