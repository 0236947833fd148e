import GRDB
import Screening
import Tuning
import Values

extension CaseFile {
    /// What is said about the label of a message of a run.
    public struct MessageLabel: Sendable {
        /// The message's number.
        public let message: Int
        /// `sha256:` and the digest of its bytes; nil when no message came.
        public let id: String?
        /// Where it lies.
        public let source: String
        /// The strongest vote's label.
        public let label: String?
        /// All votes, the strongest first.
        public let votes: [LabelVote]
    }

    /// The messages of a run about whose label something is said, in the order of their numbers; with `onlyConflicts`
    /// those of which one vote says ham and another spam.
    public func labels(
        run: Int, onlyConflicts: Bool = false, of number: Int? = nil, deliver: (MessageLabel) throws -> Void
    ) throws {
        guard try read({ try LabelRows.areKept(in: $0) }) else { throw olderSchema }
        let filter =
            onlyConflicts
            ? """
            AND v.message IN (SELECT message FROM label_vote WHERE run = ?1 GROUP BY message
              HAVING count(DISTINCT label) > 1)
            """ : ""
        try stream { db in
            let rows = try Row.fetchCursor(
                db,
                sql: """
                    SELECT v.message, m.sha256, f.name, m.number, v.origin, v.label, v.detail
                    FROM label_vote v JOIN messages m ON m.id = v.message JOIN files f ON f.id = m.file
                    WHERE v.run = ?1 \(filter) \(number == nil ? "" : "AND v.message = ?2") ORDER BY v.message, v.strength
                    """, arguments: number == nil ? [run] : [run, number])
            var open: (number: Int, id: String?, source: String, votes: [LabelVote])?
            func close() throws {
                guard let open else { return }
                try deliver(
                    MessageLabel(
                        message: open.number, id: open.id, source: open.source, label: open.votes.label,
                        votes: open.votes))
            }
            while let row = try rows.next() {
                guard let number = row.number(0), let origin = row.text(4).flatMap(LabelVote.Origin.init(rawValue:))
                else { continue }
                if open?.number != number {
                    try close()
                    let name = row.text(2) ?? ""
                    open = (number, row.text(1), row.number(3).map { "\(name)#\($0)" } ?? name, [])
                }
                open?.votes.append(LabelVote(origin, row.text(5), row.text(6) ?? ""))
            }
            try close()
        }
    }

    /// How many messages of a run have conflicting votes.
    public func labelConflicts(run: Int) throws(CaseError) -> Set<Int> {
        try read { db in
            guard try LabelRows.areKept(in: db) else { return [] }
            return Set(
                try Int.fetchAll(
                    db,
                    sql:
                        "SELECT message FROM label_vote WHERE run = ? GROUP BY message HAVING count(DISTINCT label) > 1",
                    arguments: [run]))
        }
    }

    /// The numbers of the messages that somebody reviewed.
    public func reviewedMessages() throws(CaseError) -> Set<Int> {
        try read { Set(try LabelRows.reviewed(in: $0).keys) }
    }

    /// The full ids of the case's messages that start with `id` (`sha256:` may be left out), two at most.
    public func identities(startingWith id: String) throws(CaseError) -> [String] {
        let digits = id.hasPrefix("sha256:") ? String(id.dropFirst(7)) : id
        guard digits.utf8.count >= 4, digits.utf8.allSatisfy({ $0.hexDigitValue != nil }) else { return [] }
        return try read {
            try String.fetchAll(
                $0, sql: "SELECT DISTINCT sha256 FROM messages WHERE substr(sha256, 8, ?2) = ?1 LIMIT 2",
                arguments: [digits.asciiLowercased, digits.utf8.count])
        }
    }

    /// The id of the message with this number; nil when there is no such message, or none came.
    public func identity(of number: Int) throws(CaseError) -> String? {
        try read { try String.fetchOne($0, sql: "SELECT sha256 FROM messages WHERE id = ?", arguments: [number]) }
    }

    /// The ids of all messages.
    public func knownIdentities() throws(CaseError) -> Set<String> {
        try read {
            Set(try String.fetchAll($0, sql: "SELECT DISTINCT sha256 FROM messages WHERE sha256 IS NOT NULL"))
        }
    }

    var olderSchema: CaseError {
        CaseError(
            .badData, path,
            "the case is of an older assay and keeps no labels but those of its replay; replay its archives again")
    }
}
