import COpenSSL
import Values

/// A digest made piece by piece.
///
/// Small pieces are gathered before they reach libcrypto, so that feeding a message line by line costs no more than
/// feeding it whole.
@safe public struct Digest: ~Copyable {
    private let context: OpaquePointer?
    private let pending: UnsafeMutableRawPointer
    private var pendingCount = 0
    /// Pieces up to this size are gathered: malloc has room of this size at hand.
    private static let gathered = 1008

    /// The algorithm chosen.
    public let algorithm: DigestAlgorithm

    /// Starts a digest.
    public init(_ algorithm: DigestAlgorithm) {
        self.algorithm = algorithm
        var context: OpaquePointer?
        if let implementation = unsafe algorithm.implementation {
            unsafe context = unsafe EVP_MD_CTX_new()
            if unsafe EVP_DigestInit_ex2(context, implementation, nil) != 1 {
                unsafe EVP_MD_CTX_free(context)
                unsafe context = nil
            }
        }
        unsafe self.context = unsafe context
        unsafe pending = .allocate(byteCount: Digest.gathered, alignment: 16)
    }

    deinit {
        unsafe EVP_MD_CTX_free(context)
        unsafe pending.deallocate()
    }

    /// Adds bytes.
    public mutating func update(_ bytes: RawSpan) {
        if pendingCount + bytes.byteCount > Digest.gathered { flush() }
        unsafe bytes.withUnsafeBytes { buffer in
            guard let base = buffer.baseAddress else { return }
            if buffer.count > Digest.gathered {
                _ = unsafe EVP_DigestUpdate(context, base, buffer.count)
            } else {
                unsafe (pending + pendingCount).copyMemory(from: base, byteCount: buffer.count)
                pendingCount += buffer.count
            }
        }
    }

    /// Adds bytes.
    public mutating func update(_ bytes: Bytes) {
        bytes.withSpan { update($0) }
    }

    /// Adds one byte.
    public mutating func update(_ byte: UInt8) {
        if pendingCount == Digest.gathered { flush() }
        unsafe pending.storeBytes(of: byte, toByteOffset: pendingCount, as: UInt8.self)
        pendingCount += 1
    }

    /// The digest of all that was added. Empty when libcrypto's configuration disables the algorithm: an empty digest
    /// matches nothing.
    public consuming func finalize() -> [UInt8] {
        flush()
        guard unsafe context != nil else { return [] }
        var isComplete = false
        let digest = unsafe [UInt8](unsafeUninitializedCapacity: Int(EVP_MAX_MD_SIZE)) { buffer, count in
            var length: UInt32 = 0
            isComplete = unsafe EVP_DigestFinal_ex(context, buffer.baseAddress, &length) == 1
            count = isComplete ? Int(length) : 0
        }
        return digest
    }

    private mutating func flush() {
        guard pendingCount > 0 else { return }
        _ = unsafe EVP_DigestUpdate(context, pending, pendingCount)
        pendingCount = 0
    }
}

extension Digest {
    /// The digest of `bytes` in one call.
    public static func hash(_ bytes: RawSpan, with algorithm: DigestAlgorithm) -> [UInt8] {
        guard let implementation = unsafe algorithm.implementation else { return [] }
        return unsafe bytes.withUnsafeBytes { input in
            unsafe [UInt8](unsafeUninitializedCapacity: Int(EVP_MAX_MD_SIZE)) { buffer, count in
                var length: UInt32 = 0
                let made = unsafe EVP_Digest(
                    input.baseAddress, input.count, buffer.baseAddress, &length, implementation, nil)
                count = made == 1 ? Int(length) : 0
            }
        }
    }
}
