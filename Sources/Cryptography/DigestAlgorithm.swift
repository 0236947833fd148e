import COpenSSL

/// The digests that mail authentication signs with.
public enum DigestAlgorithm: String, Sendable, Hashable, CaseIterable {
    /// Historic: RFC 8301 §3.1 forbids it in signatures. Here to say what an old signature would have been worth.
    case sha1
    case sha256

    /// The length of a digest in bytes.
    public var length: Int {
        switch self {
        case .sha1: 20
        case .sha256: 32
        }
    }

    /// libcrypto's implementation, nil where its configuration disables the algorithm.
    var implementation: OpaquePointer? {
        switch self {
        case .sha1: unsafe DigestAlgorithm.fetchedSHA1
        case .sha256: unsafe DigestAlgorithm.fetchedSHA256
        }
    }

    // Fetched once, for a fetch costs as much as digesting a short header. An EVP_MD is immutable and
    // reference-counted, so threads may share it.
    private nonisolated(unsafe) static let fetchedSHA1 = unsafe EVP_MD_fetch(nil, "SHA1", nil)
    private nonisolated(unsafe) static let fetchedSHA256 = unsafe EVP_MD_fetch(nil, "SHA256", nil)
}
