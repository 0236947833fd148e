import Cryptography
import Values

/// A message as it is remembered for learning: which it was, what it was, and the numbers of its features. Its words are
/// not kept.
public struct LearnedMessage: Sendable, Hashable {
    /// The message's identity: SHA-256 of its bytes.
    public let digest: MessageDigest
    public let label: MailLabel
    public let features: MessageFeatures

    public init(digest: MessageDigest, label: MailLabel, features: MessageFeatures) {
        (self.digest, self.label) = (digest, label)
        // Sums depend on their order: kept or not, a message is the same to the learner.
        self.features = MessageFeatures(groups: features.groups.map { $0.sorted() })
    }
}

/// SHA-256 of a message.
public struct MessageDigest: Sendable, Hashable, Comparable {
    let words: SIMD4<UInt64>

    /// The digest of a message's bytes.
    public init(of message: Bytes) { self.init(SHA256.hash(message)) }

    /// The digest with these 32 bytes; missing ones count as 0.
    init(_ bytes: some Collection<UInt8>) {
        var words = SIMD4<UInt64>()
        for (index, byte) in bytes.prefix(32).enumerated() {
            words[index / 8] |= UInt64(byte) << UInt64(56 - index % 8 * 8)
        }
        self.words = words
    }

    var bytes: [UInt8] {
        (0..<32).map { UInt8(truncatingIfNeeded: words[$0 / 8] >> UInt64(56 - $0 % 8 * 8)) }
    }

    public static func < (left: MessageDigest, right: MessageDigest) -> Bool {
        for index in 0..<4 where left.words[index] != right.words[index] {
            return left.words[index] < right.words[index]
        }
        return false
    }
}
