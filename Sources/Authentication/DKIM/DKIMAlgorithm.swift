import Cryptography
import Values

/// A signature algorithm (RFC 6376 §3.3, RFC 8463 §3).
public enum DKIMAlgorithm: String, Sendable, Hashable, CaseIterable {
    /// Historic (RFC 8301 §3.1).
    case rsaSHA1 = "rsa-sha1"
    case rsaSHA256 = "rsa-sha256"
    case ed25519SHA256 = "ed25519-sha256"

    /// The digest over body and header.
    public var digest: DigestAlgorithm { self == .rsaSHA1 ? .sha1 : .sha256 }

    /// The kind of key.
    public var key: PublicKey.Kind { self == .ed25519SHA256 ? .ed25519 : .rsa }

    /// The algorithm that an `a=` names, or nil. The names are ABNF literals, so case does not matter (RFC 5234 §2.3).
    public init?(tag value: Bytes) {
        guard value.count <= 32 else { return nil }
        self.init(rawValue: value.lowercasedText)
    }
}
