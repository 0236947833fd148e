import Values

/// Reads the objects that logs are written as, one to a line: the text of every value under the names that lead to it.
public enum LogJSON {
    /// A value: `("event.id.orig_h", "192.0.2.1")`; `null` is left out.
    public typealias Field = (name: String, value: String)

    /// How much of an object is read.
    static let mostFields = 512, deepest = 12

    /// The values of an object (RFC 8259 §4) in order, those of objects and arrays within it with their names before, a dot
    /// between; nil for text that is none.
    public static func fields(of text: ArraySlice<UInt8>) -> [Field]? {
        var reader = Reader(bytes: text, position: text.startIndex)
        reader.skipSpace()
        guard reader.current == .ascii("{"), reader.value(named: "", depth: 0) else { return nil }
        reader.skipSpace()
        return reader.current == nil ? reader.fields : nil
    }

    /// The value of the first of `names` that is there.
    public static func value(_ names: String..., in fields: [Field]) -> String? {
        for name in names { if let field = fields.first(where: { $0.name == name }) { return field.value } }
        return nil
    }

    private struct Reader {
        let bytes: ArraySlice<UInt8>
        var position: Int
        var fields: [Field] = []

        var current: UInt8? { position < bytes.endIndex ? bytes[position] : nil }

        mutating func skipSpace() { while let byte = current, byte.isFoldingWhitespace { position += 1 } }

        mutating func value(named name: String, depth: Int) -> Bool {
            guard depth <= LogJSON.deepest else { return false }
            skipSpace()
            switch current {
            case .ascii("{"): return object(named: name, depth: depth)
            case .ascii("["): return array(named: name, depth: depth)
            case .quote:
                guard let text = string() else { return false }
                add(name, text)
                return true
            default:
                let start = position
                while let byte = current, byte.isAlphanumeric || byte == .hyphen || byte == .dot || byte == .ascii("+")
                {
                    position += 1
                }
                guard position > start else { return false }
                let text = bytes[start..<position].string
                if text != "null" { add(name, text) }
                return true
            }
        }

        private mutating func add(_ name: String, _ value: String) {
            if fields.count < LogJSON.mostFields { fields.append((name, value)) }
        }

        private mutating func object(named name: String, depth: Int) -> Bool {
            position += 1
            skipSpace()
            if current == .ascii("}") {
                position += 1
                return true
            }
            while true {
                skipSpace()
                guard current == .quote, let key = string() else { return false }
                skipSpace()
                guard current == .colon else { return false }
                position += 1
                guard value(named: name.isEmpty ? key : "\(name).\(key)", depth: depth + 1) else { return false }
                skipSpace()
                guard let byte = current else { return false }
                position += 1
                if byte == .ascii("}") { return true }
                guard byte == .comma else { return false }
            }
        }

        private mutating func array(named name: String, depth: Int) -> Bool {
            position += 1
            skipSpace()
            if current == .ascii("]") {
                position += 1
                return true
            }
            var index = 0
            while true {
                guard value(named: name.isEmpty ? String(index) : "\(name).\(index)", depth: depth + 1) else {
                    return false
                }
                index += 1
                skipSpace()
                guard let byte = current else { return false }
                position += 1
                if byte == .ascii("]") { return true }
                guard byte == .comma else { return false }
            }
        }

        /// RFC 8259 §7.
        private mutating func string() -> String? {
            position += 1
            var text: [UInt8] = []
            while let byte = current {
                position += 1
                switch byte {
                case .quote: return String(decoding: text, as: UTF8.self)
                case .backslash:
                    guard let escaped = current else { return nil }
                    position += 1
                    switch escaped {
                    case .ascii("n"): text.append(.lf)
                    case .ascii("r"): text.append(.cr)
                    case .ascii("t"): text.append(.tab)
                    case .ascii("b"): text.append(0x08)
                    case .ascii("f"): text.append(0x0C)
                    case .ascii("u"):
                        guard var scalar = hex() else { return nil }
                        if scalar & 0xFC00 == 0xD800, bytes.has("\\u", at: position) {
                            position += 2
                            guard let low = hex() else { return nil }
                            if low & 0xFC00 == 0xDC00 { scalar = 0x10000 + (scalar & 0x3FF) << 10 + (low & 0x3FF) }
                        }
                        text += Array(String(Unicode.Scalar(scalar).map { Character($0) } ?? "\u{FFFD}").utf8)
                    default: text.append(escaped)
                    }
                default: text.append(byte)
                }
            }
            return nil
        }

        private mutating func hex() -> UInt32? {
            guard position + 4 <= bytes.endIndex else { return nil }
            var value: UInt32 = 0
            for byte in bytes[position..<position + 4] {
                guard let digit = byte.hexDigitValue else { return nil }
                value = value << 4 + UInt32(digit)
            }
            position += 4
            return value
        }
    }
}
