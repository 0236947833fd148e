import Foundation
import GRDB
import Policy
import SMTP
import Screening
import Tuning
import Values

/// Writes the rows of batches into a case.
struct CaseRows {
    private let run: Int
    private var kinds = Interning<CaseRowBatch.Kind>(.kinds)
    private var outcomes = Interning<CaseRowBatch.Outcome>(.outcomes)
    private var courses = Interning<Course>(.courses)
    private var origins = Interning<Origin>(.origins)
    private var labelSets = Interning<[LabelVote]>(.labelSets)
    private var profiles = Interning<StoredProfile>(.profiles, limit: 50_000)
    /// The archive that messages come from, and behind which place in it the case has none of its messages: nil where it
    /// knew the archive before.
    private var lastFile: (name: String, id: Int64, end: Int?)?

    init(run: Int) { self.run = run }

    /// Adds the rows of a batch, but for messages that this run has already.
    mutating func insert(_ batch: CaseRowBatch, in db: Database) throws {
        var numbers = SharedNumbers()
        var statements = [RowStatement?](repeating: nil, count: CaseTable.allCases.count)
        for entry in batch.entries {
            guard let message = try message(entry.message, in: batch.files.values[entry.file], in: db) else { continue }
            var position = entry.rows.lowerBound
            while position < entry.rows.upperBound {
                guard let table = batch.rows.table(at: &position) else { return }
                let statement = try statements[Int(table.rawValue)] ?? RowStatement(table.insertion.sql, in: db)
                statements[Int(table.rawValue)] = statement
                try statement.execute(table.insertion.values, in: db) {
                    switch batch.rows.value(at: &position) {
                    case .null: .null
                    case .integer(let number): .integer(number)
                    case .text(let range): .text(batch.rows.bytes, range)
                    case .blob(let range): .blob(batch.rows.bytes, range)
                    case .run: .integer(Int64(run))
                    case .message: .integer(message)
                    case .shared(let sort, let place):
                        .integer(try number(of: sort, place, in: batch, &numbers, in: db))
                    }
                }
            }
        }
    }

    /// Adds a part of an archive that could not be read.
    mutating func insertProblem(source: String, text: String, in db: Database) throws {
        try execute(
            """
            INSERT INTO problems (run, position, source, text)
            VALUES (?1, (SELECT coalesce(max(position) + 1, 0) FROM problems WHERE run = ?1), ?2, ?3)
            """, [run.databaseValue, value(source), value(text)], in: db)
    }

