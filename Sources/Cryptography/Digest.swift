import COpenSSL
import Values

/// A digest made piece by piece.
///
/// Small pieces are gathered before they reach libcrypto, so that feeding a message line by line costs no more than
/// feeding it whole.
public struct Digest: ~Copyable {
    private let context: OpaquePointer?
    private let pending: UnsafeMutableRawPointer
    private var pendingCount = 0
    private static let gathered = 4096

    /// The algorithm chosen.
    public let algorithm: DigestAlgorithm

    /// Starts a digest.
    public init(_ algorithm: DigestAlgorithm) {
        self.algorithm = algorithm
        var context: OpaquePointer?
        if let implementation = algorithm.implementation {
            context = EVP_MD_CTX_new()
            if EVP_DigestInit_ex2(context, implementation, nil) != 1 {
                EVP_MD_CTX_free(context)
                context = nil
            }
        }
        self.context = context
        pending = .allocate(byteCount: Digest.gathered, alignment: 16)
    }

    deinit {
        EVP_MD_CTX_free(context)
        pending.deallocate()
    }

    /// Adds bytes.
    public mutating func update(_ bytes: RawSpan) {
        if pendingCount + bytes.byteCount > Digest.gathered { flush() }
        bytes.withUnsafeBytes { buffer in
            guard let base = buffer.baseAddress else { return }
            if buffer.count > Digest.gathered {
                _ = EVP_DigestUpdate(context, base, buffer.count)
            } else {
                (pending + pendingCount).copyMemory(from: base, byteCount: buffer.count)
                pendingCount += buffer.count
            }
        }
    }

    /// Adds bytes and CR LF.
    public mutating func update(line bytes: RawSpan) {
        update(bytes)
        if pendingCount + 2 > Digest.gathered { flush() }
        pending.storeBytes(of: .cr, toByteOffset: pendingCount, as: UInt8.self)
        pending.storeBytes(of: .lf, toByteOffset: pendingCount + 1, as: UInt8.self)
        pendingCount += 2
    }

    /// Adds bytes.
    public mutating func update(_ bytes: Bytes) {
        bytes.withSpan { update($0) }
    }

    /// Adds one byte.
    public mutating func update(_ byte: UInt8) {
        if pendingCount == Digest.gathered { flush() }
        pending.storeBytes(of: byte, toByteOffset: pendingCount, as: UInt8.self)
        pendingCount += 1
    }

    /// The digest of all that was added. Empty when libcrypto's configuration disables the algorithm: an empty digest
    /// matches nothing.
    public consuming func finalize() -> [UInt8] {
        flush()
        guard context != nil else { return [] }
        var isComplete = false
        let digest = [UInt8](unsafeUninitializedCapacity: Int(EVP_MAX_MD_SIZE)) { buffer, count in
            var length: UInt32 = 0
            isComplete = EVP_DigestFinal_ex(context, buffer.baseAddress, &length) == 1
            count = isComplete ? Int(length) : 0
        }
        return digest
    }

    private mutating func flush() {
        guard pendingCount > 0 else { return }
        _ = EVP_DigestUpdate(context, pending, pendingCount)
        pendingCount = 0
    }
}

extension Digest {
    /// The digest of `bytes` in one call.
    public static func hash(_ bytes: RawSpan, with algorithm: DigestAlgorithm) -> [UInt8] {
        guard let implementation = algorithm.implementation else { return [] }
        return bytes.withUnsafeBytes { input in
            [UInt8](unsafeUninitializedCapacity: Int(EVP_MAX_MD_SIZE)) { buffer, count in
                var length: UInt32 = 0
                let made = EVP_Digest(
                    input.baseAddress, input.count, buffer.baseAddress, &length, implementation, nil)
                count = made == 1 ? Int(length) : 0
            }
        }
    }
}
