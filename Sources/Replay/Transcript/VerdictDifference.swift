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
            let (before, after) = (old.asRead, now.asRead)
            if before == after { continue }
            differences += between(before, after, session: session.id, transaction: index + 1)
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
        for (key, old, new) in changes(before, after) {
            switch (old, new, itemNames[key]) {
            case (.array(let left)?, .array(let right)?, let name?):
                for change in changes(left, right, called: name) { add(change.subject, change.old, change.new) }
            case (.object(let left)?, .object(let right)?, _):
                for change in changes(left, right) { add("\(key) \(change.key)", change.old, change.new) }
            default: add(key, old, new)
            }
        }
        return differences
    }

    private static func changes(
        _ before: [String: JSON], _ after: [String: JSON]
    ) -> [(key: String, old: JSON?, new: JSON?)] {
        Set(before.keys).union(after.keys).sorted().filter { before[$0] != after[$0] }
            .map { (key: $0, old: before[$0], new: after[$0]) }
    }

    /// What differs between two lists: items that are on one side only, and of those on both what is another there, such
    /// as a weight; the order alone where nothing else is another.
    private static func changes(
        _ left: [JSON], _ right: [JSON], called name: String
    ) -> [(subject: String, old: JSON?, new: JSON?)] {
        let difference = right.difference(from: left)
        var inserted = difference.insertions.map { change -> JSON in
            switch change {
            case .insert(_, let item, _), .remove(_, let item, _): item
            }
        }
        var found: [(subject: String, old: JSON?, new: JSON?)] = []
        for case .remove(_, let item, _) in difference.removals {
            guard let place = inserted.firstIndex(of: item) ?? inserted.firstIndex(where: { $0.title == item.title })
            else {
                found.append(("\(name) \(item.title)", item, nil))
                continue
            }
            let other = inserted.remove(at: place)
            guard case .object(let before) = item, case .object(let after) = other else {
                if item != other { found.append(("\(name) \(item.title)", item, other)) }
                continue
            }
            found += changes(before, after).map { ("\(name) \(item.title) \($0.key)", $0.old, $0.new) }
        }
        found += inserted.map { ("\(name) \($0.title)", nil, $0) }
        if found.isEmpty {
            func titles(_ items: [JSON]) -> JSON { .array(items.map { .string($0.title) }) }
            found = [("order of \(name)s", titles(left), titles(right))]
        }
        return found
    }

    /// The lists of a record that are compared item by item, and what an item is called.
    private static let itemNames = ["findings": "finding", "effects": "effect", "not_evaluated": "not evaluated"]
}

extension JSON {
    /// The value as a transcript's reader gives it, where a number of thousandths that is whole is a whole number; and with
    /// the places of entries in their file alone, whatever the file is called now and wherever it lies.
    fileprivate var asRead: JSON {
        switch self {
        case .thousandths(let value) where value % 1000 == 0: .integer(value / 1000)
        case .array(let items): .array(items.map(\.asRead))
        case .object(let members):
            .object(
                Dictionary(
                    uniqueKeysWithValues: members.map { ($0, JSON.placeKeys.contains($0) ? $1.withoutFile : $1.asRead) }
                ))
        case .null, .bool, .integer, .thousandths, .string: self
        }
    }

    /// What evidence says where an entry stands under; `entry` may be the entry itself.
    private static let placeKeys: Set<String> = ["listed_at", "entry"]

    /// A place without its file: `file:line` or `file:line:column`.
    private var withoutFile: JSON {
        guard case .string(let place) = self else { return asRead }
        let parts = place.split(separator: ":", omittingEmptySubsequences: false)
        let numbers = parts.suffix(2).drop { Int($0) == nil }
        // What is no path and no policy is an entry, such as an address of IPv6.
        let file = parts.dropLast(numbers.count).joined(separator: ":")
        guard !numbers.isEmpty,
            file.hasPrefix("/") || [".yaml", ".yml", ".txt"].contains(where: { file.hasSuffix($0) })
        else { return self }
        return .string(numbers.joined(separator: ":"))
    }

    /// What an item of a record's list is known by.
    fileprivate var title: String {
        guard case .object(let members) = self else { return "" }
        for key in ["symbol", "stage", "effect"] {
            if case .string(let name)? = members[key] { return name }
        }
        return ""
    }
}
