import GRDB
import Policy
import Screening
import Values

/// The row of a run: made anew, or found where the same run was begun before.
enum RunRow {
    /// A run as it was found.
    struct Opened {
        let run: Int
        let beginning: CaseWriter.Beginning
        let unfinished: [Int]
    }

    /// Finds or makes the row of the run that `description` describes.
    static func open(_ description: RunDescription, in db: Database, path: String) throws -> Opened {
        let (run, beginning) = try find(description, in: db, path: path) ?? (insert(description, in: db), .new)
        let unfinished = try Int.fetchAll(
            db, sql: "SELECT id FROM runs WHERE finished IS NULL AND id <> ? ORDER BY id", arguments: [run])
        return Opened(run: run, beginning: beginning, unfinished: unfinished)
    }

    private static func find(
        _ description: RunDescription, in db: Database, path: String
    ) throws -> (Int, CaseWriter.Beginning)? {
        guard description.isRepeatable,
            let row = try Row.fetchOne(
                db, sql: "SELECT id, finished FROM runs WHERE digest = ? ORDER BY id DESC LIMIT 1",
                arguments: [description.digest]),
            let run = row.number(0)
        else { return nil }
        let sources = try Row.fetchAll(
            db, sql: "SELECT fingerprint, events, finished FROM run_sources WHERE run = ? ORDER BY position",
            arguments: [run])
        let changed = zip(description.sources, sources).first { $0.fingerprint != $1.text(0) }
        if row.number(1) != nil { return changed == nil ? (run, .done) : nil }
        if let changed {
            throw CaseError(
                .badData, changed.0.location,
                "has changed since run \(run) of \(path) began to read it; put it back as it was, or replay into "
                    + "another case file")
        }
        if description.isInTimeOrder {
            try startOver(run, in: db)
            return (run, .startedOver)
        }
        guard let next = sources.firstIndex(where: { $0.number(2) != 1 }) else {
            return (run, .resumed(source: sources.count, events: 0))
        }
        return (run, .resumed(source: next, events: sources[next].number(1) ?? 0))
    }

    private static func startOver(_ run: Int, in db: Database) throws {
        let tables = [
            "results", "recipients", "findings", "reply_notes", "omission_details", "effects", "weights", "problems",
            "label_moves",
        ]
        for table in tables { try db.execute(sql: "DELETE FROM \(table) WHERE run = ?", arguments: [run]) }
        try db.execute(sql: "UPDATE runs SET skipped = 0 WHERE id = ?", arguments: [run])
        try db.execute(sql: "UPDATE run_sources SET events = 0, finished = 0 WHERE run = ?", arguments: [run])
    }

    private static func insert(_ description: RunDescription, in db: Database) throws -> Int {
        try db.execute(
            sql: """
                INSERT INTO runs (digest, policy, policy_sha256, options, thresholds, started)
                VALUES (?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                description.digest, description.policyJSON, description.policyDigest, description.optionsJSON,
                RunRow.text(description.thresholds), description.started.milliseconds,
            ])
        let run = Int(db.lastInsertedRowID)
        for (position, source) in description.sources.enumerated() {
            try db.execute(
                sql: "INSERT INTO run_sources (run, position, location, fingerprint) VALUES (?, ?, ?, ?)",
                arguments: [run, position, source.location, source.fingerprint ?? ""])
        }
        return run
    }

    private static func text(_ thresholds: [ScreeningPolicy.Threshold]) -> String {
        StoredVerdict.grounds(
            thresholds.map { .threshold($0.disposition, thousandths: $0.score.value, $0.score.place) })
    }

    /// The thresholds that `text` holds; nil when it holds something else.
    static func thresholds(_ text: String) -> [ScreeningPolicy.Threshold]? {
        StoredVerdict.grounds(text)?.compactMap { ground in
            guard case .threshold(let disposition, let score, let place) = ground else { return nil }
            return ScreeningPolicy.Threshold(disposition: disposition, score: Placed(score, at: place))
        }
    }
}

extension Row {
    /// The text in a column, by its place; nil when there is none.
    func text(_ index: Int) -> String? { String.fromDatabaseValue(self[index]) }

    /// The whole number in a column, by its place; nil when there is none.
    func number(_ index: Int) -> Int? { Int.fromDatabaseValue(self[index]) }
}
