import COpenSSL
import Values

/// A public key that signatures are verified with.
@safe public final class PublicKey: Sendable {
    /// The kinds of key that RFC 6376 and RFC 8463 use.
    public enum Kind: String, Sendable, Hashable {
        case rsa
        case ed25519
    }

    /// The kind of key.
    public let kind: Kind
    /// The size of the modulus in bits; 256 for Ed25519.
    public let bits: Int

    // An EVP_PKEY is never changed after it is made here, and libcrypto guards its own caches inside it with a lock,
    // so threads may share it. The same holds for the context below, of which each verification takes a copy.
    private nonisolated(unsafe) let key: OpaquePointer
    /// For Ed25519; nil for another kind of key, and where libcrypto has been told not to do it.
    private nonisolated(unsafe) let ed25519Context: OpaquePointer?

    /// Keys outside of this are refused: smaller ones prove nothing, larger ones cost a hostile signer nothing and the
    /// verifier seconds.
    public static let acceptedRSABits = 512...16_384

    /// An RSA key in SubjectPublicKeyInfo or RSAPublicKey form, DER. Nil when it is neither, or its size lies outside
    /// of `acceptedRSABits`.
    public init?(rsa der: [UInt8]) {
        // A key of the greatest size takes some 2,100 bytes, its exponent at most as much again.
        guard der.count <= 8192 else { return nil }
        let loaded = unsafe der.withUnsafeBufferPointer {
            unsafe assay_rsa_public_key($0.baseAddress, $0.count, Int32(PublicKey.acceptedRSABits.upperBound))
        }
        guard let loaded = unsafe loaded else { return nil }
        let size = unsafe Int(assay_key_bits(loaded))
        unsafe self.key = unsafe loaded
        unsafe self.ed25519Context = nil
        self.kind = .rsa
        self.bits = size
        guard PublicKey.acceptedRSABits.contains(size) else { return nil }
    }

    /// An Ed25519 key: 32 bytes (RFC 8032 §5.1.5), or nil.
    public init?(ed25519 bytes: [UInt8]) {
        guard bytes.count == 32 else { return nil }
        let loaded = unsafe bytes.withUnsafeBufferPointer { unsafe assay_ed25519_public_key($0.baseAddress, $0.count) }
        guard let loaded = unsafe loaded else { return nil }
        unsafe self.key = unsafe loaded
        unsafe self.ed25519Context = unsafe assay_ed25519_verification(loaded)
        self.kind = .ed25519
        self.bits = 256
    }

    deinit {
        unsafe EVP_MD_CTX_free(ed25519Context)
        unsafe EVP_PKEY_free(key)
    }

    /// Whether `signature` is this key's over `digest`.
    ///
    /// RSA keys verify RSASSA-PKCS1-v1_5 with the digest's algorithm (RFC 8017 §8.2); Ed25519 keys verify PureEdDSA
    /// over the digest's bytes (RFC 8463 §3).
    public func isValid(signature: [UInt8], ofDigest digest: [UInt8], madeWith algorithm: DigestAlgorithm) -> Bool {
        guard digest.count == algorithm.length, !signature.isEmpty else { return false }
        switch kind {
        case .rsa:
            return unsafe withSignedDigest(in: signature, madeWith: algorithm) { signed in
                unsafe digest.withUnsafeBytes { unsafe signed.elementsEqual($0) }
            } ?? false
        case .ed25519:
            guard let context = unsafe ed25519Context else { return false }
            return unsafe digest.withUnsafeBufferPointer { digest in
                unsafe signature.withUnsafeBufferPointer { signature in
                    unsafe assay_ed25519_verify(
                        context, digest.baseAddress, digest.count, signature.baseAddress, signature.count) == 1
                }
            }
        }
    }

    /// The digest that `signature` was made over, whatever it is, or nil when it was not made with this key. Ed25519
    /// signatures do not tell: nil for them.
    public func signedDigest(in signature: [UInt8], madeWith algorithm: DigestAlgorithm) -> [UInt8]? {
        guard kind == .rsa, !signature.isEmpty else { return nil }
        return unsafe withSignedDigest(in: signature, madeWith: algorithm) { unsafe Array($0) }
    }

    /// Calls `body` with the digest that an RSA signature was made over; nil when it was not made with this key.
    private func withSignedDigest<Result>(
        in signature: [UInt8], madeWith algorithm: DigestAlgorithm, _ body: (UnsafeRawBufferPointer) -> Result
    ) -> Result? {
        guard unsafe algorithm.implementation != nil else { return nil }
        return unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 32) { buffer in
            let length = unsafe signature.withUnsafeBufferPointer { signature in
                unsafe assay_rsa_recover(
                    key, algorithm == .sha1 ? 1 : 0, signature.baseAddress, signature.count, buffer.baseAddress)
            }
            guard length > 0, length == algorithm.length else { return nil }
            return unsafe body(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(buffer)[..<length]))
        }
    }
}
