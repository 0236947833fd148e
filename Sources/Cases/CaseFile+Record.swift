import DNS
import GRDB
import Mail
import Policy
import SMTP
import Screening
import Values

extension CaseFile {
    /// A message as a run of the case found it.
    public struct StoredRecord: Sendable {
        /// The record, as the replay had it.
        public let record: TransactionRecord
        /// The thresholds of the run's policy.
        public let thresholds: [ScreeningPolicy.Threshold]
        /// The run.
        public let run: Int
    }

    /// The number of the last run that was finished (of the last one, when none was), or `number` where the case has
    /// that one.
    public func run(_ number: Int? = nil) throws(CaseError) -> Int {
        let found = try read { db in
            try Int.fetchOne(
                db, sql: "SELECT id FROM runs WHERE ?1 IS NULL OR id = ?1 ORDER BY finished IS NULL, id DESC LIMIT 1",
                arguments: [number])
        }
        guard let found else {
            throw CaseError(.notInCase, path, number.map { "there is no run \($0)" } ?? "there is no run in it yet")
        }
        return found
    }

    /// The runs that were not finished, in order.
    public func unfinishedRuns() throws(CaseError) -> [Int] {
        try read { try Int.fetchAll($0, sql: "SELECT id FROM runs WHERE finished IS NULL ORDER BY id") }
    }

    /// The record of the message `number` in a run; the last one when none is named.
    public func record(of number: Int, run: Int? = nil) throws(CaseError) -> StoredRecord {
        let run = try self.run(run)
        return try read { try RecordReader(db: $0, path: path, run: run, message: number).stored() }
    }
}

/// Puts a record together again from its rows.
private struct RecordReader {
    let db: Database
    let path: String
    let run: Int
    let message: Int

    private var damage: CaseError { CaseError(.badData, path, "the case file is damaged: message \(message)") }

    private func wanted<Value>(_ value: Value?) throws -> Value {
        guard let value else { throw damage }
        return value
    }

    func stored() throws -> CaseFile.StoredRecord {
        let row = try Row.fetchOne(
            db,
            sql: """
                SELECT m.sha256, f.name, m.number, m.offset, m.size, m.subject, m.header_from, m.defects,
                  r.time, r.client, r.ptr, r.helo, r.tls_version, r.tls_cipher, r.authenticated, r.mail_from, r.label,
                  r.score, r.outcome, r.course, r.ranges, o.key, runs.thresholds
                FROM results r JOIN messages m ON m.id = r.message JOIN files f ON f.id = m.file
                JOIN origins o ON o.id = r.origin JOIN runs ON runs.id = r.run
                WHERE r.run = ? AND r.message = ?
                """, arguments: [run, message])
        guard let row else {
            let count = try Int.fetchOne(db, sql: "SELECT count(*) FROM results WHERE run = ?", arguments: [run]) ?? 0
            // Numbers run on over the runs of a case whose archives differ.
            let others = try Int.fetchAll(
                db, sql: "SELECT run FROM results WHERE message = ? ORDER BY run DESC LIMIT 5", arguments: [message])
            let remedy =
                if others.isEmpty {
                    ""
                } else if others.count == 1 {
                    "; run \(others[0]) has it: --run \(others[0])"
                } else {
                    "; runs \(others.reversed().map(String.init).joined(separator: ", ")) have it: --run \(others[0])"
                }
            throw CaseError(
                .notInCase, path, "run \(run) has no message \(message); it has \(count)\(remedy)")
        }
        let name = try wanted(row.text(1))
        let source = row.number(2).map { "\(name)#\($0)" } ?? name
        let origin = try wanted(row.text(21).flatMap { Origin($0) })
        let ranges = try wanted(RecordReader.ranges(row.text(20) ?? ""))
        var session = Session(
            id: source, client: origin.facts[0].fact(row.text(9).flatMap { IPAddress($0) }, ranges: ranges))
        session.reverseName = origin.facts[1].fact(row.text(10), ranges: ranges)
        session.helo = origin.facts[2].fact(row.text(11), ranges: ranges)
        let tls = TLSParameters(version: row.text(12), cipher: row.text(13))
        session.tls = origin.facts[3].fact(tls, ranges: ranges)
        session.authenticated = origin.facts[4].fact(row.text(14), ranges: ranges)

        if let live = try liveSession() { (session.id, session.mechanism) = (live.id ?? source, live.mechanism) }

        var record = TransactionRecord(source: source, session: session, judgement: try judgement(row))
        record.id = row.text(0)
        record.offset = row.number(3)
        record.size = row.number(4)
        record.subject = row.text(5)
        record.headerFrom = row.text(6).map { [$0] } ?? []
        record.defects = row.text(7)?.split(separator: " ").map(String.init) ?? []
        record.time = origin.facts[6].fact(
            row.number(8).map { Timestamp(milliseconds: Int64($0)) }, ranges: ranges)
        record.reversePath = origin.facts[5].fact(row.text(15).map { SMTPPath(told: $0) }, ranges: ranges)
        record.recipients = try recipients(origin, ranges)
        record.label = try LabelRows.reviewed(message, in: db) ?? row.text(16)
        let thresholds = try wanted(row.text(22).flatMap { RunRow.thresholds($0) })
        return CaseFile.StoredRecord(record: record, thresholds: thresholds, run: run)
    }

