import COpenSSL
import Values

/// A digest that can be looked at while it grows: what the hash of each prefix of the bytes is.
@safe public struct ProgressiveDigest: ~Copyable {
    private let context: OpaquePointer?
    private let copy: OpaquePointer?

    /// Starts a digest.
    public init(_ algorithm: DigestAlgorithm) {
        var context = unsafe EVP_MD_CTX_new()
        if unsafe EVP_DigestInit_ex2(context, algorithm.implementation, nil) != 1 {
            unsafe EVP_MD_CTX_free(context)
            unsafe context = nil
        }
        unsafe self.context = unsafe context
        unsafe copy = unsafe EVP_MD_CTX_new()
    }

    deinit {
        unsafe EVP_MD_CTX_free(context)
        unsafe EVP_MD_CTX_free(copy)
    }

    /// Adds bytes.
    public mutating func update(_ bytes: RawSpan) {
        unsafe bytes.withUnsafeBytes { buffer in
            guard unsafe context != nil, let base = buffer.baseAddress else { return }
            _ = unsafe EVP_DigestUpdate(context, base, buffer.count)
        }
    }

    /// Whether the digest of the bytes added so far is `expected`.
    public func isNow(_ expected: [UInt8]) -> Bool {
        guard unsafe context != nil, unsafe EVP_MD_CTX_copy_ex(copy, context) == 1 else { return false }
        return unsafe withUnsafeTemporaryAllocation(byteCount: Int(EVP_MAX_MD_SIZE), alignment: 16) { buffer in
            var length: UInt32 = 0
            let digest = unsafe buffer.assumingMemoryBound(to: UInt8.self)
            guard unsafe EVP_DigestFinal_ex(copy, digest.baseAddress, &length) == 1, Int(length) == expected.count
            else { return false }
            return unsafe expected.elementsEqual(digest.prefix(Int(length)))
        }
    }
}
