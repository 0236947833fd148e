import Values

/// SHA-256 (FIPS 180-4) in one call: what messages and cached answers are named by.
public enum SHA256 {
    /// The 32-byte digest of `bytes`.
    public static func hash(_ bytes: Bytes) -> [UInt8] {
        bytes.withSpan { Digest.hash($0, with: .sha256) }
    }

    /// The digest of `bytes` as 64 lower-case hexadecimal digits.
    public static func hexadecimal(_ bytes: Bytes) -> String {
        Hexadecimal.text(hash(bytes))
    }
}

/// Bytes as lower-case hexadecimal digits.
public enum Hexadecimal {
    /// Two digits a byte.
    public static func text(_ bytes: [UInt8]) -> String {
        let digits = digits
        var text: [UInt8] = []
        text.reserveCapacity(bytes.count * 2)
        for byte in bytes {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }

    private static let digits = Array("0123456789abcdef".utf8)
}
