import Mail
import Values

/// The path of a MAIL or RCPT command (RFC 5321 §4.1.2): taken apart, and as the client wrote it.
public struct PathArgument: Sendable, Hashable {
    /// What stood between the angle brackets, a source route included; empty for the null reverse-path.
    public let text: String
    /// The text taken apart.
    public let path: SMTPPath
    /// Whether the angle brackets were there, as RFC 5321 demands; some clients leave them out.
    public let isBracketed: Bool

    /// The path whose text between the brackets is given; nil when it is no path.
    public init?(_ text: String, isBracketed: Bool = true) {
        guard let path = SMTPPath(text) else { return nil }
        (self.text, self.path, self.isBracketed) = (text, path, isBracketed)
    }

    /// Whether this is the null reverse-path `<>` (RFC 5321 §4.5.5).
    public var isNull: Bool { path.isNull }
}

extension PathArgument: CustomStringConvertible {
    /// The path in angle brackets, as the client wrote it.
    public var description: String { "<\(text)>" }
}

extension PathArgument {
    /// Reads a path at the beginning of `bytes`, which must be well-formed UTF-8, and returns it with the offset of
    /// what follows. Brackets and spaces count only outside quoted strings. Nil when it is no path at all.
    static func read(_ bytes: ArraySlice<UInt8>) -> (path: PathArgument, end: Int)? {
        let opening = UInt8.ascii("<")
        let closing = UInt8.ascii(">")
        let isBracketed = bytes.first == opening
        let start = isBracketed ? bytes.startIndex + 1 : bytes.startIndex
        var isQuoted = false
        var position = start
        while position < bytes.endIndex {
            let byte = bytes[position]
            if isQuoted {
                if byte == .backslash {
                    position += 1
                } else if byte == .quote {
                    isQuoted = false
                }
            } else if byte == .quote {
                isQuoted = true
            } else if byte == closing || byte == opening || byte.isWhitespace {
                break
            }
            position += 1
        }
        guard !isQuoted, position <= bytes.endIndex else { return nil }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        guard isBracketed else {
            guard position > start, position == bytes.endIndex || bytes[position].isWhitespace else { return nil }
            return PathArgument(text, isBracketed: false).map { ($0, position) }
        }
        guard position < bytes.endIndex, bytes[position] == closing else { return nil }
        let end = position + 1
        guard end == bytes.endIndex || bytes[end].isWhitespace else { return nil }
        return PathArgument(text).map { ($0, end) }
    }
}
