import Values

/// Keyed hashing for message authentication (RFC 2104).
public enum HMAC {
    /// The block length of SHA-1 and SHA-256 in bytes.
    private static let blockLength = 64

    /// The code over `message` under `key`, as long as the digest. Empty where libcrypto's configuration disables the
    /// algorithm.
    public static func code(of message: [UInt8], key: [UInt8], with algorithm: DigestAlgorithm) -> [UInt8] {
        // RFC 2104 §2: a key longer than a block is hashed first, a shorter one filled up with zeros.
        var block = key.count > blockLength ? hash(key, algorithm) : key
        block += [UInt8](repeating: 0, count: blockLength - block.count)
        let inner = hash(block.map { $0 ^ 0x36 } + message, algorithm)
        guard !inner.isEmpty else { return [] }
        return hash(block.map { $0 ^ 0x5C } + inner, algorithm)
    }

    private static func hash(_ bytes: [UInt8], _ algorithm: DigestAlgorithm) -> [UInt8] {
        Bytes(bytes).withSpan { Digest.hash($0, with: algorithm) }
    }
}

/// Comparing secrets.
public enum ConstantTime {
    /// Whether both are equal, in a time that tells nothing of where they differ.
    public static func isEqual(_ left: some Collection<UInt8>, _ right: some Collection<UInt8>) -> Bool {
        guard left.count == right.count else { return false }
        var difference: UInt8 = 0
        for (a, b) in zip(left, right) { difference |= a ^ b }
        return difference == 0
    }
}
