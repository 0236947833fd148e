import DNS
import Foundation
import GRDB
import Mail
import Policy
import SMTP
import Screening
import Values

/// Turns records into the rows of a case.
struct CaseRows {
    private let run: DatabaseValue
    private var kinds = Interning<Kind>(table: "kinds")
    private var outcomes = Interning<Outcome>(table: "outcomes")
    private var courses = Interning<Course>(table: "courses")
    private var origins = Interning<Origin>(table: "origins")
    private var labelSets = Interning<[LabelVote]>(table: "label_sets")
    private var profiles = Interning<StoredProfile>(table: "profiles", limit: 50_000)
    private var weighed: Set<Symbol> = []
    private var answers: Set<DNSExchange> = []
    /// The archive that messages come from, and behind which place in it the case has none of its messages: nil where it
    /// knew the archive before.
    private var lastFile: (name: String, id: Int64, end: Int?)?

    /// What findings of one sort share.
    fileprivate struct Kind: Hashable {
        let stage: String
        let phase: Phase
        let symbol: Symbol
        let scope: Finding.Scope
        let form: StoredEvidence
    }

    /// What verdicts of one sort share: all but the score.
    fileprivate struct Outcome: Hashable {
        let phase: Phase
        let disposition: Disposition
        let reply: SMTPReply?
        let grounds: [Verdict.Ground]
    }

    init(run: Int) { self.run = run.databaseValue }

