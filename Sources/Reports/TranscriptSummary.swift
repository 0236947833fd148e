import Replay
import SMTP
import Screening
import Tuning
import Values

/// What the replay of recorded sessions adds up to. Memory is bounded.
public struct TranscriptSummary: Sendable {
    /// Sessions replayed.
    public private(set) var sessions = 0
    /// Messages among them.
    public private(set) var messages = 0
    /// Sessions of which the transcript has not everything.
    public private(set) var incomplete = 0
    /// Sessions without a verdict in the transcript.
    public private(set) var withoutVerdict = 0
    /// Places where a verdict is not as recorded.
    public private(set) var differences = 0
    /// What was asked and not recorded, and in how many sessions, of the first thousand questions.
    public private(set) var missing: [String: Int] = [:]
    private var missingElsewhere = 0

    private struct Change: Hashable {
        let then: String
        let now: String
    }

    private var changes: [Change: Int] = [:]

    /// What the server and this policy disagree on.
    public private(set) var disagreements: FateDisagreements

    /// Nothing counted yet. `site` says whose mail goes out; nil where that is not known.
    public init(_ site: Site? = nil) { disagreements = FateDisagreements(site) }

    /// Counts a session. `words` is what is told of a reply, where that is not all.
    public mutating func add(_ result: SessionResult, words: (String) -> String = { $0 }) {
        let outcome = result.outcome
        sessions += 1
        messages += outcome.records.count { $0.id != nil }
        if !result.isComplete { incomplete += 1 }
        if outcome.recordedVerdicts == 0 { withoutVerdict += 1 }
        differences += outcome.differences.count
        for question in outcome.missing {
            if missing[question] != nil || missing.count < 1000 {
                missing[question, default: 0] += 1
            } else {
                missingElsewhere += 1
            }
        }
        for (record, fate) in zip(outcome.records, result.fates) {
            guard let fate else { continue }
            disagreements.add(record, fate, words: words)
            let now = record.judgement.verdict?.disposition.rawValue ?? "no verdict"
            changes[Change(then: fate.words, now: now), default: 0] += 1
        }
    }

    /// One line about how the verdicts compare with the recorded ones.
    public var comparison: String {
        var text = "\(counted(sessions, "session")), \(counted(messages, "message")): "
        if sessions == withoutVerdict {
            text += "no verdict is recorded in them"
        } else if differences == 0 {
            text += "all verdicts as recorded"
        } else {
            text += "\(counted(differences, "difference")) to what is recorded"
        }
        if withoutVerdict > 0, withoutVerdict < sessions {
            text += "; \(counted(withoutVerdict, "session")) without a recorded verdict"
        }
        if incomplete > 0 { text += "; \(counted(incomplete, "session")) recorded in part" }
        return text
    }

    /// What was asked and not recorded, for people; empty when nothing was.
    public var missingText: String {
        guard !missing.isEmpty else { return "" }
        var table = TextTable([("question", .left), ("sessions", .right)])
        let order = missing.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        for (question, count) in order.prefix(20) {
            table.add([TerminalText.safe(question, limit: 100), String(count)])
        }
        let rest = max(0, missing.count - 20) + missingElsewhere
        return "Asked, and not recorded\n" + table.text + (rest > 0 ? "  and \(rest) more\n" : "")
    }

    /// What the server did then beside what this policy rules, for people, at a width of so many columns; empty when the
    /// server's side is not there.
    public func fateText(columns: Int?) -> String {
        guard !changes.isEmpty else { return "" }
        var table = TextTable([("then", .left), ("now", .left), ("transactions", .right)])
        for (change, count) in changes.sorted(by: { ($0.key.then, $0.key.now) < ($1.key.then, $1.key.now) }) {
            table.add([change.then, change.now, String(count)])
        }
        return "What the server did then\n" + table.text + disagreements.text(columns: columns)
    }

    private func counted(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }
}
