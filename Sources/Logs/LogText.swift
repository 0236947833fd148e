import Values

/// The bytes of a line, or of a part of one, for reading from left to right.
typealias LogText = ArraySlice<UInt8>

extension ArraySlice<UInt8> {
    /// Where `pattern` stands first at or after `start`.
    func first(_ pattern: String, from start: Int? = nil) -> Range<Int>? {
        let bytes = Array(pattern.utf8)
        var position = start ?? startIndex
        while position + bytes.count <= endIndex {
            if self[position] == bytes[0], self[position..<position + bytes.count].elementsEqual(bytes) {
                return position..<position + bytes.count
            }
            position += 1
        }
        return nil
    }

    /// Where `pattern` stands last.
    func last(_ pattern: String) -> Range<Int>? {
        let bytes = Array(pattern.utf8)
        var position = endIndex - bytes.count
        while position >= startIndex {
            if self[position] == bytes[0], self[position..<position + bytes.count].elementsEqual(bytes) {
                return position..<position + bytes.count
            }
            position -= 1
        }
        return nil
    }

    /// Whether the text begins with `prefix`.
    func begins(_ prefix: String) -> Bool { starts(with: prefix.utf8) }

    /// What follows `prefix`; nil where the text does not begin with it.
    func after(_ prefix: String) -> LogText? { begins(prefix) ? dropFirst(prefix.utf8.count) : nil }

    /// Takes the text up to `byte`, which is passed over; nil, with nothing taken, where it is not there.
    mutating func take(until byte: UInt8) -> LogText? {
        guard let end = firstIndex(of: byte) else { return nil }
        defer { self = self[(end + 1)...] }
        return self[..<end]
    }

    /// The text as a name, as far as it may be one: bounded, and without controls.
    var name: String? {
        guard !isEmpty, count <= LogEvent.longestName, allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else { return nil }
        return String(decoding: self, as: UTF8.self)
    }

    /// The address that the text is, as servers write it: in brackets or not, `IPv6:` before it, a port behind it.
    var address: IPAddress? {
        guard count <= 64 else { return nil }
        var text = self
        if text.first == .ascii("["), text.last == .ascii("]") { text = text.dropFirst().dropLast() }
        if let rest = text.after("IPv6:") { text = rest }
        return IPAddress(String(decoding: text, as: UTF8.self))
    }

    /// The number that the text is; nil where it is none of at most nine digits.
    var number: Int? {
        guard (1...9).contains(count), allSatisfy(\.isDigit) else { return nil }
        return reduce(0) { $0 * 10 + Int($1 - 0x30) }
    }
}