    /// Adds the rows of `record`, unless this run has its message already, and what the server did with it then.
    mutating func insert(_ record: TransactionRecord, fate: StoredFate? = nil, in db: Database) throws {
        guard let message = try message(record, in: db) else { return }
        if let fate {
            try execute(
                "INSERT INTO recorded_fates VALUES (?, ?, ?, ?, ?)",
                [run, message, value(fate.outcome.rawValue), value(fate.checkpoint?.rawValue), value(fate.reply)],
                in: db)
        }
        let judgement = record.judgement
        let (origin, ranges) = Origin.of(record)
        let course = Course(judgement)
        let session = record.session
        let found = try judgement.findings.map { try kind(of: $0, in: db) }
        let profile = StoredProfile(record, kinds: found)
        try execute(
            "INSERT INTO results VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                run, message, value(record.time.value?.milliseconds), value(session.client.value?.description),
                value(session.reverseName.value), value(session.helo.value), value(session.tls.value?.version),
                value(session.tls.value?.cipher), value(session.authenticated.value),
                value(record.reversePath.value?.plainText), value(record.label),
                value(judgement.verdict?.score ?? judgement.score), try outcome(judgement.verdict, in: db),
                try self.course(course, in: db), try self.origin(origin, in: db),
                value(
                    ranges.isEmpty ? nil : ranges.map { "\($0.lowerBound)-\($0.upperBound)" }.joined(separator: " ")),
                // The session of a message in an archive has no name but the message's.
                value(session.id == record.source ? nil : session.id), value(session.mechanism.value),
                value(record.answer?.description), try labelSet(record.labelVotes, in: db),
                try self.profile(profile, in: db),
            ], in: db)
        for (position, field) in record.recordedFields.enumerated() {
            // The message's own: another run has them already.
            try execute(
                "INSERT OR IGNORE INTO recorded_fields VALUES (?, ?, ?, ?, ?)",
                [message, value(position), value(field.name), value(field.hops), value(field.value)], in: db)
        }
        for (position, recipient) in record.recipients.enumerated() {
            try execute(
                "INSERT INTO recipients VALUES (?, ?, ?, ?)",
                [run, message, value(position), value(recipient.value?.plainText)], in: db)
        }
        for (position, finding) in judgement.findings.enumerated() {
            try insert(finding, kind: found[position], message: message, position: position, in: db)
        }
        for (position, entry) in judgement.notEvaluated.enumerated() {
            guard let detail = entry.omission.detail else { continue }
            try execute(
                "INSERT INTO omission_details VALUES (?, ?, ?, ?)", [run, message, value(position), value(detail)],
                in: db)
        }
        for (position, effect) in judgement.effects.enumerated() {
            try execute(
                "INSERT INTO effects VALUES (?, ?, ?, ?)",
                [run, message, value(position), value(effect.json.text)], in: db)
        }
    }

    /// Adds a part of an archive that could not be read.
    mutating func insertProblem(source: String, text: String, in db: Database) throws {
        try execute(
            """
            INSERT INTO problems (run, position, source, text)
            VALUES (?1, (SELECT coalesce(max(position) + 1, 0) FROM problems WHERE run = ?1), ?2, ?3)
            """, [run, value(source), value(text)], in: db)
    }

    /// The number of the record's message, whose row is made where it is new; nil when this run has the message.
    private mutating func message(_ record: TransactionRecord, in db: Database) throws -> DatabaseValue? {
        let name = SourceName(record.source)
        let file = try file(name.file, in: db)
        if let end = lastFile?.end, let offset = record.offset, offset > end {
            lastFile?.end = offset
        } else {
            let found = try Row.fetchOne(
                db.cachedStatement(
                    sql: """
                        SELECT id, EXISTS (SELECT 1 FROM results WHERE run = ?5 AND message = messages.id)
                        FROM messages WHERE file = ?1 AND offset IS ?2 AND number IS ?3 AND sha256 IS ?4
                        """), arguments: [file, record.offset, name.number, record.id, run])
            if let found, let id = found.number(0) { return found.number(1) == 1 ? nil : value(id) }
        }
        let headerFrom = record.headerFrom.isEmpty ? nil : record.headerFrom.joined(separator: ", ")
        let defects = record.defects.isEmpty ? nil : record.defects.joined(separator: " ")
        try execute(
            """
            INSERT INTO messages (sha256, file, number, offset, size, subject, header_from, defects)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                value(record.id), file.databaseValue, value(name.number), value(record.offset), value(record.size),
                value(record.subject), value(headerFrom), value(defects),
            ], in: db)
        return db.lastInsertedRowID.databaseValue
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

    /// The number of the sort that a finding is of.
    private mutating func kind(of finding: WeighedFinding, in db: Database) throws -> Int64 {
        let kind = Kind(
            stage: finding.stage, phase: finding.phase, symbol: finding.finding.symbol, scope: finding.finding.scope,
            form: StoredEvidence(finding.finding.evidence))
        return try kinds.id(of: kind, in: db, text: \.text) { text in
            try execute(
                "INSERT INTO kinds (key, stage, symbol, checkpoint, scope, form) VALUES (?, ?, ?, ?, ?, ?)",
                [text, kind.stage, kind.symbol.name, kind.phase.rawValue, kind.scope.words, kind.form.form].map {
                    value($0)
                },
                in: db)
        }
    }

    private mutating func profile(_ profile: StoredProfile, in db: Database) throws -> DatabaseValue {
        try profiles.id(of: profile, in: db, text: \.text) { text in
            try execute("INSERT INTO profiles (key) VALUES (?)", [value(text)], in: db)
        }.databaseValue
    }

    /// The number of what is said about a message's label; null where nothing is.
    private mutating func labelSet(_ votes: [LabelVote], in db: Database) throws -> DatabaseValue {
        guard !votes.isEmpty else { return .null }
        return try labelSets.id(of: votes, in: db, text: LabelRows.key) { key in
            try LabelRows.insert(votes, key: key, in: db)
        }.databaseValue
    }

    private mutating func insert(
        _ finding: WeighedFinding, kind: Int64, message: DatabaseValue, position: Int, in db: Database
    ) throws {
        let evidence = finding.finding.evidence
        // JSON has no NUL.
        let stored = StoredEvidence.object(evidence).databaseValue
        try execute(
            "INSERT INTO findings VALUES (?, ?, ?, ?, ?)",
            [run, message, position.databaseValue, kind.databaseValue, stored], in: db)
        if let note = finding.finding.replyNote {
            try execute(
                "INSERT INTO reply_notes VALUES (?, ?, ?, ?)", [run, message, value(position), value(note)], in: db)
        }
        for case .answers(let exchanges) in evidence.items.map(\.value) {
            for exchange in exchanges { try note(exchange, in: db) }
        }
        guard weighed.insert(finding.finding.symbol).inserted else { return }
        try execute(
            "INSERT OR IGNORE INTO weights VALUES (?, ?, ?, ?, ?, ?)",
            [
                run, value(finding.finding.symbol.name), value(finding.weight.value),
                value(finding.weight.place.description), value(finding.action.value.rawValue),
                value(finding.action.place.description),
            ], in: db)
    }

    private mutating func note(_ exchange: DNSExchange, in db: Database) throws {
        if answers.count >= 50_000 { answers.removeAll(keepingCapacity: true) }
        guard answers.insert(exchange).inserted else { return }
        let stored = StoredAnswer(exchange.answer)
        try execute(
            """
            INSERT OR IGNORE INTO dns_answers (told, name, type, rcode, rdata, authentic) VALUES (?, ?, ?, ?, ?, ?)
            """,
            [
                value(exchange.description), value(exchange.question.name.text),
                value(exchange.question.type.rawValue), value(stored.rcode), value(stored.rdata),
                stored.isAuthentic.databaseValue,
            ], in: db)
    }

    private mutating func outcome(_ verdict: Verdict?, in db: Database) throws -> DatabaseValue {
        guard let verdict else { return .null }
        let outcome = Outcome(
            phase: verdict.phase, disposition: verdict.disposition, reply: verdict.reply, grounds: verdict.grounds)
        return try outcomes.id(of: outcome, in: db, text: \.text) { text in
            try execute(
                """
                INSERT INTO outcomes
                  (key, disposition, checkpoint, reply, reply_parts, grounds, decided_by, policy_line)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                """,
                [
                    value(text), value(verdict.disposition.rawValue), value(verdict.phase.rawValue),
                    value(verdict.reply?.description), value(outcome.parts), value(outcome.groundsText),
                    value(verdict.grounds.first?.symbol?.name),
                    value(verdict.grounds.first?.place?.description),
                ], in: db)
        }.databaseValue
    }

    private mutating func course(_ course: Course, in db: Database) throws -> DatabaseValue {
        try courses.id(of: course, in: db, text: \.text) { text in
            try execute("INSERT INTO courses (key) VALUES (?)", [value(text)], in: db)
            let id = db.lastInsertedRowID
            for (position, omission) in course.omissions.enumerated() {
                try db.execute(
                    sql: "INSERT INTO course_omissions VALUES (?, ?, ?, ?)",
                    arguments: [id, position, omission.stage, omission.reason])
            }
        }.databaseValue
    }

    private mutating func origin(_ origin: Origin, in db: Database) throws -> DatabaseValue {
        try origins.id(of: origin, in: db, text: \.text) { text in
            let words = origin.facts.map { value($0.words) }
            try execute(
                """
                INSERT INTO origins (key, client, ptr, helo, tls, authenticated, mail_from, time, rcpt_to)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
                [value(text)] + words + [value(origin.recipients.first?.provenance.words ?? "absent")], in: db)
        }.databaseValue
    }
}

