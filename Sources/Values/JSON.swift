/// A JSON value written one way only: keys sorted by their UTF-8 bytes, no spaces, numbers as integers or exact
/// decimals. Equal values are equal bytes, which is what "the same verdict" is checked by. Strings are UTF-8, with escapes
/// (RFC 8259 §7) for what acts on a terminal that shows them: controls, and characters that turn text round.
public enum JSON: Sendable, Hashable {
    case null
    case bool(Bool)
    case integer(Int)
    /// A decimal number in thousandths: `.thousandths(2500)` is written `2.5`.
    case thousandths(Int)
    case string(String)
    case array([JSON])
    case object([String: JSON])

    /// A string, or null.
    public init(_ string: String?) { self = string.map(JSON.string) ?? .null }

    /// The value on one line.
    public var text: String {
        var output: [UInt8] = []
        write(to: &output)
        return String(decoding: output, as: UTF8.self)
    }

    /// Appends the value to `output` as UTF-8.
    public func write(to output: inout [UInt8]) {
        switch self {
        case .null: output += "null".utf8
        case .bool(let value): output += (value ? "true" : "false").utf8
        case .integer(let value): output += String(value).utf8
        case .thousandths(let value): output += JSON.decimal(thousandths: value).utf8
        case .string(let value): JSON.write(value, to: &output)
        case .array(let values):
            output.append(.ascii("["))
            for (index, value) in values.enumerated() {
                if index > 0 { output.append(.comma) }
                value.write(to: &output)
            }
            output.append(.ascii("]"))
        case .object(let members):
            output.append(.ascii("{"))
            let sorted = members.sorted { JSON.precedes($0.key, $1.key) }
            for (index, member) in sorted.enumerated() {
                if index > 0 { output.append(.comma) }
                JSON.write(member.key, to: &output)
                output.append(.colon)
                member.value.write(to: &output)
            }
            output.append(.ascii("}"))
        }
    }

    /// A number of thousandths as the shortest exact decimal: 2500 → `2.5`, -3 → `-0.003`, 12000 → `12`.
    public static func decimal(thousandths value: Int) -> String {
        let magnitude = value.magnitude
        let whole = (value < 0 ? "-" : "") + String(magnitude / 1000)
        guard magnitude % 1000 != 0 else { return whole }
        var fraction = String(1000 + magnitude % 1000).dropFirst()
        while fraction.last == "0" { fraction.removeLast() }
        return whole + "." + fraction
    }

    /// Appends a number of thousandths as `decimal(thousandths:)` writes it.
    public static func write(thousandths value: Int, to output: inout [UInt8]) {
        if value % 1000 == 0 {
            write(value / 1000, to: &output)
        } else {
            output.append(utf8Of: decimal(thousandths: value))
        }
    }

    /// Whether `left` comes before `right` by its bytes: mostly the first of them says it.
    public static func precedes(_ left: String, _ right: String) -> Bool {
        if let first = left.utf8.first, let other = right.utf8.first, first != other { return first < other }
        return left.utf8.lexicographicallyPrecedes(right.utf8)
    }

    /// Appends what is JSON already: braces, keys, punctuation.
    public static func write(raw text: String, to output: inout [UInt8]) {
        output.append(utf8Of: text)
    }

    /// Appends a string, quoted and escaped.
    public static func write(_ string: String, to output: inout [UInt8]) {
        output.append(literal: "", quoting: string)
    }

    /// Appends part of a string, escaped, without quotes.
    public static func write(escaped string: String, to output: inout [UInt8]) {
        let span = unsafe string.utf8.span.bytes
        let plain = output.append("", plainJSONOf: span, isQuoted: false)
        if plain < span.byteCount { write(escaped: span, from: plain, to: &output) }
    }

    /// Appends the bytes from `start` on, at which one has to be escaped.
    static func write(escaped span: RawSpan, from start: Int, to output: inout [UInt8]) {
        var start = start
        while start < span.byteCount {
            start += write(escapeOf: span, at: start, to: &output)
            start += output.append("", plainJSONOf: span.extracting(start...), isQuoted: false)
        }
    }

    /// Appends the escape of the character at `place`; how many bytes of the string it has.
    private static func write(escapeOf span: RawSpan, at place: Int, to output: inout [UInt8]) -> Int {
        let byte = span[place]
        output.append(.backslash)
        switch byte {
        case .quote, .backslash: output.append(byte)
        case .lf: output.append(.ascii("n"))
        case .cr: output.append(.ascii("r"))
        case .tab: output.append(.ascii("t"))
        case 0x80...:
            let length = byte < 0xE0 ? 2 : 3
            var value = UInt16(byte) & (byte < 0xE0 ? 0x1F : 0x0F)
            for next in 1..<length { value = value << 6 | UInt16(span[place + next] & 0x3F) }
            write(hexadecimal: value, to: &output)
            return length
        default: write(hexadecimal: UInt16(byte), to: &output)
        }
        return 1
    }

    private static func write(hexadecimal value: UInt16, to output: inout [UInt8]) {
        output.append(.ascii("u"))
        for shift in stride(from: 12, through: 0, by: -4) {
            let digit = UInt8(truncatingIfNeeded: value >> shift & 15)
            output.append(digit < 10 ? 0x30 + digit : 0x57 + digit)
        }
    }
}

extension JSON: ExpressibleByStringLiteral {
    public init(stringLiteral value: String) { self = .string(value) }
}
