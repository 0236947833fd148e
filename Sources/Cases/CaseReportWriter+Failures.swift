import Authentication
import Cryptography
import GRDB
import Mail
import Values

extension CaseReportWriter {
    /// Adds a report about one message that was found in `source`; false when the case has it already. A report is known
    /// by all that is in it.
    public func add(_ report: FailureReport, source: String) throws(CaseError) -> Bool {
        let key = SHA256.hexadecimal(Bytes(report.json.text))
        do {
            return try file.queue.write { db in
                guard try Int.fetchOne(db, sql: "SELECT 1 FROM dmarc_failures WHERE key = ?", arguments: [key]) == nil
                else { return false }
                try insert(report, key: key, source: source, in: db)
                return true
            }
        } catch {
            throw CaseError(error, path: file.path)
        }
    }

    private func insert(_ report: FailureReport, key: String, source: String, in db: Database) throws {
        let original = report.original.map { Message($0).header }
        func list(_ name: String) -> DatabaseValue {
            let values = report.all(name)
            return values.isEmpty ? .null : stored(values.joined(separator: ", "))
        }
        let fields = JSON.array(
            report.fields.map { .object(["name": .string($0.name), "value": .string($0.value)]) })
        try db.execute(
            sql: "INSERT INTO dmarc_failures VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            arguments: [
                key, stored(source), stored(report["feedback-type"]?.asciiLowercased),
                stored(report["auth-failure"]?.asciiLowercased), report.arrival?.milliseconds,
                stored(report.sourceIP?.description), list("reported-domain"), stored(report["original-mail-from"]),
                list("original-rcpt-to"), stored(report["delivery-result"]), stored(report["identity-alignment"]),
                stored(report["dkim-domain"]), stored(report["dkim-selector"]), list("authentication-results"),
                stored(original?.first("From")?.text), stored(original?.first("Subject")?.text),
                stored(original?.first("Message-ID")?.text), stored(fields.text),
            ])
    }
}
