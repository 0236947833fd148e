import Cryptography
import Values

extension TransactionRecord {
    /// What stands in a transcript for a verdict too large to be written there: the digest of its text.
    public static func digest(of text: String) -> JSON {
        .object(["sha256": .string(SHA256.hexadecimal(Bytes(text))), "octets": .integer(text.utf8.count)])
    }
}
