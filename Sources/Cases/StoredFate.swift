import GRDB
import Screening
import Values

/// What a server did with a transaction when it was recorded, beside which a case keeps what the policy rules.
public struct StoredFate: Sendable, Hashable {
    /// What became of the transaction.
    public enum Outcome: String, Sendable, Hashable, CaseIterable {
        /// The server took the message.
        case accepted
        /// It refused the sender, the recipients or the message.
        case refused
        /// The client went no further.
        case unfinished
    }

    /// What became of it.
    public let outcome: Outcome
    /// Where it was accepted or refused; nil where the client went no further.
    public let checkpoint: Phase?
    /// The server's last reply to it, on one line: `550 5.1.1 no such user`.
    public let reply: String?

    /// A fate.
    public init(_ outcome: Outcome, at checkpoint: Phase?, reply: String?) {
        (self.outcome, self.checkpoint, self.reply) = (outcome, checkpoint, reply)
    }

    /// The fate that a policy would have given it; nil where there was none.
    public var disposition: Disposition? {
        switch outcome {
        case .accepted: .accept
        // RFC 5321 §4.2.1: 4yz is for now.
        case .refused: reply?.hasPrefix("4") ?? false ? .defer : .reject
        case .unfinished: nil
        }
    }

    /// `refused 550 5.1.1 no such user`.
    public var words: String { [outcome.rawValue, reply].compactMap(\.self).joined(separator: " ") }

    /// The fate as the `then` of a replay line, beside what a policy rules.
    public func json(beside record: TransactionRecord) -> JSON {
        .object([
            "outcome": .string(outcome.rawValue), "checkpoint": JSON(checkpoint?.rawValue), "reply": JSON(reply),
            "differs": .bool(differs(from: record.judgement.verdict?.disposition)),
        ])
    }

    /// Whether the server and a policy disagree on whether the message is taken.
    public func differs(from ruled: Disposition?) -> Bool {
        guard let ruled, let disposition else { return false }
        return disposition.isTerminal != ruled.isTerminal
    }
}

extension StoredFate {
    /// What a row says that begins with the outcome, the checkpoint and the reply.
    fileprivate init?(_ row: Row) {
        guard let outcome = row.text(0).flatMap(Outcome.init(rawValue:)) else { return nil }
        self.init(outcome, at: row.text(1).flatMap(Phase.init(rawValue:)), reply: row.text(2))
    }
}

extension CaseSchema {
    /// What servers did with the transactions of sessions that were recorded.
    static let fates = """
        CREATE TABLE recorded_fates (
          run INTEGER NOT NULL, message INTEGER NOT NULL, outcome TEXT NOT NULL, checkpoint TEXT, reply TEXT,
          PRIMARY KEY (run, message)) WITHOUT ROWID;
        CREATE VIEW recorded_fate AS SELECT
          f.run, f.message, f.outcome, f.checkpoint, f.reply,
          CASE WHEN f.outcome = 'unfinished' OR o.disposition IS NULL THEN 0
            ELSE (f.outcome = 'refused') <> (o.disposition IN (\(terminal))) END AS differs
          FROM recorded_fates f JOIN results r ON r.run = f.run AND r.message = f.message
          LEFT JOIN outcomes o ON o.id = r.outcome;
        """

    private static var terminal: String {
        Disposition.allCases.filter(\.isTerminal).map { "'\($0.rawValue)'" }.joined(separator: ", ")
    }
}

extension CaseFile {
    /// What servers did with the transactions of a run, by the messages' numbers. Cases before schema 9 have not kept it.
    public func recordedFates(run: Int) throws(CaseError) -> [Int: StoredFate] {
        try read { db in
            guard try db.tableExists("recorded_fates") else { return [:] }
            var fates: [Int: StoredFate] = [:]
            let rows = try Row.fetchCursor(
                db, sql: "SELECT outcome, checkpoint, reply, message FROM recorded_fates WHERE run = ?",
                arguments: [run])
            while let row = try rows.next() {
                if let number = row.number(3), let fate = StoredFate(row) { fates[number] = fate }
            }
            return fates
        }
    }

    /// What the server did with one of them; nil where that is not known.
    public func recordedFate(of message: Int, run: Int) throws(CaseError) -> StoredFate? {
        try read { db in
            guard try db.tableExists("recorded_fates") else { return nil }
            let row = try Row.fetchOne(
                db, sql: "SELECT outcome, checkpoint, reply FROM recorded_fates WHERE run = ? AND message = ?",
                arguments: [run, message])
            return row.flatMap { StoredFate($0) }
        }
    }

    /// Whether what servers did is known of any transaction of a run.
    public func hasRecordedFates(run: Int) throws(CaseError) -> Bool {
        try read { db in
            guard try db.tableExists("recorded_fates") else { return false }
            return try Int.fetchOne(
                db, sql: "SELECT EXISTS (SELECT 1 FROM recorded_fates WHERE run = ?)", arguments: [run]) == 1
        }
    }

    /// Hands out who wrote to whom in a run: reverse-paths and recipients as the case keeps them.
    public func envelopes(run: Int, deliver: (_ sender: String, _ recipient: String) -> Void) throws {
        try stream { db in
            let rows = try Row.fetchCursor(
                db,
                sql: """
                    SELECT r.mail_from, t.address FROM results r
                    JOIN recipients t ON t.run = r.run AND t.message = r.message
                    WHERE r.run = ? AND r.mail_from IS NOT NULL AND t.address IS NOT NULL
                    """, arguments: [run])
            while let row = try rows.next() {
                if let sender = row.text(0), let recipient = row.text(1) { deliver(sender, recipient) }
            }
        }
    }
}
