import Cryptography
import Mail
import Values

/// The digests that the seals of a chain are made over (RFC 8617 §5.1.1).
struct SealDigest {
    private var canonical: [CanonicalBytes] = []

    /// Adds the fields of the next set: results, message signature and seal, relaxed, each with its line end.
    mutating func add(_ fields: [HeaderField]) {
        var sink = CanonicalBytes()
        for field in fields { HeaderCanonicalizer.append(field, with: .relaxed, to: &sink) }
        canonical.append(sink)
    }

    /// The digest for a seal whose field with an empty `b=` is `unsignedField`: over the first `count` sets added, then
    /// the other two fields of its own set, then itself, which has no line end (RFC 6376 §3.7).
    func value(
        covering count: Int, besides fields: [HeaderField], unsignedField: Bytes, with algorithm: DigestAlgorithm
    ) -> [UInt8] {
        var digest = Digest(algorithm)
        for set in canonical.prefix(count) { digest.update(Bytes(set.bytes)) }
        for field in fields { HeaderCanonicalizer.append(field, with: .relaxed, to: &digest) }
        HeaderCanonicalizer.append(unsignedField, with: .relaxed, to: &digest)
        return digest.finalize()
    }
}
