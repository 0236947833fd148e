import Values

/// Comments in structured fields (RFC 5322 §3.2.2): `(text (nested) \) text)`.
enum Comment {
    /// How deep comments may nest; deeper ones are no comments.
    static let nestingLimit = 100

    /// The offset after the parenthesis that closes the comment opened at `start`, or nil when it is never closed or
    /// nests too deep.
    static func end(in bytes: [UInt8], openedAt start: Int) -> Int? {
        var depth = 0
        var position = start
        while position < bytes.count {
            switch bytes[position] {
            case .ascii("("):
                depth += 1
                if depth > nestingLimit { return nil }
            case .ascii(")"):
                depth -= 1
                if depth == 0 { return position + 1 }
            case .backslash:
                position += 1
            default:
                break
            }
            position += 1
        }
        return nil
    }

    /// The text in `range` with quoted pairs resolved, runs of folding white space as one space, and both ends
    /// trimmed.
    static func text(of bytes: [UInt8], in range: Range<Int>) -> String {
        var output: [UInt8] = []
        var position = range.lowerBound
        while position < range.upperBound {
            var byte = bytes[position]
            position += 1
            if byte.isFoldingWhitespace {
                if let last = output.last, last != .space { output.append(.space) }
                continue
            }
            if byte == .backslash, position < range.upperBound {
                byte = bytes[position]
                position += 1
            }
            output.append(byte)
        }
        while output.last == .space { output.removeLast() }
        return String(decoding: output, as: UTF8.self)
    }
}
