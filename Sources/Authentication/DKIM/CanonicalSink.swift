import Cryptography
import Values

/// Where canonical bytes go: a digest when verifying, an array when a person wants to see them.
public protocol CanonicalSink: ~Copyable {
    mutating func append(_ bytes: RawSpan)
    mutating func append(_ byte: UInt8)
}

extension CanonicalSink where Self: ~Copyable {
    mutating func appendLineEnd() {
        append(.cr)
        append(.lf)
    }
}

extension Digest: CanonicalSink {
    public mutating func append(_ bytes: RawSpan) { update(bytes) }
    public mutating func append(_ byte: UInt8) { update(byte) }
}

/// Canonical bytes kept.
public struct CanonicalBytes: CanonicalSink {
    /// What has been appended.
    public private(set) var bytes: [UInt8] = []

    public init() {}

    public mutating func append(_ span: RawSpan) {
        unsafe span.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
    }

    public mutating func append(_ byte: UInt8) { bytes.append(byte) }
}

/// A digest of the first bytes only, that counts the rest (RFC 6376 §3.4.5, `l=`).
struct LimitedDigest: ~Copyable, CanonicalSink {
    private var digest: Digest
    private let limit: Int
    /// All bytes appended, beyond the limit too.
    private(set) var count = 0

    init(_ algorithm: DigestAlgorithm, limit: Int?) {
        self.digest = Digest(algorithm)
        self.limit = limit ?? .max
    }

    /// Goes on where a digest without a limit was at `mark`.
    init(from mark: BodyMark) {
        digest = Digest(from: mark.digest)
        limit = .max
        count = mark.count
    }

    mutating func append(_ bytes: RawSpan) {
        let room = limit - min(count, limit)
        digest.update(bytes.byteCount <= room ? bytes : bytes.extracting(0..<room))
        count += bytes.byteCount
    }

    mutating func append(_ byte: UInt8) {
        if count < limit { digest.update(byte) }
        count += 1
    }

    consuming func finalize() -> [UInt8] { digest.finalize() }
}
