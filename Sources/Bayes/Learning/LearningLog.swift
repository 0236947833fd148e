import Values

/// What was learned, as a file that only grows: a record for each message that was learned or forgotten, the last one
/// about a message the one that counts.
///
/// The first line names the format. A record is the length of its content and a checksum of it, four bytes each; then
/// what was done (0 ham, 1 spam, 2 forgotten), the digest, and the features, each group sorted, as differences.
public struct LearningLog: Sendable {
    /// The first line of the file.
    public static let head = Array("assay learned 1\n".utf8)
    /// No record is longer.
    private static let longest = 40 + FeatureCollector.limit * 5

    /// What is learned, by digest.
    public private(set) var messages: [MessageDigest: Entry] = [:]
    /// How many bytes of the file are read and sound.
    public private(set) var length = 0
    /// How many records there are, those that no longer count included.
    public private(set) var records = 0

    /// A message and when, in the order of the log, it was learned.
    public struct Entry: Sendable {
        public let message: LearnedMessage
        let order: Int
    }

    /// What has come of learning a message.
    public enum Outcome: Sendable, Hashable {
        /// It was not known.
        case learned
        /// It was known as the other kind.
        case moved
        /// It was known as this kind: nothing changes.
        case known
    }

    public init() {}

    /// Reads what follows what was read before. A record that is cut off at the end, as when the machine stopped, is left
    /// unread; what is damaged elsewhere is a fault, told with its offset.
    public mutating func read(_ bytes: Bytes) throws(BayesModelFault) {
        var position = 0
        if length == 0, bytes.count > 0 {
            guard bytes[0..<LearningLog.head.count].array == LearningLog.head else {
                throw BayesModelFault("is no record of what assay learn has learned")
            }
            position = LearningLog.head.count
            length = position
        }
        while position + 8 <= bytes.count {
            let size = Int(bytes.number(at: position))
            guard size >= 33, size <= LearningLog.longest else {
                throw BayesModelFault("damaged at byte \(length); remove it and learn anew")
            }
            guard position + 8 + size <= bytes.count else { return }
            let content = bytes[position + 8..<position + 8 + size]
            guard LearningLog.checksum(content) == bytes.number(at: position + 4), take(content) else {
                // A torn last record is what a stopped machine leaves.
                if position + 8 + size == bytes.count { return }
                throw BayesModelFault("damaged at byte \(length); remove it and learn anew")
            }
            position += 8 + size
            length += 8 + size
        }
    }

    private mutating func take(_ content: Bytes) -> Bool {
        let digest = MessageDigest(content[1..<33])
        records += 1
        guard content[0] != 2 else {
            messages[digest] = nil
            return content.count == 33
        }
        guard let label = MailLabel(rawValue: content[0]),
            let features = LearningLog.features(content[33..<content.count])
        else { return false }
        messages[digest] = Entry(
            message: LearnedMessage(digest: digest, label: label, features: features), order: records)
        return true
    }

    /// What learning `message` as `label` would come to.
    public func outcome(of digest: MessageDigest, as label: MailLabel) -> Outcome {
        guard let known = messages[digest] else { return .learned }
        return known.message.label == label ? .known : .moved
    }

    /// The record that `message` was learned.
    public static func record(of message: LearnedMessage) -> [UInt8] {
        var content = [message.label.rawValue] + message.digest.bytes
        for group in message.features.groups {
            content.append(varint: UInt32(group.count))
            var previous: UInt32 = 0
            for feature in group {
                content.append(varint: feature &- previous)
                previous = feature
            }
        }
        return framed(content)
    }

    /// The record that a message is to be forgotten.
    public static func record(forgetting digest: MessageDigest) -> [UInt8] { framed([2] + digest.bytes) }

    /// The messages that count, in the order in which they were learned.
    public var inOrder: [LearnedMessage] { messages.values.sorted { $0.order < $1.order }.map(\.message) }

    private static func framed(_ content: [UInt8]) -> [UInt8] {
        var record: [UInt8] = []
        record.reserveCapacity(content.count + 8)
        record.append(number: UInt32(content.count))
        record.append(number: checksum(Bytes(content)))
        return record + content
    }

    private static func features(_ bytes: Bytes) -> MessageFeatures? {
        bytes.withSpan { span in
            var position = 0
            func number() -> UInt32? {
                var (value, shift): (UInt32, UInt32) = (0, 0)
                while position < span.byteCount, shift < 32 {
                    let byte = span[position]
                    position += 1
                    value |= UInt32(byte & 0x7F) << shift
                    if byte < 0x80 { return value }
                    shift += 7
                }
                return nil
            }
            var groups: [[UInt32]] = []
            for _ in FeatureGroup.allCases {
                guard let count = number(), count <= UInt32(FeatureCollector.limit) else { return nil }
                var group: [UInt32] = []
                group.reserveCapacity(Int(count))
                var previous: UInt32 = 0
                for _ in 0..<count {
                    guard let difference = number(), difference < 1 << UInt32(FeatureHash.bits) else { return nil }
                    previous += difference
                    guard previous < 1 << UInt32(FeatureHash.bits) else { return nil }
                    group.append(previous)
                }
                groups.append(group)
            }
            return position == span.byteCount ? MessageFeatures(groups: groups) : nil
        }
    }

    private static func checksum(_ bytes: Bytes) -> UInt32 {
        bytes.withSpan { span in
            var hash: UInt64 = FeatureHash.basis
            var position = 0
            while let word = span.word(at: position) {
                hash = (hash ^ UInt64(littleEndian: word)) &* FeatureHash.prime
                hash ^= hash >> 29
                position += 8
            }
            while position < span.byteCount {
                hash = (hash ^ UInt64(span[position])) &* FeatureHash.prime
                position += 1
            }
            return UInt32(truncatingIfNeeded: hash ^ hash >> 32)
        }
    }
}

extension [UInt8] {
    /// Appends a number in as few groups of seven bits as it takes, the lowest first.
    fileprivate mutating func append(varint value: UInt32) {
        var rest = value
        while rest >= 0x80 {
            append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        append(UInt8(truncatingIfNeeded: rest))
    }
}
