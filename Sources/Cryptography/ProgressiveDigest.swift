import COpenSSL
import Values

/// A digest that can be looked at while it grows: what the hash of each prefix of the bytes is.
@safe public struct ProgressiveDigest: ~Copyable {
    private var digest: Digest

    /// Starts a digest.
    public init(_ algorithm: DigestAlgorithm) { digest = Digest(algorithm) }

    /// Goes on from what had been added at `mark`.
    public init(from mark: DigestMark) { digest = Digest(from: mark) }

    /// Adds bytes.
    public mutating func update(_ bytes: RawSpan) { digest.update(bytes) }

    /// Whether the digest of the bytes added so far is `expected`.
    public func isNow(_ expected: [UInt8]) -> Bool { digest.isNow(expected) }
}