    /// What is known of a session that was recorded live; cases before schema 4 have not kept it.
    private func liveSession() throws -> (id: String?, mechanism: Fact<String>)? {
        guard try db.columns(in: "results").contains(where: { $0.name == "auth_mechanism" }) else { return nil }
        let row = try Row.fetchOne(
            db, sql: "SELECT session, auth_mechanism FROM results WHERE run = ? AND message = ?",
            arguments: [run, message])
        return (row?.text(0), row?.text(1).map(Fact.observed) ?? .absent)
    }

    private func recipients(_ origin: Origin, _ ranges: [Range<Int>]) throws -> [Fact<SMTPPath>] {
        let addresses = try Row.fetchAll(
            db, sql: "SELECT address FROM recipients WHERE run = ? AND message = ? ORDER BY position",
            arguments: [run, message]
        ).map { $0.text(0) }
        var recipients: [Fact<SMTPPath>] = []
        for stretch in origin.recipients {
            guard stretch.count >= 0, stretch.count <= addresses.count - recipients.count else { throw damage }
            for address in addresses[recipients.count..<recipients.count + stretch.count] {
                recipients.append(stretch.provenance.fact(address.map { SMTPPath(told: $0) }, ranges: ranges))
            }
        }
        return recipients
    }

    private func judgement(_ row: Row) throws -> TransactionRecord.Judgement {
        let key = try String.fetchOne(db, sql: "SELECT key FROM courses WHERE id = ?", arguments: [row.number(19)])
        let course = try wanted(key.flatMap { Course($0) })
        var details: [Int: String] = [:]
        let detailRows = try Row.fetchAll(
            db, sql: "SELECT position, detail FROM omission_details WHERE run = ? AND message = ?",
            arguments: [run, message])
        for detail in detailRows { details[try wanted(detail.number(0))] = detail.text(1) }
        let skipped = course.omissions.enumerated().map { position, omission in
            NotEvaluated(
                stage: omission.stage, omission: StageReport.Omission(omission.reason, detail: details[position]))
        }
        let evaluations = course.steps.map { step in
            TransactionRecord.Judgement.Evaluation(
                stage: step.stage, phase: step.phase,
                omissions: step.omissions.filter(skipped.indices.contains).map { skipped[$0].omission })
        }
        return TransactionRecord.Judgement(
            findings: try findings(), effects: try effects(), notEvaluated: skipped, evaluations: evaluations,
            verdicts: try verdict(row).map { [$0] } ?? [])
    }

