import COpenSSL
import Values

/// A private key that signatures are made with.
@safe public final class PrivateKey: Sendable {
    /// The kind of key.
    public let kind: PublicKey.Kind
    /// The size of the modulus in bits; 256 for Ed25519.
    public let bits: Int

    // Shared among threads as in `PublicKey`.
    private nonisolated(unsafe) let key: OpaquePointer

    /// An RSA or Ed25519 key in PKCS #8 form, or an RSA key in PKCS #1 form, DER. Nil when it is neither.
    public init?(der: [UInt8]) {
        guard der.count <= 65_536 else { return nil }
        let loaded = unsafe der.withUnsafeBufferPointer { unsafe assay_private_key($0.baseAddress, $0.count) }
        guard let loaded = unsafe loaded else { return nil }
        let isRSA = unsafe assay_key_is(loaded, "RSA") == 1
        unsafe self.key = unsafe loaded
        self.kind = isRSA ? .rsa : .ed25519
        self.bits = unsafe isRSA ? Int(assay_key_bits(loaded)) : 256
        guard unsafe isRSA || assay_key_is(loaded, "ED25519") == 1 else { return nil }
    }

    /// An Ed25519 key from its 32-byte seed (RFC 8032 §5.1.5), or nil.
    public init?(ed25519 seed: [UInt8]) {
        guard seed.count == 32 else { return nil }
        let loaded = unsafe seed.withUnsafeBufferPointer { unsafe assay_ed25519_private_key($0.baseAddress, $0.count) }
        guard let loaded = unsafe loaded else { return nil }
        unsafe self.key = unsafe loaded
        self.kind = .ed25519
        self.bits = 256
    }

    /// A new RSA key of `bits` bits from libcrypto's generator, or nil when that has none or the size lies outside of
    /// what RFC 8301 §3.2 has verifiers take.
    public init?(newRSA bits: Int) {
        guard PrivateKey.newRSABits.contains(bits), let made = unsafe assay_generate_rsa(UInt32(bits)) else {
            return nil
        }
        unsafe self.key = unsafe made
        (self.kind, self.bits) = (.rsa, bits)
    }

    /// The sizes of new RSA keys (RFC 8301 §3.2).
    public static let newRSABits = 1024...4096

    /// A new Ed25519 key from libcrypto's generator, or nil when that has none.
    public static func newEd25519() -> PrivateKey? {
        guard let made = unsafe assay_generate_ed25519() else { return nil }
        return unsafe PrivateKey(made, kind: .ed25519, bits: 256)
    }

    private init(_ key: OpaquePointer, kind: PublicKey.Kind, bits: Int) {
        unsafe self.key = unsafe key
        (self.kind, self.bits) = (kind, bits)
    }

    deinit { unsafe EVP_PKEY_free(key) }

    /// The key in PKCS #8 form (RFC 5958), DER; empty when libcrypto cannot write it.
    public var privateKeyInfo: [UInt8] {
        let length = unsafe Int(assay_private_key_info(key, nil))
        return unsafe [UInt8](unsafeUninitializedCapacity: length) { buffer, count in
            count = unsafe length == 0 ? 0 : Int(assay_private_key_info(key, buffer.baseAddress))
        }
    }

    /// The public half in SubjectPublicKeyInfo form (RFC 5280 §4.1), DER; empty when libcrypto cannot write it.
    public var publicKeyInfo: [UInt8] {
        let length = unsafe Int(assay_public_key_info(key, nil))
        return unsafe [UInt8](unsafeUninitializedCapacity: length) { buffer, count in
            count = unsafe length == 0 ? 0 : Int(assay_public_key_info(key, buffer.baseAddress))
        }
    }

    /// The public half as `p=` of a key record holds it: SubjectPublicKeyInfo for RSA (RFC 6376 §3.6.1), the 32 bytes
    /// of RFC 8032 §5.1.5 alone for Ed25519 (RFC 8463 §4). Empty when libcrypto cannot write it.
    public var publishedKey: [UInt8] {
        // RFC 8410 §4: the SubjectPublicKeyInfo of an Ed25519 key ends with the 32 bytes.
        kind == .rsa ? publicKeyInfo : publicKeyInfo.suffix(32)
    }

    /// A signature over `digest` that `PublicKey.isValid` takes, or nil when the digest is not one of `algorithm` or
    /// too long for the key.
    public func signature(ofDigest digest: [UInt8], madeWith algorithm: DigestAlgorithm) -> [UInt8]? {
        guard digest.count == algorithm.length else { return nil }
        let capacity = kind == .rsa ? (bits + 7) / 8 : 64
        let signature = unsafe [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count in
            var length = capacity
            let isMade = unsafe digest.withUnsafeBufferPointer { digest in
                switch kind {
                case .rsa:
                    unsafe assay_rsa_sign(
                        key, algorithm.implementation, digest.baseAddress, digest.count, buffer.baseAddress, &length)
                        == 1
                case .ed25519:
                    unsafe assay_ed25519_sign(key, digest.baseAddress, digest.count, buffer.baseAddress, &length) == 1
                }
            }
            count = isMade ? min(length, capacity) : 0
        }
        return signature.isEmpty ? nil : signature
    }
}
