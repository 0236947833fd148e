import Values

extension Mailbox {
    /// Reads the forms that nearly every address field has, `Name <local@domain>`, `"Name" <local@domain>` and
    /// `local@domain`, of plain characters only; nil for every other, which `AddressParser` reads.
    init?(common bytes: Bytes) {
        guard let parts = bytes.withSpan({ Mailbox.parts($0) }) else { return nil }
        self.init(
            localPart: bytes[parts.start..<parts.at].lossyString, domain: bytes[parts.at + 1..<parts.end].lossyString,
            displayName: Mailbox.name(bytes[parts.name]))
    }

    private struct Parts {
        let name: Range<Int>
        let start: Int
        let at: Int
        let end: Int
    }

    /// Longer fields than anybody writes by hand have limits of their own.
    private static let longest = 512

    private static func parts(_ span: RawSpan) -> Parts? {
        var (lower, upper) = (0, span.byteCount)
        while lower < upper, span[lower].isFoldingWhitespace { lower += 1 }
        while upper > lower, span[upper - 1].isFoldingWhitespace { upper -= 1 }
        guard upper > lower, upper - lower <= longest else { return nil }
        guard span[upper - 1] == .ascii(">") else {
            return place(ofAtIn: lower..<upper, span).map {
                Parts(name: lower..<lower, start: lower, at: $0, end: upper)
            }
        }
        guard let open = span.firstIndex(of: .ascii("<"), in: lower..<upper),
            let at = place(ofAtIn: open + 1..<upper - 1, span)
        else { return nil }
        var end = open
        while end > lower, span[end - 1].isFoldingWhitespace { end -= 1 }
        guard isPlainName(lower..<end, span) else { return nil }
        return Parts(name: lower..<end, start: open + 1, at: at, end: upper - 1)
    }

    /// Where the only at-sign stands in an address of two dot-atoms; nil when `range` holds no such.
    private static func place(ofAtIn range: Range<Int>, _ span: RawSpan) -> Int? {
        var at: Int?
        var isAfterDot = true
        for offset in range {
            let byte = span[offset]
            switch byte {
            case .at:
                guard at == nil, !isAfterDot else { return nil }
                at = offset
                isAfterDot = true
            case .dot:
                guard !isAfterDot else { return nil }
                isAfterDot = true
            default:
                guard byte.isAlphanumeric || byte == .hyphen || byte == .equals || byte == 0x5F || byte == 0x2B else {
                    return nil
                }
                isAfterDot = false
            }
        }
        return isAfterDot ? nil : at
    }

    /// Whether the name is words of letters, digits and the like, or those and more within one pair of quotation marks.
    private static func isPlainName(_ range: Range<Int>, _ span: RawSpan) -> Bool {
        guard let first = range.first else { return true }
        if span[first] == .quote {
            guard range.count > 2, span[range.upperBound - 1] == .quote else { return false }
            return (first + 1..<range.upperBound - 1).allSatisfy { offset in
                let byte = span[offset]
                return byte >= 0x20 && byte != .quote && byte != .backslash && byte != 0x7F
            }
        }
        return range.allSatisfy { offset in
            switch span[offset] {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, .space, .hyphen, 0x5F, .equals, 0x3F, 0x2B, 0x2A, 0x2F, 0x21,
                0x26, 0x27:
                true
            default: false
            }
        }
    }

    /// The name without its quotation marks, one space between words; nil for none.
    private static func name(_ bytes: Bytes) -> String? {
        guard let first = bytes.first else { return nil }
        if first == .quote { return bytes[1..<bytes.count - 1].lossyString }
        var isDoubled = false
        for place in bytes.indices.dropFirst() where bytes[place] == .space && bytes[place - 1] == .space {
            isDoubled = true
        }
        guard isDoubled else { return bytes.lossyString }
        return bytes.array.split(separator: .space).map { String(decoding: $0, as: UTF8.self) }.joined(separator: " ")
    }
}
