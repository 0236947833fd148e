import GRDB
import Screening
import Values

/// A question about the messages of one run; what is nil is not asked for, and all that is asked for must hold.
public struct CaseQuery: Sendable {
    /// Symbols that were found, all of them.
    public var symbols: [String] = []
    /// A stage that found something.
    public var stage: String?
    /// What became of the message.
    public var disposition: Disposition?
    /// An address of the envelope or the From field.
    public var address: String?
    /// The domain of such an address, or one above it.
    public var domain: String?
    /// A network the client lies in.
    public var network: IPNetwork?
    /// Messages from this time on.
    public var since: Timestamp?
    /// Messages from before this time.
    public var until: Timestamp?
    /// Text in the Subject, whatever its case.
    public var subject: String?
    /// The label.
    public var label: String?
    /// No more messages than this.
    public var limit: Int?

    /// The message of this number.
    public var message: Int?
    /// Messages of the session of this name.
    public var session: String?

    /// Transactions of recorded sessions that the server did this with.
    public var fate: StoredFate.Outcome?
    /// Transactions of recorded sessions that the server took and the policy does not, or the other way round.
    public var onlyDiffering = false

    /// A question for all messages.
    public init() {}

    /// Whether it asks for what servers did.
    public var asksForFates: Bool { fate != nil || onlyDiffering }

    /// The columns of the answer to it: what the server did comes last where that is asked for.
    public var answerColumns: [String] { CaseQuery.columns + (asksForFates ? ["then"] : []) }

    /// The columns of the answer.
    public static let columns = [
        "message", "time", "disposition", "score", "checkpoint", "client", "mail_from", "rcpt_to", "header_from",
        "subject", "symbols", "label", "size", "source", "offset", "id",
    ]
}

extension CaseFile {
    /// Answers `query` from a run, in the order of the messages' numbers. `deliver` gets the cells of
    /// `answerColumns`, and says whether there should be more.
    public func answer(
        _ query: CaseQuery, run: Int, deliver: ([CaseCell]) throws -> Bool
    ) throws {
        let label = try read { try LabelRows.expression(in: $0) }
        let (conditions, arguments) = query.conditions(run: run, label: label)
        let sql = """
            SELECT r.message, r.time, o.disposition, r.score, o.checkpoint, r.client, r.mail_from, m.header_from,
              m.subject, \(label), m.size, f.name, m.number, m.offset, m.sha256,
              (SELECT group_concat(symbol, ' ') FROM (
                SELECT k.symbol FROM findings x JOIN kinds k ON k.id = x.kind
                WHERE x.run = r.run AND x.message = r.message ORDER BY x.position))
              \(query.asksForFates ? ", t.outcome, t.reply" : "")
            FROM results r JOIN messages m ON m.id = r.message JOIN files f ON f.id = m.file
              LEFT JOIN outcomes o ON o.id = r.outcome
              \(query.asksForFates ? "JOIN recorded_fate t ON t.run = r.run AND t.message = r.message" : "")
            WHERE \(conditions.joined(separator: " AND "))
            ORDER BY r.message LIMIT \(query.limit ?? -1)
            """
        try stream { db in
            let recipients = try db.makeStatement(
                sql: "SELECT address FROM recipients WHERE run = ? AND message = ? ORDER BY position")
            let rows = try Row.fetchCursor(db, sql: sql, arguments: StatementArguments(arguments))
            while let row = try rows.next() {
                let to = try Row.fetchAll(recipients, arguments: [run, row.number(0)]).map { $0.text(0) ?? "" }
                var cells = CaseQuery.cells(row, recipients: to)
                if query.asksForFates {
                    cells.append(.text([row.text(16), row.text(17)].compactMap(\.self).joined(separator: " ")))
                }
                if try !deliver(cells) { return }
            }
        }
    }

    /// The symbols of all findings in the case, sorted.
    public func symbols() throws(CaseError) -> [String] {
        try read { try String.fetchAll($0, sql: "SELECT DISTINCT symbol FROM kinds ORDER BY symbol") }
    }

