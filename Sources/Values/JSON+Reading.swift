extension JSON {
    /// Why a text was not read.
    public enum ReadingError: Error, Sendable, Hashable {
        /// It is not JSON (RFC 8259), or not in UTF-8.
        case notJSON
        /// A number is farther from zero than 10¹⁵ and no whole number of 64 bits.
        case numberOutOfRange
        /// Arrays and objects lie deeper in one another than `JSON.maximumDepth`.
        case tooDeep
        /// There are more values than the reader was to take.
        case tooManyValues
    }

    /// How deep arrays and objects may lie in one another.
    public static let maximumDepth = 128

    /// Reads one value, with white space round it (RFC 8259 §2). Numbers that are not whole keep three decimals; of
    /// members of one name the first counts. A value costs more memory than it is long: no more than `maximumValues`
    /// are read.
    public init(reading text: Bytes, maximumValues: Int = 1 << 17) throws(ReadingError) {
        self = try text.withSpan { text throws(ReadingError) in
            var reader = JSONReader(valuesLeft: maximumValues)
            return try reader.document(text)
        }
    }
}

/// Reads JSON text, byte by byte but for the insides of strings.
private struct JSONReader {
    var valuesLeft: Int
    var position = 0

    init(valuesLeft: Int) { self.valuesLeft = valuesLeft }

    mutating func document(_ text: RawSpan) throws(JSON.ReadingError) -> JSON {
        // RFC 8259 §8.1 lets a reader pass over a byte order mark.
        if text.byteCount >= 3, text[0] == 0xEF, text[1] == 0xBB, text[2] == 0xBF { position = 3 }
        let value = try value(text, depth: 0)
        guard next(text) == nil else { throw .notJSON }
        return value
    }

    /// The next byte that is not white space, which is left where it is.
    private mutating func next(_ text: RawSpan) -> UInt8? {
        while position < text.byteCount {
            let byte = text[position]
            if !byte.isFoldingWhitespace { return byte }
            position += 1
        }
        return nil
    }

    /// Takes the next byte that is not white space when it is `byte`.
    private mutating func take(_ byte: UInt8, _ text: RawSpan) -> Bool {
        guard next(text) == byte else { return false }
        position += 1
        return true
    }

    private mutating func value(_ text: RawSpan, depth: Int) throws(JSON.ReadingError) -> JSON {
        valuesLeft -= 1
        guard valuesLeft >= 0 else { throw .tooManyValues }
        switch next(text) {
        case .quote:
            position += 1
            return .string(try string(text))
        case .ascii("{"):
            guard depth < JSON.maximumDepth else { throw .tooDeep }
            position += 1
            return .object(try members(text, depth: depth + 1))
        case .ascii("["):
            guard depth < JSON.maximumDepth else { throw .tooDeep }
            position += 1
            return .array(try items(text, depth: depth + 1))
        case .ascii("t"): return try word("true", .bool(true), text)
        case .ascii("f"): return try word("false", .bool(false), text)
        case .ascii("n"): return try word("null", .null, text)
        default: return try number(text)
        }
    }

    private mutating func members(_ text: RawSpan, depth: Int) throws(JSON.ReadingError) -> [String: JSON] {
        var members = [String: JSON](minimumCapacity: 6)
        if take(.ascii("}"), text) { return members }
        repeat {
            guard take(.quote, text) else { throw .notJSON }
            let name = try string(text)
            guard take(.colon, text) else { throw .notJSON }
            let value = try value(text, depth: depth)
            if members[name] == nil { members[name] = value }
        } while take(.comma, text)
        guard take(.ascii("}"), text) else { throw .notJSON }
        return members
    }

    private mutating func items(_ text: RawSpan, depth: Int) throws(JSON.ReadingError) -> [JSON] {
        var items: [JSON] = []
        if take(.ascii("]"), text) { return items }
        repeat { items.append(try value(text, depth: depth)) } while take(.comma, text)
        guard take(.ascii("]"), text) else { throw .notJSON }
        return items
    }

    private mutating func word(_ word: String, _ value: JSON, _ text: RawSpan) throws(JSON.ReadingError) -> JSON {
        let end = position + word.utf8.count
        guard end <= text.byteCount, text.string(in: position..<end) == word else { throw .notJSON }
        position = end
        return value
    }
}

