import Values

/// A fully qualified domain name in its canonical form: lower case, presentation escapes (RFC 1035 §5.1) only where
/// a byte needs one, a final dot. Two names are equal when DNS says they are (RFC 4343).
public struct DomainName: Sendable, Hashable {
    /// The canonical text, with its final dot; `.` for the root.
    public let text: String

    /// The labels, leftmost first, as raw bytes in lower case.
    public let labels: [Bytes]

    /// Reads a name in presentation form, absolute or not (a name without a final dot is taken as absolute). Nil when
    /// a label is empty or over 63 octets, the whole is over 255 (RFC 1035 §2.3.4), or an escape is malformed.
    public init?(_ text: some StringProtocol) {
        var labels: [Bytes] = []
        var label: [UInt8] = []
        let bytes = Array(text.utf8)
        guard !bytes.isEmpty, bytes.count <= 4 * 255 else { return nil }
        if bytes == [.dot] {
            self.init(labels: [])
            return
        }
        var position = 0
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            switch byte {
            case .dot:
                guard !label.isEmpty else { return nil }
                labels.append(Bytes(label))
                label = []
            case .backslash:
                guard position < bytes.count else { return nil }
                if bytes[position].isDigit {
                    guard position + 3 <= bytes.count, bytes[position..<position + 3].allSatisfy(\.isDigit) else {
                        return nil
                    }
                    let value = bytes[position..<position + 3].reduce(0) { $0 * 10 + Int($1 - 0x30) }
                    guard value <= 255 else { return nil }
                    label.append(UInt8(value).lowercased)
                    position += 3
                } else {
                    label.append(bytes[position].lowercased)
                    position += 1
                }
            default:
                label.append(byte.lowercased)
            }
        }
        if !label.isEmpty { labels.append(Bytes(label)) }
        self.init(labels: labels)
    }

    /// A name from its labels, leftmost first. Nil when one is empty or too long, or the whole is.
    public init?(labels: [Bytes]) {
        guard labels.allSatisfy({ (1...63).contains($0.count) }),
            labels.reduce(1, { $0 + 1 + $1.count }) <= 255
        else { return nil }
        self.init(unchecked: labels.map { Bytes($0.map(\.lowercased)) })
    }

    /// A name from labels that are known to be in lower case and to fit.
    init(unchecked labels: [Bytes]) {
        self.labels = labels
        self.text = labels.isEmpty ? "." : labels.map { DomainName.escaped($0) + "." }.joined()
    }

    /// The canonical text without its final dot, as people write domains.
    public var relativeText: String { labels.isEmpty ? "." : String(text.dropLast()) }

    /// Whether this name is `ancestor` or below it.
    public func isEqualOrBelow(_ ancestor: DomainName) -> Bool {
        labels.count >= ancestor.labels.count && labels.suffix(ancestor.labels.count).elementsEqual(ancestor.labels)
    }

    public static func == (left: DomainName, right: DomainName) -> Bool { left.text == right.text }

    public func hash(into hasher: inout Hasher) { hasher.combine(text) }

    private static func escaped(_ label: Bytes) -> String {
        var text: [UInt8] = []
        for byte in label {
            switch byte {
            case .dot, .backslash, .quote, .semicolon, .at, .ascii("$"), .ascii("("), .ascii(")"):
                text.append(.backslash)
                text.append(byte)
            case 0x21...0x7E:
                text.append(byte)
            default:
                text.append(.backslash)
                text += [100, 10, 1].map { 0x30 + byte / $0 % 10 }
            }
        }
        return String(decoding: text, as: UTF8.self)
    }
}

extension DomainName: Comparable, CustomStringConvertible {
    /// Canonical DNS order (RFC 4034 §6.1) is not needed here; this one is by text, for stable output.
    public static func < (left: DomainName, right: DomainName) -> Bool {
        left.text.utf8.lexicographicallyPrecedes(right.text.utf8)
    }

    /// The canonical text, with its final dot.
    public var description: String { text }
}
