import GRDB
import Values

extension CaseFile {
    /// What a run found of a message's authentication, and what became of it.
    public struct Authentication: Sendable {
        /// One finding of the stages asked for.
        public struct Finding: Sendable {
            public let stage: String
            public let symbol: String
            /// The evidence by its keys.
            public let evidence: [String: JSON]
        }

        /// The number of the message in the case.
        public let message: Int
        /// Where it lies: `file.mbox#17`, or a path.
        public let source: String
        /// `sha256:` and the digest of its bytes.
        public let id: String?
        public let time: Timestamp?
        public let client: IPAddress?
        public let helo: String?
        /// The reverse-path; `<>` for the null one.
        public let mailFrom: String?
        public let disposition: String?
        /// The findings in their order.
        public var findings: [Finding]
    }

    /// The messages of a run about which one of `stages` found something, in the order of their numbers, with the
    /// findings of these stages. `deliver` says whether there should be more.
    public func authentication(
        run: Int, stages: [String], since: Timestamp? = nil, until: Timestamp? = nil,
        deliver: (Authentication) throws -> Bool
    ) throws {
        let marks = stages.map { _ in "?" }.joined(separator: ", ")
        let sql = """
            SELECT r.message, f.name, m.number, m.sha256, r.time, r.client, r.helo, r.mail_from, o.disposition,
              k.stage, k.symbol, x.evidence
            FROM results r JOIN messages m ON m.id = r.message JOIN files f ON f.id = m.file
              LEFT JOIN outcomes o ON o.id = r.outcome
              JOIN findings x ON x.run = r.run AND x.message = r.message JOIN kinds k ON k.id = x.kind
            WHERE r.run = ? AND (?2 IS NULL OR r.time >= ?2) AND (?3 IS NULL OR r.time < ?3) AND k.stage IN (\(marks))
            ORDER BY r.message, x.position
            """
        let arguments: [DatabaseValue] =
            [run.databaseValue, since?.milliseconds.databaseValue ?? .null, until?.milliseconds.databaseValue ?? .null]
            + stages.map(\.databaseValue)
        try stream { db in
            let rows = try Row.fetchCursor(db, sql: sql, arguments: StatementArguments(arguments))
            var open: Authentication?
            while let row = try rows.next() {
                guard let number = row.number(0) else { continue }
                if open?.message != number {
                    if let done = open, try !deliver(done) { return }
                    open = Authentication(
                        message: number, source: (row.text(1) ?? "") + (row.number(2).map { "#\($0)" } ?? ""),
                        id: row.text(3), time: row.number(4).map { Timestamp(milliseconds: Int64($0)) },
                        client: row.text(5).flatMap { IPAddress($0) }, helo: row.text(6), mailFrom: row.text(7),
                        disposition: row.text(8), findings: [])
                }
                open?.findings.append(
                    Authentication.Finding(
                        stage: row.text(9) ?? "", symbol: row.text(10) ?? "",
                        evidence: JSON(stored: row.text(11) ?? "")?.members ?? [:]))
            }
            if let done = open { _ = try deliver(done) }
        }
    }
}
