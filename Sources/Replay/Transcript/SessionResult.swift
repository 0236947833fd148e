import Archives
import SMTP
import Screening
import Values

/// What the replay of one session of a transcript gives.
public struct SessionResult: Sendable {
    /// The transcript's session: `file.ndjson#17`.
    public let source: String
    /// The session's name in it.
    public let id: String
    /// What was screened.
    public private(set) var outcome: TranscriptReplay.Outcome
    /// What the server did then with the transaction of each record; nil where that was not recorded.
    public let fates: [RecordedFate?]
    /// How many records lie outside the time asked for, and are left out.
    public let skipped: Int
    /// Whether the transcript holds the session from beginning to end.
    public let isComplete: Bool

    /// Changes each of the records.
    public mutating func change(_ body: (inout TransactionRecord) -> Void) {
        for place in outcome.records.indices { body(&outcome.records[place]) }
    }
}

extension ReplayRun {
    /// Screens a session.
    func screen(_ item: TranscriptSession) async -> SessionResult {
        await screen(item, in: screening.environment)
    }

    func screen(_ item: TranscriptSession, in environment: ScreeningEnvironment) async -> SessionResult {
        var replay = TranscriptReplay(
            policy: screening.policy, environment: environment, answersAsRecorded: options.answersAsRecorded)
        replay.changes = options.changes
        replay.log = item.log
        let outcome = await replay.outcome(of: item.session) {
            item.message(in: $0, limit: options.archive.maximumMessageSize)
        }
        return result(of: item, outcome)
    }

    /// What the replay of a session gives, with its records named and labelled.
    func result(of item: TranscriptSession, _ outcome: TranscriptReplay.Outcome) -> SessionResult {
        var outcome = outcome
        for index in outcome.records.indices {
            outcome.records[index].source = item.source(ofTransaction: index)
            outcome.records[index].labelVotes = options.votes(for: outcome.records[index].id)
            outcome.records[index].label = outcome.records[index].labelVotes.label
        }
        let count = outcome.records.count
        let fates = outcome.alignedFates
        let kept = outcome.records.indices.filter { !isOutside(outcome.records[$0].time.value) }
        outcome.records = kept.map { outcome.records[$0] }
        return SessionResult(
            source: item.source, id: item.session.id, outcome: outcome, fates: kept.map { fates[$0] },
            skipped: count - outcome.records.count,
            isComplete: item.session.isComplete)
    }
}

extension TranscriptReplay.Outcome {
    /// The fate of each record's transaction; nil where the two cannot be told to be the same.
    fileprivate var alignedFates: [RecordedFate?] {
        let transactions = records.count { $0.reversePath.value != nil }
        guard transactions == fates.count else { return records.map { _ in nil } }
        var rest = fates[...]
        return records.map { $0.reversePath.value == nil ? nil : rest.popFirst() }
    }
}

extension ReplayRun.Event {
    /// How many messages the event is about.
    var messages: Int {
        switch self {
        case .record, .problem, .skipped: 1
        case .session(let result): result.outcome.records.count
        case .note, .history, .kept: 0
        }
    }
}