    /// The stages of all findings in the case, sorted.
    public func stages() throws(CaseError) -> [String] {
        try read { try String.fetchAll($0, sql: "SELECT DISTINCT stage FROM kinds ORDER BY stage") }
    }

    /// Runs a reading that hands out rows: failures of the database become those of this case, others stay.
    func stream(_ work: (Database) throws -> Void) throws {
        do {
            try queue.read(work)
        } catch let error as DatabaseError {
            throw CaseError(error, path: path)
        }
    }
}

extension CaseQuery {
    fileprivate static func cells(_ row: Row, recipients: [String]) -> [CaseCell] {
        func text(_ index: Int) -> CaseCell { row.text(index).map(CaseCell.text) ?? .null }
        func number(_ index: Int) -> CaseCell { row.number(index).map(CaseCell.integer) ?? .null }
        let time = row.number(1).map { CaseCell.text(Timestamp(milliseconds: Int64($0)).rfc3339) } ?? .null
        let source = (row.text(11) ?? "") + (row.number(12).map { "#\($0)" } ?? "")
        let symbols = row.text(15)?.split(separator: " ").map(String.init) ?? []
        return [
            number(0), time, text(2), row.number(3).map(CaseCell.points) ?? .null, text(4), text(5), text(6),
            .list(recipients), text(7), text(8), .list(symbols), text(9), number(10), .text(source), number(13),
            text(14),
        ]
    }

    fileprivate func conditions(run: Int, label labelColumn: String) -> ([String], [DatabaseValue]) {
        var conditions = ["r.run = ?"]
        var arguments: [DatabaseValue] = [run.databaseValue]
        func add(_ condition: String, _ values: any DatabaseValueConvertible...) {
            conditions.append(condition)
            arguments += values.map(\.databaseValue)
        }
        func finding(_ column: String) -> String {
            """
            EXISTS (SELECT 1 FROM findings x JOIN kinds k ON k.id = x.kind
              WHERE x.run = r.run AND x.message = r.message AND k.\(column) = ?)
            """
        }
        for symbol in symbols { add(finding("symbol"), symbol) }
        if let stage { add(finding("stage"), stage) }
        if let disposition { add("o.disposition = ?", disposition.rawValue) }
        if let network { add("in_network(r.client, ?)", network.description) }
        if let since { add("r.time >= ?", since.milliseconds) }
        if let until { add("r.time < ?", until.milliseconds) }
        if let subject { add("contains(m.subject, ?)", subject) }
        if let label { add("\(labelColumn) = ?", label) }
        if let message { add("r.message = ?", message) }
        if let session { add("r.session = ?", session) }
        if let fate { add("t.outcome = ?", fate.rawValue) }
        if onlyDiffering { conditions.append("t.differs") }
        if let address {
            let address = address.asciiLowercased
            add(
                """
                (lower(r.mail_from) = ? OR instr(', ' || lower(m.header_from) || ', ', ', ' || ? || ', ') > 0
                 OR EXISTS (SELECT 1 FROM recipients t
                   WHERE t.run = r.run AND t.message = r.message AND lower(t.address) = ?))
                """, address, address, address)
        }
        if let domain {
            let domain = CaseQuery.escaped(domain.asciiLowercased)
            func ends(_ column: String) -> String {
                "(\(column) LIKE '%@' || ? ESCAPE '\\' OR \(column) LIKE '%@%.' || ? ESCAPE '\\')"
            }
            add(
                """
                (\(ends("r.mail_from")) OR \(ends("m.header_from || ','"))
                 OR EXISTS (SELECT 1 FROM recipients t
                   WHERE t.run = r.run AND t.message = r.message AND \(ends("t.address"))))
                """, domain, domain, domain + ",%", domain + ",%", domain, domain)
        }
        return (conditions, arguments)
    }

    /// The text with what LIKE reads as more than itself escaped.
    private static func escaped(_ text: String) -> String {
        text.replacing("\\", with: "\\\\").replacing("%", with: "\\%").replacing("_", with: "\\_")
    }
}
