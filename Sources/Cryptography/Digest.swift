import COpenSSL
import Values

/// A digest made piece by piece.
///
/// Small pieces are gathered before they reach libcrypto, so that feeding a message line by line costs no more than
/// feeding it whole.
public struct Digest: ~Copyable {
    private let context: OpaquePointer?
    private var pending: [UInt8] = []
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
        pending.reserveCapacity(Digest.gathered)
    }

    deinit { EVP_MD_CTX_free(context) }

    /// Adds bytes.
    public mutating func update(_ bytes: RawSpan) {
        if pending.count + bytes.byteCount > Digest.gathered { flush() }
        bytes.withUnsafeBytes { buffer in
            if buffer.count > Digest.gathered {
                _ = EVP_DigestUpdate(context, buffer.baseAddress, buffer.count)
            } else {
                pending.append(contentsOf: buffer)
            }
        }
    }

    /// Adds bytes.
    public mutating func update(_ bytes: Bytes) {
        bytes.withSpan { update($0) }
    }

    /// Adds one byte.
    public mutating func update(_ byte: UInt8) {
        if pending.count == Digest.gathered { flush() }
        pending.append(byte)
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
        guard !pending.isEmpty else { return }
        pending.withUnsafeBytes { _ = EVP_DigestUpdate(context, $0.baseAddress, $0.count) }
        pending.removeAll(keepingCapacity: true)
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
