import GRDB
import Tuning
import Values

/// The histories of a simulated run: what `assay tune --simulate` asks the stages that remember again about. The table
/// is there only where there was a simulation, and no view promises to keep its form.
enum CaseHistories {
    /// Makes the table where it is not there, and empties it of what an earlier attempt at `run` has left.
    static func prepare(run: Int, in db: Database) throws {
        try db.execute(
            sql: """
                CREATE TABLE IF NOT EXISTS session_histories (
                  run INTEGER NOT NULL, position INTEGER NOT NULL, began INTEGER, history TEXT NOT NULL,
                  PRIMARY KEY (run, position)) WITHOUT ROWID
                """)
        try db.execute(sql: "DELETE FROM session_histories WHERE run = ?", arguments: [run])
    }

    static func insert(_ history: SessionHistory, run: Int, position: Int, in db: Database) throws {
        let statement = try db.cachedStatement(sql: "INSERT INTO session_histories VALUES (?, ?, ?, ?)")
        try statement.execute(arguments: [run, position, history.events.first?.time.milliseconds, history.text])
    }
}

extension CaseFile {
    /// Where a simulated run started from (`replay --state`); nil where it started from nothing.
    public func startingState(run: Int) throws(CaseError) -> String? {
        try read { db in
            let text = try String.fetchOne(db, sql: "SELECT options FROM runs WHERE id = ?", arguments: [run])
            guard let text, case .object(let options)? = try? JSON(reading: Bytes(text)),
                case .string(let state)? = options["state"]
            else { return nil }
            return state
        }
    }

    /// The histories of a run in the order in which their sessions began; nil where the run was no simulation.
    public func histories(run: Int) throws(CaseError) -> [SessionHistory]? {
        try read { db in
            guard try db.tableExists("session_histories") else { return nil }
            let texts = try String.fetchCursor(
                db,
                sql: "SELECT history FROM session_histories WHERE run = ? ORDER BY began, position", arguments: [run])
            var histories: [SessionHistory] = []
            while let text = try texts.next() {
                guard let history = SessionHistory(text: text) else { continue }
                histories.append(history)
            }
            return histories.isEmpty ? nil : histories
        }
    }
}
