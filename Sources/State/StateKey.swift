import Values

/// Where an entry is kept: the stage it belongs to, then the parts that name it, in the stage's order.
public struct StateKey: Sendable, Hashable {
    /// One line of text per key, the same on every backend: parts joined by `|`, with `|`, `%` and control
    /// characters escaped so that hostile addresses cannot reach another key.
    public let text: String

    /// A key in `space` named by `parts`.
    public init(_ space: String, _ parts: String...) { self.init(space, parts: parts) }

    /// A key in `space` named by `parts`.
    public init(_ space: String, parts: [String]) {
        var text = ""
        text.reserveCapacity(parts.reduce(space.utf8.count) { $0 + $1.utf8.count + 1 })
        StateKey.append(space, to: &text)
        for part in parts {
            text += "|"
            StateKey.append(part, to: &text)
        }
        self.text = text
    }

    /// The key whose text this is; nil when no key's is.
    public init?(text: String) {
        let all = StateKey.read(text)
        guard let space = all.first, !space.isEmpty else { return nil }
        self.init(space, parts: Array(all.dropFirst()))
        // Only the one form that there is: two texts for a key would be two entries.
        guard self.text == text else { return nil }
    }

    /// The owning stage's id.
    public var space: String { StateKey.read(text).first ?? "" }

    /// What names the entry within the stage: a network, a sender, a recipient.
    public var parts: [String] { Array(StateKey.read(text).dropFirst()) }

    /// The space and the parts that a text is made of.
    private static func read(_ text: String) -> [String] {
        text.utf8.split(separator: UInt8(ascii: "|"), omittingEmptySubsequences: false)
            .compactMap { StateKey.unescaped($0) }
    }

    private static func unescaped(_ part: Substring.UTF8View) -> String? {
        guard part.contains(UInt8(ascii: "%")) else { return String(part) }
        var result: [UInt8] = []
        var rest = part
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                result.append(byte)
                continue
            }
            guard let high = rest.popFirst()?.hexDigitValue, let low = rest.popFirst()?.hexDigitValue else {
                return nil
            }
            result.append(high << 4 | low)
        }
        return String(decoding: result, as: UTF8.self)
    }

    private static func append(_ part: String, to text: inout String) {
        if isPlain(part) { text += part } else { text += escaped(part) }
    }

    private static func isPlain(_ part: String) -> Bool {
        let bytes = part.utf8Span.span
        for place in bytes.indices where isEscaped(bytes[place]) { return false }
        return true
    }

    private static func isEscaped(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == 0x7C || byte == 0x25 || byte == 0x7F
    }

    private static func escaped(_ part: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var result: [UInt8] = []
        for byte in part.utf8 {
            if isEscaped(byte) {
                result += [0x25, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            } else {
                result.append(byte)
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}

extension StateKey: CustomStringConvertible, Comparable {
    /// The key on one line.
    public var description: String { text }

    /// Keys in the order of the bytes of their texts, on every backend.
    public static func < (left: StateKey, right: StateKey) -> Bool {
        left.text.utf8.lexicographicallyPrecedes(right.text.utf8)
    }
}
