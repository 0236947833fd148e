import GRDB
import Values

/// What people who reviewed messages say they are, put into a case: a label a message, by the message's id, so that it
/// holds in every run and wherever the message lies.
public struct CaseReviews {
    private let file: CaseFile

    /// Opens the case at `path`, which must be there.
    public init(_ path: String) throws(CaseError) {
        // Reads first: a missing file is not to be made.
        _ = try CaseFile(reading: path)
        let lock = try CaseLock(path)
        file = try CaseFile(writing: path)
        withExtendedLifetime(lock) {}
    }

    /// Labels the message with this id `ham` or `spam`; nil takes a label away. `detail` says how it came about. Gives the
    /// label that the message had from a review before.
    @discardableResult
    public func set(
        _ id: String, _ label: String?, detail: String, at time: Timestamp
    ) throws(CaseError) -> String? {
        try set([id: label], detail: detail, at: time)[id] ?? nil
    }

    /// Labels messages by their ids, all or none. Gives the labels that they had from reviews before.
    @discardableResult
    public func set(
        _ labels: [String: String?], detail: String, at time: Timestamp
    ) throws(CaseError) -> [String: String] {
        let lock = try CaseLock(file.path)
        defer { withExtendedLifetime(lock) {} }
        do {
            return try file.queue.write { db in
                var before: [String: String] = [:]
                for (id, label) in labels {
                    before[id] = try String.fetchOne(db, sql: "SELECT label FROM reviews WHERE id = ?", arguments: [id])
                    if let label {
                        try db.execute(
                            sql: "INSERT OR REPLACE INTO reviews VALUES (?, ?, ?, ?)",
                            arguments: [id, label, detail, time.milliseconds])
                    } else {
                        try db.execute(sql: "DELETE FROM reviews WHERE id = ?", arguments: [id])
                    }
                }
                return before
            }
        } catch {
            throw CaseError(error, path: file.path)
        }
    }

    /// Leaves one file, which is easier to copy than three.
    public func finish() {
        _ = try? file.queue.writeWithoutTransaction { try String.fetchOne($0, sql: "PRAGMA journal_mode = DELETE") }
    }
}
