import GRDB
import Screening
import Tuning
import Values

extension CaseFile {
    /// The findings of a run, as far as weighing them anew needs them: one pass over its rows, without evidence.
    public func findings(run: Int) throws(CaseError) -> RunFindings {
        try read { try FindingsReader(db: $0, path: path, run: run).findings() }
    }

    /// The policy files of a run with their texts, in order.
    public func policyFiles(run: Int) throws(CaseError) -> [(name: String, text: String)] {
        let stored = try read {
            try String.fetchOne($0, sql: "SELECT policy FROM runs WHERE id = ?", arguments: [run])
        }
        guard let files = stored.flatMap({ JSON(stored: $0)?.items }) else {
            throw CaseError(.badData, path, "the case file is damaged: the policy of run \(run)")
        }
        return files.compactMap { file in
            guard let name = file.members?["file"]?.string, let text = file.members?["text"]?.string else { return nil }
            return (name, text)
        }
    }
}

/// Gathers the messages of a run by what was found in them. Rows come as single numbers that hold several columns: a
/// run has millions, and SQLite hands out a number many times faster than a row.
private struct FindingsReader {
    let db: Database
    let path: String
    let run: Int

    private static let placeBits: Int64 = 24
    private static let placeMask: Int64 = (1 << placeBits) - 1

    private var damage: CaseError { CaseError(.badData, path, "the case file is damaged: the findings of run \(run)") }

    func findings() throws -> RunFindings {
        if let findings = try ProfileReader(db: db, damage: damage, run: run).findings() {
            return try relabelled(findings)
        }
        return try relabelled(findingsByRow())
    }

    /// The findings with the labels that somebody gave who reviewed the messages.
    private func relabelled(_ findings: RunFindings) throws -> RunFindings {
        let labels = try LabelRows.reviewed(in: db)
        return labels.isEmpty
            ? findings : findings.relabelled { labels[$0].map { RunFindings.Label($0) } }
    }

    /// Reads every finding: runs of cases before schema 6 have no profiles.
    private func findingsByRow() throws -> RunFindings {
        let stored = try StoredKinds(
            db, where: "id IN (SELECT DISTINCT kind FROM findings WHERE run = ?)", arguments: [run], damage: damage)
        let (kinds, places) = (stored.kinds, stored.places)
        guard places.keys.allSatisfy({ $0 <= FindingsReader.placeMask }) else { throw damage }
        let outcomes = try outcomes()
        var rows = try Rows(self, places: places)
        var profiles: [FindingProfile: Int32] = [:]
        var ordered: [FindingProfile] = []
        var messages: [RunFindings.Message] = []
        // In the order of the results.
        let times = try Optional<Int64>.fetchCursor(
            db, sql: "SELECT time FROM results WHERE run = ? ORDER BY message", arguments: [run])
        // message, outcome (0 for none), label and whether a message came.
        let results = try Int64.fetchCursor(
            db,
            sql: """
                SELECT (r.message << 28) | (ifnull(r.outcome, 0) << 4)
                  | (CASE r.label WHEN 'ham' THEN 0 WHEN 'spam' THEN 2 ELSE 4 END) | (m.sha256 IS NOT NULL)
                FROM results r JOIN messages m ON m.id = r.message WHERE r.run = ? ORDER BY r.message
                """, arguments: [run])
        while let row = try results.next() {
            let number = Int(row >> 28)
            let outcome = outcomes[Int((row >> 4) & FindingsReader.placeMask)]
            let profile = FindingProfile(
                kinds: try rows.kinds(of: number), recipientCount: try rows.recipients(of: number),
                hasMessage: row & 1 == 1, checkpoint: outcome?.checkpoint, disposition: outcome?.disposition)
            let place: Int32
            if let known = profiles[profile] {
                place = known
            } else {
                place = Int32(ordered.count)
                profiles[profile] = place
                ordered.append(profile)
            }
            guard let label = RunFindings.Label(rawValue: UInt8((row >> 1) & 3)) else { throw damage }
            messages.append(
                RunFindings.Message(number: number, profile: place, label: label, time: try times.next() ?? nil))
        }
        return RunFindings(kinds: kinds, profiles: ordered, messages: messages)
    }

    private func outcomes() throws -> [Int: (checkpoint: Phase, disposition: Disposition)] {
        var outcomes: [Int: (checkpoint: Phase, disposition: Disposition)] = [:]
        for row in try Row.fetchAll(db, sql: "SELECT id, checkpoint, disposition FROM outcomes") {
            guard let id = row.number(0), id <= FindingsReader.placeMask,
                let checkpoint = row.text(1).flatMap(Phase.init(rawValue:)),
                let disposition = row.text(2).flatMap(Disposition.init(rawValue:))
            else { throw damage }
            outcomes[id] = (checkpoint, disposition)
        }
        return outcomes
    }

    /// The rows below messages, handed out in the order of the messages' numbers.
    private struct Rows {
        private let places: [Int: Int32]
        private let damage: CaseError
        private let findings: FastDatabaseValueCursor<Int64>
        private let counts: FastDatabaseValueCursor<Int64>
        private var finding: Int64?
        private var count: Int64?

        init(_ reader: FindingsReader, places: [Int: Int32]) throws {
            (self.places, damage) = (places, reader.damage)
            findings = try Int64.fetchCursor(
                reader.db,
                sql: "SELECT (message << 24) | kind FROM findings WHERE run = ? ORDER BY message, position",
                arguments: [reader.run])
            counts = try Int64.fetchCursor(
                reader.db,
                sql: "SELECT (message << 24) | count(*) FROM recipients WHERE run = ? GROUP BY message",
                arguments: [reader.run])
            finding = try findings.next()
            count = try counts.next()
        }

        mutating func kinds(of message: Int) throws -> [Int32] {
            var kinds: [Int32] = []
            while let row = finding, Int(row >> FindingsReader.placeBits) <= message {
                if Int(row >> FindingsReader.placeBits) == message {
                    guard let place = places[Int(row & FindingsReader.placeMask)] else { throw damage }
                    kinds.append(place)
                }
                finding = try findings.next()
            }
            return kinds
        }

        mutating func recipients(of message: Int) throws -> Int {
            var found = 0
            while let row = count, Int(row >> FindingsReader.placeBits) <= message {
                if Int(row >> FindingsReader.placeBits) == message { found = Int(row & FindingsReader.placeMask) }
                count = try counts.next()
            }
            return found
        }
    }
}
