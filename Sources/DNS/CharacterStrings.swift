import Values

/// The character strings of a TXT record in master-file form (RFC 1035 §5.1).
enum CharacterStrings {
    /// Reads strings separated by blanks, each quoted or not, with `\X` and `\DDD` escapes. Nil when there is none, a
    /// quote is not closed, or an escape is malformed. A string longer than the 255 octets that fit on the wire is
    /// taken as written: people paste long keys as one string, and what they mean is plain.
    static func parse(_ text: some StringProtocol) -> [Bytes]? {
        let bytes = Array(text.utf8)
        var strings: [Bytes] = []
        var position = 0
        while true {
            while position < bytes.count, bytes[position].isWhitespace { position += 1 }
            guard position < bytes.count else { return strings.isEmpty ? nil : strings }
            let quoted = bytes[position] == .quote
            if quoted { position += 1 }
            guard let string = parseString(bytes, &position, quoted: quoted) else { return nil }
            strings.append(Bytes(string))
        }
    }

    private static func parseString(_ bytes: [UInt8], _ position: inout Int, quoted: Bool) -> [UInt8]? {
        var string: [UInt8] = []
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            switch byte {
            case .quote where quoted:
                // A closing quote ends the string; what follows must be apart from it.
                return position == bytes.count || bytes[position].isWhitespace ? string : nil
            case .quote:
                return nil
            case .space where !quoted, .tab where !quoted:
                return string
            case .backslash:
                guard let escaped = parseEscape(bytes, &position) else { return nil }
                string.append(escaped)
            default:
                string.append(byte)
            }
        }
        return quoted ? nil : string
    }

    private static func parseEscape(_ bytes: [UInt8], _ position: inout Int) -> UInt8? {
        guard position < bytes.count else { return nil }
        guard bytes[position].isDigit else {
            position += 1
            return bytes[position - 1]
        }
        guard position + 3 <= bytes.count, bytes[position..<position + 3].allSatisfy(\.isDigit) else { return nil }
        let value = bytes[position..<position + 3].reduce(0) { $0 * 10 + Int($1 - 0x30) }
        position += 3
        return UInt8(exactly: value)
    }

    /// The strings quoted, separated by one space, everything but printable ASCII as `\DDD`.
    static func presentation(of strings: [Bytes]) -> String {
        var text: [UInt8] = []
        text.reserveCapacity(strings.reduce(0) { $0 + $1.count + 3 })
        for (index, string) in strings.enumerated() {
            if index > 0 { text.append(.space) }
            text.append(.quote)
            if string.allSatisfy({ $0 >= 0x20 && $0 <= 0x7E && $0 != .quote && $0 != .backslash }) {
                text += string
                text.append(.quote)
                continue
            }
            for byte in string.array {
                switch byte {
                case .quote, .backslash:
                    text.append(.backslash)
                    text.append(byte)
                case 0x20...0x7E:
                    text.append(byte)
                default:
                    text.append(.backslash)
                    text += [100, 10, 1].map { 0x30 + byte / $0 % 10 }
                }
            }
            text.append(.quote)
        }
        return String(decoding: text, as: UTF8.self)
    }
}
