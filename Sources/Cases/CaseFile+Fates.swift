import GRDB
import Screening
import Values

extension CaseFile {
    /// Who sent a message, when, and what became of it.
    public struct MessageFate: Sendable {
        /// Its number.
        public let number: Int
        /// Its time, in milliseconds of the Unix epoch; nil when not known.
        public let time: Int64?
        /// The client's address.
        public let client: IPAddress?
        /// The addresses of the From field, as the case keeps them.
        public let headerFrom: String?
        /// What became of it; nil when nothing was ruled.
        public let disposition: Disposition?
        /// The checkpoint that decided it.
        public let checkpoint: Phase?
        /// What decided it: an action on a symbol, or a threshold.
        public let decidedBy: String?
        /// Whether a message came.
        public let hasMessage: Bool
        /// The sum of the weights, in thousandths of a point.
        public let score: Int
    }

    /// The fates of all messages of a run, in the order of their numbers.
    public func fates(run: Int, deliver: (MessageFate) throws -> Void) throws {
        try stream { db in
            var outcomes: [Int: (disposition: Disposition?, checkpoint: Phase?, decidedBy: String?)] = [:]
            for row in try Row.fetchAll(db, sql: "SELECT id, disposition, checkpoint, decided_by FROM outcomes") {
                guard let id = row.number(0) else { continue }
                outcomes[id] = (
                    row.text(1).flatMap(Disposition.init(rawValue:)), row.text(2).flatMap(Phase.init(rawValue:)),
                    row.text(3)
                )
            }
            let rows = try Row.fetchCursor(
                db,
                sql: """
                    SELECT r.message, r.time, r.client, m.header_from, r.outcome, r.score,
                      m.sha256 IS NOT NULL OR m.size IS NOT NULL
                    FROM results r JOIN messages m ON m.id = r.message WHERE r.run = ? ORDER BY r.message
                    """, arguments: [run])
            while let row = try rows.next() {
                let outcome = row.number(4).flatMap { outcomes[$0] }
                try deliver(
                    MessageFate(
                        number: row.number(0) ?? 0, time: row.number(1).map(Int64.init),
                        client: row.text(2).flatMap { IPAddress($0) }, headerFrom: row.text(3),
                        disposition: outcome?.disposition, checkpoint: outcome?.checkpoint,
                        decidedBy: outcome?.decidedBy,
                        hasMessage: row.number(6) == 1, score: row.number(5) ?? 0))
            }
        }
    }

    /// How many messages of a run, from `since` on and from before `until`, each stage could not look at, and why; the most
    /// first.
    public func omissions(
        run: Int, since: Timestamp? = nil, until: Timestamp? = nil
    ) throws(CaseError) -> [(stage: String, reason: String, messages: Int)] {
        try read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT c.stage, c.reason, count(DISTINCT r.message) AS messages
                    FROM results r JOIN course_omissions c ON c.course = r.course WHERE r.run = ?1
                      AND (?2 IS NULL OR r.time >= ?2) AND (?3 IS NULL OR r.time < ?3)
                    GROUP BY c.stage, c.reason ORDER BY messages DESC, c.stage, c.reason
                    """, arguments: [run, since?.milliseconds, until?.milliseconds]
            ).map { ($0.text(0) ?? "", $0.text(1) ?? "", $0.number(2) ?? 0) }
        }
    }

    /// The thresholds of a run's policy.
    public func thresholds(run: Int) throws(CaseError) -> [ScreeningPolicy.Threshold] {
        let text = try read {
            try String.fetchOne($0, sql: "SELECT thresholds FROM runs WHERE id = ?", arguments: [run])
        }
        return text.flatMap { RunRow.thresholds($0) } ?? []
    }

    /// What each symbol weighs in a run, in thousandths of a point, for those that were found.
    public func weights(run: Int) throws(CaseError) -> [Symbol: Int] {
        let rows = try read { db in
            try Row.fetchAll(db, sql: "SELECT symbol, weight FROM weights WHERE run = ?", arguments: [run])
        }
        let pairs = rows.compactMap { row in row.text(0).map { (Symbol($0), row.number(1) ?? 0) } }
        return Dictionary(pairs, uniquingKeysWith: { first, _ in first })
    }
}
