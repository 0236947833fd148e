import GRDB
import Screening
import Values

/// A question about the messages of one run; what is empty or nil is not asked for, and all that is asked for must hold.
/// Of several values for one thing any will do, but for symbols.
public struct CaseQuery: Sendable {
    /// Symbols that were found, all of them.
    public var symbols: [String] = []
    /// Stages that found something.
    public var stages: [String] = []
    /// What became of the message.
    public var dispositions: [Disposition] = []
    /// Addresses of the envelope or the From field.
    public var addresses: [String] = []
    /// Domains of such addresses, or ones above them.
    public var domains: [String] = []
    /// Networks the client lies in.
    public var networks: [IPNetwork] = []
    /// Messages from this time on, and those of which no time is known.
    public var since: Timestamp?
    /// Messages from before this time, and those of which no time is known.
    public var until: Timestamp?
    /// Texts in the Subject, whatever their case.
    public var subjects: [String] = []
    /// Labels.
    public var labels: [String] = []
    /// No more messages than this.
    public var limit: Int?

    /// The messages of these numbers.
    public var messages: [Int] = []
    /// Messages of the sessions of these names.
    public var sessions: [String] = []

    /// Transactions of recorded sessions that the server did one of these with.
    public var fates: [StoredFate.Outcome] = []
    /// Transactions of recorded sessions that the server took and the policy does not, or the other way round.
    public var onlyDiffering = false

    /// A question for all messages.
    public init() {}

    /// Whether it asks for what servers did.
    public var asksForFates: Bool { !fates.isEmpty || onlyDiffering }

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
        func add(_ condition: String, _ values: [any DatabaseValueConvertible]) {
            conditions.append(condition)
            arguments += values.map(\.databaseValue)
        }
        func addAny<Value>(
            of values: [Value], _ condition: String, _ arguments: (Value) -> [any DatabaseValueConvertible]
        ) {
            guard !values.isEmpty else { return }
            let either = Array(repeating: condition, count: values.count).joined(separator: " OR ")
            add("(\(either))", values.flatMap(arguments))
        }
        func finding(_ column: String) -> String {
            """
            EXISTS (SELECT 1 FROM findings x JOIN kinds k ON k.id = x.kind
              WHERE x.run = r.run AND x.message = r.message AND k.\(column) = ?)
            """
        }
        for symbol in symbols { add(finding("symbol"), [symbol]) }
        addAny(of: stages, finding("stage")) { [$0] }
        addAny(of: dispositions, "o.disposition = ?") { [$0.rawValue] }
        addAny(of: networks, "in_network(r.client, ?)") { [$0.description] }
        if let since { add("(r.time IS NULL OR r.time >= ?)", [since.milliseconds]) }
        if let until { add("(r.time IS NULL OR r.time < ?)", [until.milliseconds]) }
        addAny(of: subjects, "contains(m.subject, ?)") { [$0] }
        addAny(of: labels, "\(labelColumn) = ?") { [$0] }
        addAny(of: messages, "r.message = ?") { [$0] }
        addAny(of: sessions, "r.session = ?") { [$0] }
        addAny(of: fates, "t.outcome = ?") { [$0.rawValue] }
        if onlyDiffering { conditions.append("t.differs") }
        addAny(
            of: addresses.map(\.asciiLowercased),
            """
            (lower(r.mail_from) = ? OR instr(', ' || lower(m.header_from) || ', ', ', ' || ? || ', ') > 0
             OR EXISTS (SELECT 1 FROM recipients t
               WHERE t.run = r.run AND t.message = r.message AND lower(t.address) = ?))
            """
        ) { [$0, $0, $0] }
        func ends(_ column: String) -> String {
            "(\(column) LIKE '%@' || ? ESCAPE '\\' OR \(column) LIKE '%@%.' || ? ESCAPE '\\')"
        }
        addAny(
            of: domains.map { CaseQuery.escaped($0.asciiLowercased) },
            """
            (\(ends("r.mail_from")) OR \(ends("m.header_from || ','"))
             OR EXISTS (SELECT 1 FROM recipients t
               WHERE t.run = r.run AND t.message = r.message AND \(ends("t.address"))))
            """
        ) { [$0, $0, $0 + ",%", $0 + ",%", $0, $0] }
        return (conditions, arguments)
    }

    /// The text with what LIKE reads as more than itself escaped.
    private static func escaped(_ text: String) -> String {
        text.replacing("\\", with: "\\\\").replacing("%", with: "\\%").replacing("_", with: "\\_")
    }
}
