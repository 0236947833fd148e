import GRDB

/// Rows that many messages share, kept once: their ids by what they hold.
struct Interning<Key: Hashable> {
    private var ids: [Key: Int64] = [:]
    private let table: String
    /// What is remembered here is bounded; the table remembers the rest.
    private let limit: Int

    init(_ rows: SharedRows, limit: Int = 20_000) { (table, self.limit) = (rows.table, limit) }

    /// The id of `key`'s row, which `insert` makes where it is not there. `text` is the row's own key.
    mutating func id(
        of key: Key, in db: Database, text: (Key) -> String, insert: (String) throws -> Void
    ) throws -> Int64 {
        if let id = ids[key] { return id }
        let text = text(key)
        let found = try Int64.fetchOne(
            db.cachedStatement(sql: "SELECT id FROM \(table) WHERE key = ?"), arguments: [text])
        let id: Int64
        if let found {
            id = found
        } else {
            try insert(text)
            id = db.lastInsertedRowID
        }
        if ids.count >= limit { ids.removeAll(keepingCapacity: true) }
        ids[key] = id
        return id
    }
}
