import Cryptography
import DNS

/// A key to sign with and the selector its public half is published under.
public struct DKIMSigningKey: Sendable {
    /// `s=`.
    public let selector: DomainName
    public let key: PrivateKey

    public init(selector: DomainName, key: PrivateKey) { (self.selector, self.key) = (selector, key) }

    /// `a=` (RFC 8301 §3.1, RFC 8463 §3).
    public var algorithm: DKIMAlgorithm { key.kind == .rsa ? .rsaSHA256 : .ed25519SHA256 }
}
