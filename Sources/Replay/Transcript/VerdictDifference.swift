import SMTP
import Screening
import Values

/// Where a replay gives something else than was recorded.
public struct VerdictDifference: Sendable, Hashable, CustomStringConvertible {
    /// The session.
    public let session: String
    /// Which of its transactions, from 1; nil where the session as a whole differs.
    public let transaction: Int?
    /// What differs: a field of the record, or a finding by its symbol.
    public let subject: String
    /// What was recorded; nil where nothing was.
    public let recorded: String?
    /// What the replay gives; nil where it gives nothing.
    public let replayed: String?

    /// `session ID, transaction N: verdict: recorded …, now …`.
    public var description: String {
        let place = transaction.map { ", transaction \($0)" } ?? ""
        return "session \(session)\(place): \(subject): recorded \(recorded ?? "nothing"), now \(replayed ?? "nothing")"
    }
}

extension VerdictDifference {
    /// The verdicts that `session` holds, in order.
    static func verdicts(of session: RecordedSession) -> [JSON] {
        session.events.compactMap { if case .verdict(let verdict) = $0.event { verdict } else { nil } }
    }

    /// The differences between the verdicts in `session` and `records`. What came after the end of a transcript that
    /// was cut off is nobody's difference.
    static func between(_ session: RecordedSession, _ records: [TransactionRecord]) -> [VerdictDifference] {
        let recorded = verdicts(of: session)
        var differences: [VerdictDifference] = []
        for (index, (old, new)) in zip(recorded, records).enumerated() {
            let now = new.json
            let text = now.text
            if old.text == text || old == TransactionRecord.digest(of: text) { continue }
            differences += between(old, now, session: session.id, transaction: index + 1)
        }
        if session.isComplete && recorded.count != records.count || recorded.count > records.count {
            differences.append(
                VerdictDifference(
                    session: session.id, transaction: nil, subject: "transactions", recorded: "\(recorded.count)",
                    replayed: "\(records.count)"))
        }
        return differences
    }

    private static func between(
        _ old: JSON, _ new: JSON, session: String, transaction: Int
    ) -> [VerdictDifference] {
        guard case .object(let before) = old, case .object(let after) = new else {
            return [
                VerdictDifference(
                    session: session, transaction: transaction, subject: "record", recorded: old.text,
                    replayed: new.text)
            ]
        }
        var differences: [VerdictDifference] = []
        func add(_ subject: String, _ recorded: JSON?, _ replayed: JSON?) {
            differences.append(
                VerdictDifference(
                    session: session, transaction: transaction, subject: subject, recorded: recorded?.text,
                    replayed: replayed?.text))
        }
        for key in Set(before.keys).union(after.keys).sorted() where before[key] != after[key] {
            guard case .array(let left)? = before[key], case .array(let right)? = after[key],
                let name = itemNames[key]
            else {
                add(key, before[key], after[key])
                continue
            }
            // Items in the same order, those that are on one side only told alone.
            for change in right.difference(from: left) {
                switch change {
                case .remove(_, let item, _): add("\(name) \(item.title)", item, nil)
                case .insert(_, let item, _): add("\(name) \(item.title)", nil, item)
                }
            }
        }
        return differences
    }

    /// The lists of a record that are compared item by item, and what an item is called.
    private static let itemNames = ["findings": "finding", "effects": "effect", "not_evaluated": "not evaluated"]
}

extension JSON {
    /// What an item of a record's list is known by.
    fileprivate var title: String {
        guard case .object(let members) = self else { return "" }
        for key in ["symbol", "stage", "effect"] {
            if case .string(let name)? = members[key] { return name }
        }
        return ""
    }
}
