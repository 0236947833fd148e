import Authentication
import Cryptography
import Foundation
import GRDB
import Values

/// Puts DMARC reports that were received into a case.
public struct CaseReportWriter {
    let file: CaseFile
    private let lock: CaseLock

    /// Opens the case at `path`, or makes it.
    public init(_ path: String) throws(CaseError) {
        if CaseFile.isForeign(path) {
            throw CaseError(.badData, path, "is there already and is no case file; name another file")
        }
        lock = try CaseLock(path)
        file = try CaseFile(writing: path)
    }

    /// Adds a report found in `source`; false when the case has it already. A report is known by its reporter, its id,
    /// its domain and its span of time.
    public func add(_ report: AggregateReport, source: String) throws(CaseError) -> Bool {
        let key = SHA256.hexadecimal(
            Bytes(
                JSON.array([
                    JSON(report.organization), JSON(report.reportID), JSON(report.policy.domain),
                    report.begin.map { .integer(Int($0.milliseconds)) } ?? .null,
                    report.end.map { .integer(Int($0.milliseconds)) } ?? .null,
                ]).text))
        do {
            return try file.queue.write { db in
                guard try Int.fetchOne(db, sql: "SELECT 1 FROM dmarc_reports WHERE key = ?", arguments: [key]) == nil
                else { return false }
                try insert(report, key: key, source: source, in: db)
                return true
            }
        } catch {
            throw CaseError(error, path: file.path)
        }
    }

    /// Leaves one file, which is easier to copy than three.
    public func finish() {
        _ = try? file.queue.writeWithoutTransaction { try String.fetchOne($0, sql: "PRAGMA journal_mode = DELETE") }
    }

    private func insert(_ report: AggregateReport, key: String, source: String, in db: Database) throws {
        let policy = report.policy
        try db.execute(
            sql: """
                INSERT INTO dmarc_reports (key, source, version, org_name, email, extra_contact_info, report_id,
                  period_begin, period_end, errors, generator, domain, version_published, adkim, aspf, p, sp, np, pct, fo, testing,
                  discovery_method, faults)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                key, stored(source), stored(report.version), stored(report.organization), stored(report.email),
                stored(report.contact), stored(report.reportID), report.begin?.milliseconds, report.end?.milliseconds,
                list(report.errors), stored(report.generator), stored(policy.domain), stored(policy.version),
                stored(policy.adkim), stored(policy.aspf), stored(policy.p), stored(policy.sp), stored(policy.np),
                policy.pct, stored(policy.fo), stored(policy.testing), stored(policy.discoveryMethod),
                list(report.faults),
            ])
        let id = db.lastInsertedRowID
        let statement = try db.makeStatement(
            sql: "INSERT INTO dmarc_records VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
        for (position, record) in report.records.enumerated() {
            try statement.execute(arguments: [
                id, position, stored(record.sourceIP), record.count, stored(record.disposition), stored(record.dkim),
                stored(record.spf), JSON.array(record.reasons.map(\.json)).text, stored(record.envelopeTo),
                stored(record.envelopeFrom), stored(record.headerFrom),
                JSON.array(record.dkimResults.map { $0.json(of: .dkim) }).text,
                JSON.array(record.spfResults.map { $0.json(of: .spf) }).text,
            ])
        }
    }

    /// A text; one with a NUL in it is kept as a blob, as SQLite's text would end there.
    func stored(_ text: String?) -> DatabaseValue {
        guard let text else { return .null }
        return text.utf8.contains(0) ? Data(text.utf8).databaseValue : text.databaseValue
    }

    private func list(_ texts: [String]) -> String { JSON.array(texts.map(JSON.string)).text }
}