    private func findings() throws -> [WeighedFinding] {
        let rows = try Row.fetchAll(
            db,
            sql: """
                SELECT k.stage, k.checkpoint, k.symbol, k.scope, k.form, f.evidence,
                  w.weight, w.weight_place, w.action, w.action_place, f.position
                FROM findings f JOIN kinds k ON k.id = f.kind
                JOIN weights w ON w.run = f.run AND w.symbol = k.symbol
                WHERE f.run = ? AND f.message = ? ORDER BY f.position
                """, arguments: [run, message])
        let notes = try notes()
        return try rows.map { row in
            let evidence = try StoredEvidence.read(
                form: wanted(row.text(4)), json: wanted(row.text(5)), exchange: exchange)
            return WeighedFinding(
                stage: try wanted(row.text(0)),
                phase: try wanted(row.text(1).flatMap(Phase.init(rawValue:))),
                finding: Finding(
                    Symbol(try wanted(row.text(2))), try wanted(evidence),
                    scope: try wanted(row.text(3).flatMap { Finding.Scope(words: $0) }),
                    replyNote: row.number(10).flatMap { notes[$0] }),
                weight: Placed(
                    try wanted(row.number(6)), at: try wanted(row.text(7).flatMap { PolicyPlace(told: $0) })),
                action: Placed(
                    try wanted(row.text(8).flatMap(Action.init(rawValue:))),
                    at: try wanted(row.text(9).flatMap { PolicyPlace(told: $0) })))
        }
    }

    /// What refusals say besides, by the findings' positions; cases before schema 3 have not kept it.
    private func notes() throws -> [Int: String] {
        guard try db.tableExists("reply_notes") else { return [:] }
        let rows = try Row.fetchAll(
            db, sql: "SELECT position, note FROM reply_notes WHERE run = ? AND message = ?", arguments: [run, message])
        let pairs = rows.compactMap { row in row.number(0).flatMap { position in row.text(1).map { (position, $0) } } }
        return Dictionary(pairs, uniquingKeysWith: { first, _ in first })
    }

    private func exchange(_ told: String) throws -> DNSExchange? {
        let row = try Row.fetchOne(
            db.cachedStatement(sql: "SELECT name, type, rcode, rdata, authentic FROM dns_answers WHERE told = ?"),
            arguments: [told])
        guard let row, let name = row.text(0), let type = row.text(1), let rcode = row.text(2),
            let rdata = row.text(3)
        else { return nil }
        return StoredAnswer.exchange(
            name: name, type: type, rcode: rcode, rdata: rdata, isAuthentic: row.number(4) == 1)
    }

    private func effects() throws -> [Effect] {
        try Row.fetchAll(
            db, sql: "SELECT effect FROM effects WHERE run = ? AND message = ? ORDER BY position",
            arguments: [run, message]
        ).map { try wanted($0.text(0).flatMap { Effect(told: $0) }) }
    }

    private func verdict(_ row: Row) throws -> Verdict? {
        guard let outcome = row.number(18) else { return nil }
        let found = try wanted(
            try Row.fetchOne(
                db, sql: "SELECT disposition, checkpoint, reply_parts, grounds FROM outcomes WHERE id = ?",
                arguments: [outcome]))
        let phase = try wanted(found.text(1).flatMap(Phase.init(rawValue:)))
        var grounds = try wanted(found.text(3).flatMap { StoredVerdict.grounds($0) })
        // The record itself adds that every recipient was refused.
        if phase == .rcpt, case .recipientsRefused? = grounds.last { grounds.removeLast() }
        return Verdict(
            phase: phase, disposition: try wanted(found.text(0).flatMap(Disposition.init(rawValue:))),
            score: try wanted(row.number(17)), reply: found.text(2).flatMap { StoredVerdict.reply($0) },
            grounds: grounds)
    }

    private static func ranges(_ text: String) -> [Range<Int>]? {
        var ranges: [Range<Int>] = []
        for pair in text.split(separator: " ") {
            let ends = pair.split(separator: "-").compactMap { Int($0) }
            guard ends.count == 2, ends[0] <= ends[1] else { return nil }
            ranges.append(ends[0]..<ends[1])
        }
        return ranges
    }
}

extension SMTPPath {
    /// The path that `plainText` told. One that is not read back to the same words keeps them all the same.
    fileprivate init(told text: String) {
        if text == "<>" {
            self = .null
        } else if let path = SMTPPath(text), path.address == text {
            self = path
        } else {
            self.init(localPart: text, domain: nil)
        }
    }
}
