import GRDB
import Values

extension CaseFile {
    /// Who sent a message to whom.
    public struct MessageEnvelope: Sendable {
        /// The message's number.
        public let number: Int
        /// The client's address.
        public let client: IPAddress?
        /// Whether the client authenticated.
        public let isAuthenticated: Bool
        /// The domain of the reverse-path, or of the From field where the path has none.
        public let senderDomain: String?
        /// The domains of the recipients, each once, in lower case.
        public let recipientDomains: [String]
    }

    /// The envelopes of a run's messages, in the order of their numbers.
    public func envelopes(run: Int, deliver: (MessageEnvelope) throws -> Void) throws {
        try stream { db in
            let recipients = try Row.fetchCursor(
                db, sql: "SELECT message, address FROM recipients WHERE run = ? ORDER BY message, position",
                arguments: [run])
            var recipient = try recipients.next().map { ($0.number(0) ?? 0, $0.text(1)) }
            let rows = try Row.fetchCursor(
                db,
                sql: """
                    SELECT r.message, r.client, r.authenticated IS NOT NULL, r.mail_from, m.header_from
                    FROM results r JOIN messages m ON m.id = r.message WHERE r.run = ? ORDER BY r.message
                    """, arguments: [run])
            while let row = try rows.next() {
                let number = row.number(0) ?? 0
                var domains: [String] = []
                while let (owner, address) = recipient, owner <= number {
                    if owner == number, let domain = CaseFile.domain(address), !domains.contains(domain) {
                        domains.append(domain)
                    }
                    recipient = try recipients.next().map { ($0.number(0) ?? 0, $0.text(1)) }
                }
                try deliver(
                    MessageEnvelope(
                        number: number, client: row.text(1).flatMap { IPAddress($0) },
                        isAuthenticated: row.number(2) == 1,
                        senderDomain: CaseFile.domain(row.text(3))
                            ?? CaseFile.domain(row.text(4)?.split(separator: ",").first.map(String.init)),
                        recipientDomains: domains))
            }
        }
    }

    /// The domain of an address.
    private static func domain(_ address: String?) -> String? {
        guard let address, let at = address.lastIndex(of: "@") else { return nil }
        let domain = address[address.index(after: at)...].filter { !$0.isWhitespace && $0 != ">" }
        return domain.isEmpty ? nil : domain.asciiLowercased
    }
}