extension JSONReader {
    /// The rest of a string whose opening quotation mark was taken (RFC 8259 §7).
    fileprivate mutating func string(_ text: RawSpan) throws(JSON.ReadingError) -> String {
        let start = position
        let end = try endOfPlainText(text)
        position = end + 1
        if text[end] == .quote {
            guard let plain = text.string(in: start..<end) else { throw .notJSON }
            return plain
        }
        var bytes: [UInt8] = []
        bytes.append(text, in: start..<end)
        try escape(text, to: &bytes)
        while true {
            let start = position
            let end = try endOfPlainText(text)
            bytes.append(text, in: start..<end)
            position = end + 1
            guard text[end] != .quote else { break }
            try escape(text, to: &bytes)
        }
        guard let string = String(validating: bytes, as: UTF8.self) else { throw .notJSON }
        return string
    }

    /// Where the next quotation mark or backslash is; what lies before it holds no control.
    private func endOfPlainText(_ text: RawSpan) throws(JSON.ReadingError) -> Int {
        var end = position
        while let found = text.firstIndexOfEscaped(from: end) {
            let byte = text[found]
            if byte == .quote || byte == .backslash { return found }
            guard byte >= 0x20 else { throw .notJSON }
            end = found + 1
        }
        throw .notJSON
    }

    private mutating func escape(_ text: RawSpan, to bytes: inout [UInt8]) throws(JSON.ReadingError) {
        guard position < text.byteCount else { throw .notJSON }
        let letter = text[position]
        position += 1
        switch letter {
        case .quote, .backslash, .ascii("/"): bytes.append(letter)
        case .ascii("b"): bytes.append(0x08)
        case .ascii("f"): bytes.append(0x0C)
        case .ascii("n"): bytes.append(.lf)
        case .ascii("r"): bytes.append(.cr)
        case .ascii("t"): bytes.append(.tab)
        case .ascii("u"):
            guard let scalar = Unicode.Scalar(try codePoint(text)) else { throw .notJSON }
            bytes.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
        default: throw .notJSON
        }
    }

    /// The code point of an escape whose `\u` was taken: one of sixteen bits, or the two of a surrogate pair.
    private mutating func codePoint(_ text: RawSpan) throws(JSON.ReadingError) -> UInt32 {
        let first = try hexadecimal(text)
        guard (0xD800..<0xDC00).contains(first) else { return first }
        guard position + 1 < text.byteCount, text[position] == .backslash, text[position + 1] == .ascii("u") else {
            throw .notJSON
        }
        position += 2
        let second = try hexadecimal(text)
        guard (0xDC00..<0xE000).contains(second) else { throw .notJSON }
        return 0x10000 + (first - 0xD800) << 10 + (second - 0xDC00)
    }

    private mutating func hexadecimal(_ text: RawSpan) throws(JSON.ReadingError) -> UInt32 {
        guard position + 4 <= text.byteCount else { throw .notJSON }
        var value: UInt32 = 0
        for offset in position..<position + 4 {
            guard let digit = text[offset].hexDigitValue else { throw .notJSON }
            value = value << 4 | UInt32(digit)
        }
        position += 4
        return value
    }
}

extension JSONReader {
    /// A number (RFC 8259 §6).
    fileprivate mutating func number(_ text: RawSpan) throws(JSON.ReadingError) -> JSON {
        let start = position
        if position < text.byteCount, text[position] == .hyphen { position += 1 }
        let digits = position
        try skipDigits(text)
        guard position == digits + 1 || text[digits] != .ascii("0") else { throw .notJSON }
        let isWhole = try !skipFraction(text)
        guard let written = text.string(in: start..<position) else { throw .notJSON }
        if isWhole, let number = Int(written) { return .integer(number) }
        guard let number = Double(written), number.magnitude < 1e15 else { throw .numberOutOfRange }
        let thousandths = Int((number * 1000).rounded())
        return thousandths % 1000 == 0 ? .integer(thousandths / 1000) : .thousandths(thousandths)
    }

    /// Passes over a fraction and an exponent; whether there is one.
    private mutating func skipFraction(_ text: RawSpan) throws(JSON.ReadingError) -> Bool {
        let start = position
        if position < text.byteCount, text[position] == .dot {
            position += 1
            try skipDigits(text)
        }
        if position < text.byteCount, text[position] | 0x20 == .ascii("e") {
            position += 1
            if position < text.byteCount, text[position] == .ascii("+") || text[position] == .hyphen { position += 1 }
            try skipDigits(text)
        }
        return position > start
    }

    private mutating func skipDigits(_ text: RawSpan) throws(JSON.ReadingError) {
        let start = position
        while position < text.byteCount, text[position].isDigit { position += 1 }
        guard position > start else { throw .notJSON }
    }
}
