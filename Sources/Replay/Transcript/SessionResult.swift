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
    public let outcome: TranscriptReplay.Outcome
    /// How many records lie outside the time asked for, and are left out.
    public let skipped: Int
    /// Whether the transcript holds the session from beginning to end.
    public let isComplete: Bool
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
        outcome.records.removeAll { isOutside($0.time.value) }
        return SessionResult(
            source: item.source, id: item.session.id, outcome: outcome, skipped: count - outcome.records.count,
            isComplete: item.session.isComplete)
    }
}

extension ReplayRun.Event {
    /// How many messages the event is about.
    var messages: Int {
        switch self {
        case .record, .problem, .skipped: 1
        case .session(let result): result.outcome.records.count
        case .note, .history: 0
        }
    }
}