    /// The number of the message, whose row is made where it is new; nil when this run has the message.
    private mutating func message(
        _ message: CaseRowBatch.MessageRow, in name: String, in db: Database
    ) throws -> Int64? {
        let file = try file(name, in: db)
        if let end = lastFile?.end, let offset = message.offset, offset > end {
            lastFile?.end = offset
        } else {
            let found = try Row.fetchOne(
                db.cachedStatement(
                    sql: """
                        SELECT id, EXISTS (SELECT 1 FROM results WHERE run = ?5 AND message = messages.id)
                        FROM messages WHERE file = ?1 AND offset IS ?2 AND number IS ?3 AND sha256 IS ?4
                        """), arguments: [file, message.offset, message.number, message.sha256, run])
            if let found, let id = found.number(0) { return found.number(1) == 1 ? nil : Int64(id) }
        }
        try execute(
            """
            INSERT INTO messages (sha256, file, number, offset, size, subject, header_from, defects)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                value(message.sha256), file.databaseValue, value(message.number), value(message.offset),
                value(message.size), value(message.subject), value(message.headerFrom), value(message.defects),
            ], in: db)
        return db.lastInsertedRowID
    }

    private mutating func file(_ name: String, in db: Database) throws -> Int64 {
        if let lastFile, lastFile.name == name { return lastFile.id }
        let found = try Int64.fetchOne(
            db.cachedStatement(sql: "SELECT id FROM files WHERE name = ?"), arguments: [value(name)])
        if found == nil { try execute("INSERT INTO files (name) VALUES (?)", [value(name)], in: db) }
        let id = found ?? db.lastInsertedRowID
        lastFile = (name, id, found == nil ? -1 : nil)
        return id
    }
}

/// The numbers of what the messages of a batch share, as far as they are known.
private struct SharedNumbers {
    private var numbers = [[Int64?]](repeating: [], count: SharedRows.allCases.count)

    subscript(sort: SharedRows, place: Int) -> Int64? {
        get {
            let known = numbers[Int(sort.rawValue)]
            return place < known.count ? known[place] : nil
        }
        set {
            let missing = place + 1 - numbers[Int(sort.rawValue)].count
            if missing > 0 { numbers[Int(sort.rawValue)] += [Int64?](repeating: nil, count: missing) }
            numbers[Int(sort.rawValue)][place] = newValue
        }
    }
}

extension CaseRows {
    /// The number of what is at `place` among what a batch shares, whose row is made where it is new.
    private mutating func number(
        of sort: SharedRows, _ place: Int, in batch: CaseRowBatch, _ numbers: inout SharedNumbers, in db: Database
    ) throws -> Int64 {
        if let known = numbers[sort, place] { return known }
        let number: Int64
        switch sort {
        case .kinds: number = try self.number(of: batch.kinds.values[place], in: db)
        case .outcomes: number = try self.number(of: batch.outcomes.values[place], in: db)
        case .courses: number = try self.number(of: batch.courses.values[place], in: db)
        case .origins: number = try self.number(of: batch.origins.values[place], in: db)
        case .labelSets:
            let votes = batch.labelSets.values[place]
            number = try labelSets.id(of: votes, in: db, text: LabelRows.key) { key in
                try LabelRows.insert(votes, key: key, in: db)
            }
        case .profiles:
            let profile = try batch.profiles.values[place].renumbered {
                try self.number(of: .kinds, Int($0), in: batch, &numbers, in: db)
            }
            number = try profiles.id(of: profile, in: db, text: \.text) { text in
                try execute("INSERT INTO profiles (key) VALUES (?)", [value(text)], in: db)
            }
        }
        numbers[sort, place] = number
        return number
    }

    private mutating func number(of kind: CaseRowBatch.Kind, in db: Database) throws -> Int64 {
        try kinds.id(of: kind, in: db, text: \.text) { text in
            try execute(
                "INSERT INTO kinds (key, stage, symbol, checkpoint, scope, form) VALUES (?, ?, ?, ?, ?, ?)",
                [text, kind.stage, kind.symbol.name, kind.phase.rawValue, kind.scope.words, kind.form.form].map {
                    value($0)
                },
                in: db)
        }
    }

    private mutating func number(of outcome: CaseRowBatch.Outcome, in db: Database) throws -> Int64 {
        try outcomes.id(of: outcome, in: db, text: \.text) { text in
            try execute(
                """
                INSERT INTO outcomes
                  (key, disposition, checkpoint, reply, reply_parts, grounds, decided_by, policy_line)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                """,
                [
                    value(text), value(outcome.disposition.rawValue), value(outcome.phase.rawValue),
                    value(outcome.reply?.description), value(outcome.parts), value(outcome.groundsText),
                    value(outcome.grounds.first?.symbol?.name),
                    value(outcome.grounds.first?.place?.description),
                ], in: db)
        }
    }

    private mutating func number(of course: Course, in db: Database) throws -> Int64 {
        try courses.id(of: course, in: db, text: \.text) { text in
            try execute("INSERT INTO courses (key) VALUES (?)", [value(text)], in: db)
            let id = db.lastInsertedRowID
            for (position, omission) in course.omissions.enumerated() {
                try db.execute(
                    sql: "INSERT INTO course_omissions VALUES (?, ?, ?, ?)",
                    arguments: [id, position, omission.stage, omission.reason])
            }
        }
    }

    private mutating func number(of origin: Origin, in db: Database) throws -> Int64 {
        try origins.id(of: origin, in: db, text: \.text) { text in
            let words = origin.facts.map { value($0.words) }
            try execute(
                """
                INSERT INTO origins (key, client, ptr, helo, tls, authenticated, mail_from, time, rcpt_to)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
                [value(text)] + words + [value(origin.recipients.first?.provenance.words ?? "absent")], in: db)
        }
    }
}

private func execute(_ sql: String, _ values: [DatabaseValue], in db: Database) throws {
    try db.cachedStatement(sql: sql).execute(arguments: StatementArguments(values))
}

private func value(_ number: Int?) -> DatabaseValue { number?.databaseValue ?? .null }

/// A text; one with a NUL in it is kept as a blob, as SQLite's text would end there.
private func value(_ text: String?) -> DatabaseValue {
    guard let text else { return .null }
    let hasNUL = unsafe text.utf8.withContiguousStorageIfAvailable { unsafe $0.contains(0) } ?? text.utf8.contains(0)
    return hasNUL ? Data(text.utf8).databaseValue : text.databaseValue
}
