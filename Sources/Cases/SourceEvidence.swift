import Foundation
import GRDB
import Values

/// What a case keeps of a source for who doubts it.
public struct SourceEvidence: Sendable, Hashable {
    /// The source as it was named.
    public let location: String
    /// The SHA-256 of its bytes as stored, in hexadecimal; of a folder, that of a list of its files with theirs. Nil
    /// for standard input, which nobody can read again.
    public let sha256: String?
    /// Its bytes, or those of all files of a folder.
    public let size: Int?
    /// The times of its first and last message.
    public let first: Timestamp?
    public let last: Timestamp?
    /// The program that read it, with its version.
    public let tool: String?

    /// Evidence, field by field.
    public init(
        location: String, sha256: String?, size: Int?, first: Timestamp? = nil, last: Timestamp? = nil,
        tool: String? = nil
    ) {
        (self.location, self.sha256, self.size) = (location, sha256, size)
        (self.first, self.last, self.tool) = (first, last, tool)
    }

    /// The evidence as JSON.
    public var json: JSON {
        .object([
            "location": .string(location), "sha256": JSON(sha256), "size": size.map(JSON.integer) ?? .null,
            "first": JSON(first?.rfc3339), "last": JSON(last?.rfc3339), "tool": JSON(tool),
        ])
    }
}

extension CaseWriter {
    /// Keeps what `evidence` says of the sources of the run, in their order. The times are found in the case.
    public mutating func note(_ evidence: [SourceEvidence], tool: String) throws(CaseError) {
        try flush()
        let run = run
        try writing { db in
            for (position, source) in evidence.enumerated() {
                let below = source.location.hasSuffix("/") ? source.location : source.location + "/"
                try db.execute(
                    sql: """
                        UPDATE run_sources SET sha256 = ?, size = ?, tool = ?,
                          (first, last) = (
                            SELECT min(r.time), max(r.time) FROM results r JOIN messages m ON m.id = r.message
                              JOIN files f ON f.id = m.file
                            WHERE r.run = ? AND (f.name = ? OR substr(f.name, 1, ?) = ?))
                        WHERE run = ? AND position = ?
                        """,
                    arguments: [
                        source.sha256, source.size, tool, run, source.location, below.count, below, run, position,
                    ])
            }
        }
    }
}

extension CaseWriter {
    /// The key by which this case leaves out names; `proposed`, which must be random, where it has none yet.
    public func redactionKey(proposed: [UInt8]) throws(CaseError) -> [UInt8] {
        var key: [UInt8]?
        try writing { db in
            try db.execute(
                sql: "INSERT OR IGNORE INTO keys (purpose, key) VALUES ('redaction', ?)", arguments: [Data(proposed)])
            key = try Data.fetchOne(db, sql: "SELECT key FROM keys WHERE purpose = 'redaction'").map { Array($0) }
        }
        return key ?? proposed
    }
}

extension CaseFile {
    /// What is kept of the sources of a run, in their order.
    public func sources(ofRun run: Int) throws(CaseError) -> [SourceEvidence] {
        try read { db in
            let isNew = try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0 >= 7
            let columns = isNew ? "sha256, size, first, last, tool" : "NULL, NULL, NULL, NULL, NULL"
            return try Row.fetchAll(
                db, sql: "SELECT location, \(columns) FROM run_sources WHERE run = ? ORDER BY position",
                arguments: [run]
            ).map { row in
                func time(_ place: Int) -> Timestamp? { row.number(place).map { Timestamp(milliseconds: Int64($0)) } }
                return SourceEvidence(
                    location: row.text(0) ?? "", sha256: row.text(1), size: row.number(2), first: time(3),
                    last: time(4),
                    tool: row.text(5))
            }
        }
    }

    /// The digest of the policy of a run, and when the run was started.
    public func origin(ofRun run: Int) throws(CaseError) -> (policy: String, started: Timestamp) {
        try read { db in
            let row = try Row.fetchOne(
                db, sql: "SELECT policy_sha256, started FROM runs WHERE id = ?", arguments: [run])
            return (row?.text(0) ?? "", Timestamp(milliseconds: Int64(row?.number(1) ?? 0)))
        }
    }

    /// The key by which this case leaves out names: always the same one. It is kept when it is asked for the first time;
    /// `proposed`, which must be random, is it then.
    public func redactionKey(proposed: [UInt8]) throws(CaseError) -> [UInt8] {
        func kept(_ db: Database) throws -> [UInt8]? {
            guard try db.tableExists("keys") else { return nil }
            return try Data.fetchOne(db, sql: "SELECT key FROM keys WHERE purpose = 'redaction'").map { Array($0) }
        }
        if let key = try read(kept) { return key }
        let lock = try CaseLock(path)
        defer { withExtendedLifetime(lock) {} }
        let file = try CaseFile(writing: path)
        do {
            return try file.queue.write { db in
                try db.execute(
                    sql: "INSERT OR IGNORE INTO keys (purpose, key) VALUES ('redaction', ?)",
                    arguments: [Data(proposed)])
                return try kept(db) ?? proposed
            }
        } catch {
            throw CaseError(error, path: path)
        }
    }
}
