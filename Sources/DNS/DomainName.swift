import Values

/// A fully qualified domain name in its canonical form: lower case, presentation escapes (RFC 1035 §5.1) only where
/// a byte needs one, a final dot. Two names are equal when DNS says they are (RFC 4343).
public struct DomainName: Sendable, Hashable {
    /// The canonical text, with its final dot; `.` for the root.
    public let text: String

    /// Reads a name in presentation form, absolute or not (a name without a final dot is taken as absolute). Nil when
    /// a label is empty or over 63 octets, the whole is over 255 (RFC 1035 §2.3.4), or an escape is malformed.
    public init?(_ text: some StringProtocol) {
        let bytes = Array(text.utf8)
        guard !bytes.isEmpty, bytes.count <= 4 * 255 else { return nil }
        var name = CanonicalName()
        var position = bytes == [.dot] ? 1 : 0
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            switch byte {
            case .dot:
                guard name.endLabel() else { return nil }
            case .backslash:
                guard position < bytes.count else { return nil }
                if bytes[position].isDigit {
                    guard position + 3 <= bytes.count, bytes[position..<position + 3].allSatisfy(\.isDigit) else {
                        return nil
                    }
                    let value = bytes[position..<position + 3].reduce(0) { $0 * 10 + Int($1 - 0x30) }
                    guard value <= 255 else { return nil }
                    name.append(UInt8(value))
                    position += 3
                } else {
                    name.append(bytes[position])
                    position += 1
                }
            default:
                name.append(byte)
            }
        }
        guard name.isBetweenLabels || name.endLabel() else { return nil }
        self.init(name)
    }

    /// A name from its labels, leftmost first. Nil when one is empty or too long, or the whole is.
    public init?(labels: [Bytes]) {
        var name = CanonicalName()
        for label in labels {
            for byte in label { name.append(byte) }
            guard name.endLabel() else { return nil }
        }
        self.init(name)
    }

    init(_ name: CanonicalName) { text = name.text }

    /// A name from text that is known to be canonical.
    init(canonicalText text: String) { self.text = text }

    /// A name from text that is known to be canonical.
    init(canonical text: some Collection<UInt8>) { self.text = String(decoding: text, as: UTF8.self) }

    /// The labels, leftmost first, as raw bytes in lower case. Read anew at each call.
    public var labels: [Bytes] {
        guard !isRoot else { return [] }
        let bytes = Array(text.utf8)
        var labels: [Bytes] = []
        var label: [UInt8] = []
        var position = 0
        while position < bytes.count {
            switch bytes[position] {
            case .dot:
                labels.append(Bytes(label))
                label = []
            case .backslash where bytes[position + 1].isDigit:
                label.append(bytes[position + 1...position + 3].reduce(0) { $0 &* 10 &+ ($1 &- 0x30) })
                position += 3
            case .backslash:
                label.append(bytes[position + 1])
                position += 1
            case let byte:
                label.append(byte)
            }
            position += 1
        }
        return labels
    }

    /// How many labels there are.
    public var labelCount: Int {
        guard !isRoot else { return 0 }
        let bytes = text.utf8.span
        var count = 0
        var isEscaped = false
        for offset in 0..<bytes.count {
            if bytes[offset] == .dot, !isEscaped { count += 1 }
            isEscaped = bytes[offset] == .backslash && !isEscaped
        }
        return count
    }

    private var isRoot: Bool { text == "." }

    /// Where in the text each label's dot stands.
    private var labelEnds: [Int] {
        var ends: [Int] = []
        var isEscaped = false
        for (offset, byte) in text.utf8.enumerated() {
            if byte == .dot, !isEscaped { ends.append(offset) }
            isEscaped = byte == .backslash && !isEscaped
        }
        return ends
    }

    /// The name without its leftmost label; nil for the root.
    public var parent: DomainName? {
        guard !isRoot, let end = labelEnds.first else { return nil }
        let rest = text.utf8.dropFirst(end + 1)
        return rest.isEmpty ? .root : DomainName(canonical: rest)
    }

    /// The canonical text without its final dot, as people write domains.
    public var relativeText: String { isRoot ? "." : String(Substring(text.utf8.dropLast())) }

    /// Whether this name is `ancestor` or below it.
    public func isEqualOrBelow(_ ancestor: DomainName) -> Bool {
        if ancestor.isRoot || self == ancestor { return true }
        let start = text.utf8.count - ancestor.text.utf8.count
        // The text above is the same, and begins where one of our labels does.
        guard start > 0, text.utf8.dropFirst(start).elementsEqual(ancestor.text.utf8) else { return false }
        return labelEnds.contains(start - 1)
    }

    public static func == (left: DomainName, right: DomainName) -> Bool { left.text == right.text }

    public func hash(into hasher: inout Hasher) { hasher.combine(text) }
}

extension DomainName: Comparable, CustomStringConvertible {
    /// Canonical DNS order (RFC 4034 §6.1) is not needed here; this one is by text, for stable output.
    public static func < (left: DomainName, right: DomainName) -> Bool {
        left.text.utf8.lexicographicallyPrecedes(right.text.utf8)
    }

    /// The canonical text, with its final dot.
    public var description: String { text }
}
