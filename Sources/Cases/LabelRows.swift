import GRDB
import Screening
import Values

/// The rows that say where labels come from.
enum LabelRows {
    /// The key of what is said about a message.
    static func key(_ votes: [LabelVote]) -> String {
        JSON.array(
            votes.map {
                .array([.string($0.origin.rawValue), JSON($0.label), .string($0.detail), JSON($0.place?.rawValue)])
            }
        ).text
    }

    /// Adds what is said about a message.
    static func insert(_ votes: [LabelVote], key: String, in db: Database) throws {
        let place = votes.lazy.compactMap(\.place).first
        try db.execute(
            sql: "INSERT INTO label_sets (key, place) VALUES (?, ?)", arguments: [key, place?.rawValue])
        let id = db.lastInsertedRowID
        for (position, vote) in votes.enumerated() {
            try db.execute(
                sql: "INSERT INTO label_set_votes VALUES (?, ?, ?, ?, ?, ?)",
                arguments: [
                    id, position, vote.origin.rank, vote.origin.rawValue, vote.label,
                    vote.detail.replacing("\0", with: " "),
                ])
        }
    }

    /// Notes which messages of a run were moved since an earlier one, and labels them where nothing stronger does.
    static func addMoves(run: Int, in db: Database) throws {
        guard try Bool.fetchOne(db, sql: "SELECT EXISTS (SELECT 1 FROM runs WHERE id < ?)", arguments: [run]) == true
        else { return }
        try db.execute(
            sql: """
                WITH earlier AS MATERIALIZED (
                  SELECT m.sha256 AS id, s.place AS place, max(r.run) AS run
                  FROM results r JOIN label_sets s ON s.id = r.label_set JOIN messages m ON m.id = r.message
                  WHERE r.run < ?1 AND s.place IS NOT NULL AND m.sha256 IS NOT NULL GROUP BY 1, 2)
                INSERT OR REPLACE INTO label_moves
                SELECT r.run, r.message, CASE s.place WHEN 'junk' THEN 'spam' ELSE 'ham' END,
                  'lay in the ' || CASE s.place WHEN 'junk' THEN 'inbox' ELSE 'junk folder' END || ' in run ' || e.run
                FROM results r JOIN label_sets s ON s.id = r.label_set JOIN messages m ON m.id = r.message
                  JOIN earlier e ON e.id = m.sha256 AND e.place <> s.place
                WHERE r.run = ?1 AND s.place IS NOT NULL
                """, arguments: [run])
        try db.execute(
            sql: """
                UPDATE results SET label = (SELECT v.label FROM label_moves v WHERE v.run = ?1 AND v.message = results.message)
                WHERE run = ?1 AND message IN (SELECT message FROM label_moves WHERE run = ?1)
                  AND NOT EXISTS (SELECT 1 FROM label_set_votes s WHERE s.label_set = results.label_set
                    AND s.label IS NOT NULL AND s.strength < ?2)
                """, arguments: [run, LabelVote.Origin.move.rank])
    }

    /// Whether the case can hold reviews: those before schema 6 cannot.
    static func areKept(in db: Database) throws -> Bool { try db.tableExists("reviews") }

    /// What reviewers said of messages, by the messages' numbers.
    static func reviewed(in db: Database) throws -> [Int: String] {
        guard try areKept(in: db) else { return [:] }
        var labels: [Int: String] = [:]
        let rows = try Row.fetchCursor(
            db, sql: "SELECT m.id, v.label FROM reviews v CROSS JOIN messages m ON m.sha256 = v.id")
        while let row = try rows.next() {
            if let number = row.number(0), let label = row.text(1) { labels[number] = label }
        }
        return labels
    }

    /// What a reviewer said of the message with this number.
    static func reviewed(_ message: Int, in db: Database) throws -> String? {
        guard try areKept(in: db) else { return nil }
        return try String.fetchOne(
            db, sql: "SELECT v.label FROM messages m JOIN reviews v ON v.id = m.sha256 WHERE m.id = ?",
            arguments: [message])
    }

    /// The label of `r` and `m` in a query over results and messages.
    static func expression(in db: Database) throws -> String {
        try areKept(in: db) ? "coalesce((SELECT v.label FROM reviews v WHERE v.id = m.sha256), r.label)" : "r.label"
    }
}
