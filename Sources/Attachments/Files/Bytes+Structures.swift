import Values

/// Numbers and marks of binary files; nil where the bytes end before.
extension Bytes {
    /// Two bytes, the lower first.
    func short(_ offset: Int) -> Int? {
        guard offset >= 0, offset <= count - 2 else { return nil }
        return Int(self[offset]) | Int(self[offset + 1]) << 8
    }

    /// Four bytes, the lowest first.
    func long(_ offset: Int) -> Int? {
        guard offset >= 0, offset <= count - 4 else { return nil }
        return Int(self[offset]) | Int(self[offset + 1]) << 8 | Int(self[offset + 2]) << 16
            | Int(self[offset + 3]) << 24
    }

    /// Eight bytes, the lowest first; nil also for what no size can be.
    func longLong(_ offset: Int) -> Int? {
        guard let low = long(offset), let high = long(offset + 4), high < 0x8000_0000 else { return nil }
        return low | high << 32
    }

    /// Whether `mark` stands at `offset`.
    func has(_ mark: [UInt8], at offset: Int = 0) -> Bool {
        guard offset >= 0, offset <= count - mark.count else { return false }
        return self[offset..<offset + mark.count].elementsEqual(mark)
    }

    /// Whether the text stands at `offset`.
    func has(_ mark: String, at offset: Int = 0) -> Bool { has(Array(mark.utf8), at: offset) }

    /// The bytes from `offset` on, `length` of them or as many as there are.
    func piece(_ offset: Int, _ length: Int) -> Bytes {
        guard offset >= 0, offset < count, length > 0 else { return Bytes([]) }
        return self[offset..<offset + Swift.min(length, count - offset)]
    }

    /// Where `needle` is first found at or after `start`.
    func firstIndex(of needle: [UInt8], from start: Int = 0) -> Int? {
        withSpan { $0.firstIndex(of: needle, from: start) }
    }

    /// Whether the text is in it.
    func includes(_ text: String) -> Bool { firstIndex(of: Array(text.utf8)) != nil }

    /// Text of two bytes a character, the lower first, up to a NUL.
    var wideText: String {
        var units: [UInt16] = []
        var position = 0
        while let unit = short(position), unit != 0 {
            units.append(UInt16(unit))
            position += 2
        }
        return String(decoding: units, as: UTF16.self)
    }

    /// Text of one byte a character, up to a NUL: UTF-8, or else Latin-1.
    var narrowText: String {
        let end = firstIndex(of: 0) ?? count
        let bytes = self[0..<end].array
        return String(validating: bytes, as: UTF8.self)
            ?? String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) }))
    }
}
