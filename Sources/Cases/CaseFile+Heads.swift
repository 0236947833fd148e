import GRDB
import Screening
import Values

extension CaseFile {
    /// What a person knows a message by.
    public struct MessageHead: Sendable {
        /// Its number.
        public let number: Int
        /// `sha256:` and the digest of its bytes; nil when no message came.
        public let id: String?
        /// Where it lies.
        public let source: String
        /// The reverse-path.
        public let mailFrom: String?
        /// The first address of the From field.
        public let headerFrom: String?
        /// The decoded Subject.
        public let subject: String?
        /// What became of it in the run.
        public let disposition: Disposition?
        /// The checkpoint that decided it.
        public let checkpoint: Phase?
        /// The sum of the weights, in thousandths of a point.
        public let score: Int

        /// A head.
        public init(
            number: Int, id: String?, source: String, mailFrom: String?, headerFrom: String?, subject: String?,
            disposition: Disposition?, checkpoint: Phase?, score: Int
        ) {
            (self.number, self.id, self.source, self.mailFrom) = (number, id, source, mailFrom)
            (self.headerFrom, self.subject, self.disposition) = (headerFrom, subject, disposition)
            (self.checkpoint, self.score) = (checkpoint, score)
        }
    }

    /// The heads of messages of a run, by their numbers.
    public func heads(of numbers: [Int], run: Int) throws(CaseError) -> [Int: MessageHead] {
        try read { db in
            let statement = try db.cachedStatement(
                sql: """
                    SELECT m.sha256, f.name, m.number, r.mail_from, m.header_from, m.subject, o.disposition,
                      o.checkpoint, r.score
                    FROM results r JOIN messages m ON m.id = r.message JOIN files f ON f.id = m.file
                    LEFT JOIN outcomes o ON o.id = r.outcome
                    WHERE r.run = ? AND r.message = ?
                    """)
            var heads: [Int: MessageHead] = [:]
            for number in numbers {
                guard let row = try Row.fetchOne(statement, arguments: [run, number]), let name = row.text(1) else {
                    continue
                }
                heads[number] = MessageHead(
                    number: number, id: row.text(0), source: row.number(2).map { "\(name)#\($0)" } ?? name,
                    mailFrom: row.text(3), headerFrom: row.text(4), subject: row.text(5),
                    disposition: row.text(6).flatMap(Disposition.init(rawValue:)),
                    checkpoint: row.text(7).flatMap(Phase.init(rawValue:)), score: row.number(8) ?? 0)
            }
            return heads
        }
    }
}

extension CaseFile {
    /// The ids (`sha256:` and digest) of a run's messages by their numbers; those without a message have none.
    public func identities(run: Int) throws(CaseError) -> [Int: String] {
        try read { db in
            var ids: [Int: String] = [:]
            let rows = try Row.fetchCursor(
                db,
                sql: """
                    SELECT r.message, m.sha256 FROM results r JOIN messages m ON m.id = r.message
                    WHERE r.run = ? AND m.sha256 IS NOT NULL
                    """, arguments: [run])
            while let row = try rows.next() { ids[row[0]] = row[1] }
            return ids
        }
    }
}
