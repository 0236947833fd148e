import COpenSSL
import Values

/// A digest made piece by piece.
@safe public struct Digest: ~Copyable {
    private var state: assay_digest
    private let isAvailable: Bool

    /// The algorithm chosen.
    public let algorithm: DigestAlgorithm

    /// Starts a digest.
    public init(_ algorithm: DigestAlgorithm) {
        self.algorithm = algorithm
        unsafe isAvailable = algorithm.implementation != nil
        state = assay_digest_start(algorithm == .sha1 ? 1 : 0)
    }

    /// Adds bytes.
    public mutating func update(_ bytes: RawSpan) {
        unsafe bytes.withUnsafeBytes { buffer in
            guard let base = buffer.baseAddress else { return }
            unsafe assay_digest_add(&state, base, buffer.count)
        }
    }

    /// Adds bytes.
    public mutating func update(_ bytes: Bytes) {
        bytes.withSpan { update($0) }
    }

    /// Adds one byte.
    public mutating func update(_ byte: UInt8) {
        var byte = byte
        unsafe assay_digest_add(&state, &byte, 1)
    }

    /// The digest of all that was added. Empty when libcrypto's configuration disables the algorithm: an empty digest
    /// matches nothing.
    public consuming func finalize() -> [UInt8] {
        guard isAvailable else { return [] }
        return unsafe [UInt8](unsafeUninitializedCapacity: algorithm.length) { buffer, count in
            count = unsafe assay_digest_now(&state, buffer.baseAddress)
        }
    }

    /// Whether the digest of the bytes added so far is `expected`.
    func isNow(_ expected: [UInt8]) -> Bool {
        guard isAvailable, expected.count == algorithm.length else { return false }
        return unsafe withUnsafeTemporaryAllocation(byteCount: 32, alignment: 16) { buffer in
            let digest = unsafe buffer.assumingMemoryBound(to: UInt8.self)
            var state = state
            let length = unsafe assay_digest_now(&state, digest.baseAddress)
            return unsafe expected.elementsEqual(digest.prefix(length))
        }
    }
}

/// A digest under way, set aside, for others to go on from there.
public struct DigestMark {
    fileprivate let state: assay_digest
    fileprivate let isAvailable: Bool
    fileprivate let algorithm: DigestAlgorithm
}

extension Digest {
    /// What was added so far.
    public var mark: DigestMark { DigestMark(state: state, isAvailable: isAvailable, algorithm: algorithm) }

    /// Goes on from what had been added at `mark`.
    public init(from mark: DigestMark) {
        (state, isAvailable, algorithm) = (mark.state, mark.isAvailable, mark.algorithm)
    }

    /// The digest of `bytes` in one call.
    public static func hash(_ bytes: RawSpan, with algorithm: DigestAlgorithm) -> [UInt8] {
        var digest = Digest(algorithm)
        digest.update(bytes)
        return digest.finalize()
    }
}
