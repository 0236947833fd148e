import GRDB
import Screening

extension CaseFile {
    /// A message of a run with what hosts on its way wrote into it.
    public struct RecordedMessage: Sendable {
        /// Its number.
        public let message: Int
        /// `sha256:` and the digest of its bytes; nil when no message came.
        public let id: String?
        /// Where it lies.
        public let source: String
        /// Its Authentication-Results and Received-SPF fields, the topmost first.
        public let fields: [RecordedField]
    }

    /// Whether the case keeps such fields: those of the first schema do not.
    public func keepsRecordedFields() throws(CaseError) -> Bool {
        try read { db in
            try Bool.fetchOne(
                db, sql: "SELECT EXISTS (SELECT 1 FROM sqlite_master WHERE type = 'view' AND name = 'recorded_field')")
                ?? false
        }
    }

    /// The messages of a run behind the number `message`, no more than `limit`, in the order of their numbers.
    public func recordedMessages(
        after message: Int, run: Int, limit: Int
    ) throws(CaseError) -> [RecordedMessage] {
        try read { db in
            let statement = try db.cachedStatement(
                sql: "SELECT name, hops, value FROM recorded_fields WHERE message = ? ORDER BY position")
            return try Row.fetchAll(
                db,
                sql: """
                    SELECT m.id, m.sha256, f.name, m.number FROM results r
                    JOIN messages m ON m.id = r.message JOIN files f ON f.id = m.file
                    WHERE r.run = ? AND r.message > ? ORDER BY r.message LIMIT ?
                    """, arguments: [run, message, limit]
            ).compactMap { row in
                guard let number = row.number(0), let name = row.text(2) else { return nil }
                let fields = try Row.fetchAll(statement, arguments: [number]).map { field in
                    RecordedField(
                        name: field.text(0) ?? "", hops: field.number(1) ?? 0, value: field.text(2) ?? "")
                }
                return RecordedMessage(
                    message: number, id: row.text(1), source: row.number(3).map { "\(name)#\($0)" } ?? name,
                    fields: fields)
            }
        }
    }
}

extension CaseFile {
    /// The first effect of a run whose JSON starts with `text`; nil where there is none.
    public func firstEffect(startingWith text: String, run: Int) throws(CaseError) -> Effect? {
        try read { db in
            try String.fetchOne(
                db,
                sql: """
                    SELECT effect FROM effects WHERE run = ?1 AND substr(effect, 1, length(?2)) = ?2
                    ORDER BY message, position LIMIT 1
                    """, arguments: [run, text]
            ).flatMap { Effect(told: $0) }
        }
    }
}