extension CaseRows.Outcome {
    var parts: String? { reply.map(StoredVerdict.parts) }
    var groundsText: String { StoredVerdict.grounds(grounds) }
    var text: String { "\(phase.rawValue) \(disposition.rawValue) \(parts ?? "-") \(groundsText)" }
}

extension CaseRows.Kind {
    fileprivate var text: String {
        JSON.array([stage, phase.rawValue, symbol.name, scope.words, form.form].map(JSON.string)).text
    }
}

extension Finding.Scope {
    /// The scope as a word: `session`, `transaction`, `recipient:0`.
    var words: String {
        switch self {
        case .session: "session"
        case .transaction: "transaction"
        case .recipient(let position): "recipient:\(position)"
        }
    }

    /// The scope that `words` means; nil when it is none.
    init?(words: String) {
        switch words {
        case "session": self = .session
        case "transaction": self = .transaction
        default:
            guard words.hasPrefix("recipient:"), let position = Int(words.dropFirst(10)) else { return nil }
            self = .recipient(position)
        }
    }
}

extension SMTPPath {
    /// The address as people write it; `<>` for the null path.
    var plainText: String { isNull ? "<>" : address }
}

private func execute(_ sql: String, _ values: [DatabaseValue], in db: Database) throws {
    try RowStatement(sql, in: db).execute(values, in: db)
}

private func value(_ number: Int?) -> DatabaseValue { number?.databaseValue ?? .null }

private func value(_ number: Int64?) -> DatabaseValue { number?.databaseValue ?? .null }

/// A text; one with a NUL in it is kept as a blob, as SQLite's text would end there.
private func value(_ text: String?) -> DatabaseValue {
    guard let text else { return .null }
    let hasNUL = unsafe text.utf8.withContiguousStorageIfAvailable { unsafe $0.contains(0) } ?? text.utf8.contains(0)
    return hasNUL ? Data(text.utf8).databaseValue : text.databaseValue
}
