import Values

/// Searches in a line that allocate nothing: imports run them for every line.
extension ArraySlice<UInt8> {
    /// Where `byte` stands first at or after `start`.
    func index(of byte: UInt8, from start: Int) -> Int? {
        let base = startIndex
        return unsafe span.bytes.firstIndex(of: byte, from: start - base).map { $0 + base }
    }

    /// Where `needle` begins first at or after `start`.
    func index(of needle: StaticString, from start: Int? = nil) -> Int? {
        let base = startIndex
        return unsafe span.bytes.firstIndex(of: needle, from: (start ?? base) - base).map { $0 + base }
    }

    /// Whether `prefix` stands at `place`.
    func has(_ prefix: StaticString, at place: Int) -> Bool {
        let length = prefix.utf8CodeUnitCount
        guard place >= startIndex, place + length <= endIndex else { return false }
        let bytes = span
        let offset = place - startIndex
        return prefix.withUTF8Buffer { buffer in
            for index in 0..<length where bytes[offset + index] != (unsafe buffer[index]) { return false }
            return true
        }
    }

    /// What follows `prefix`; nil where the text does not begin with it.
    func rest(after prefix: StaticString) -> LogText? {
        has(prefix, at: startIndex) ? self[(startIndex + prefix.utf8CodeUnitCount)...] : nil
    }

    /// The text as a string, as it stands.
    var string: String { String(decoding: self, as: UTF8.self) }

    /// The part in `range` as a string.
    func string(_ range: Range<Int>) -> String { String(decoding: self[range], as: UTF8.self) }

    /// Without spaces and tabs at either end.
    var trimmed: LogText {
        var text = self
        while let first = text.first, first.isWhitespace { text = text.dropFirst() }
        while let last = text.last, last.isWhitespace { text = text.dropLast() }
        return text
    }
}
