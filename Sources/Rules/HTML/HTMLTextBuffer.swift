import Values

/// The text of an HTML document as it grows, piece by piece.
struct HTMLTextBuffer {
    /// UTF-8.
    private(set) var bytes: [UInt8] = []
    /// Whether it has characters beyond Latin-1, or the source had any beyond ASCII: what white space is depends on it.
    var isWide = false
    private(set) var invisible: [Range<Int>] = []
    private(set) var isEmpty = true
    private var lastStart = 0
    private var lastIsSpace = false
    private var lastIsInvisible = false

    /// Appends text, runs of white space as one space.
    mutating func append(_ text: ArraySlice<UInt8>, isInvisible: Bool) {
        let start = bytes.count
        // After a line break no space is kept.
        let drops = !isEmpty && !isInvisible && lastIsSpace
        var isWider = false
        bytes.append(addingCapacity: text.count) { room in
            var index = text.startIndex
            while index < text.endIndex {
                let byte = text[index]
                if byte.isRuleSpace {
                    while index < text.endIndex, text[index].isRuleSpace { index += 1 }
                    if !(drops && room.count == 0) { room.append(.space) }
                    continue
                }
                if byte >= 0xC4 { isWider = true }
                room.append(byte)
                index += 1
            }
        }
        if isWider { isWide = true }
        if isInvisible { invisible.append(start..<bytes.count) }
        (lastStart, lastIsSpace, lastIsInvisible, isEmpty) = (start, false, isInvisible, false)
    }

    /// Appends what a tag leaves between words; a space before it goes.
    mutating func append(_ gap: HTMLTag.Gap) {
        guard gap != .none else { return }
        if !isEmpty, !lastIsSpace, !lastIsInvisible, bytes.count > lastStart, bytes.last == .space {
            bytes.removeLast()
        }
        lastStart = bytes.count
        switch gap {
        case .none: break
        case .space: bytes.append(.space)
        case .line: bytes.append(.lf)
        case .paragraph:
            bytes.append(.lf)
            bytes.append(.lf)
        }
        (lastIsSpace, lastIsInvisible, isEmpty) = (true, false, false)
    }

    /// How many letters, digits and such the last piece ends with.
    var lastWordLength: Int {
        var count = 0
        for index in bytes.indices[lastStart...].reversed() {
            guard HTMLTextBuffer.isWordByte(bytes[index]) else { break }
            guard bytes[index] & 0xC0 != 0x80 else { continue }
            if bytes.unicodeSpaceLength(at: index) > 0 { break }
            count += 1
        }
        return count
    }

    /// How many `text` begins with.
    static func wordLength(_ text: ArraySlice<UInt8>) -> Int {
        var count = 0
        for index in text.indices {
            guard isWordByte(text[index]) else { break }
            guard text[index] & 0xC0 != 0x80 else { continue }
            if text.unicodeSpaceLength(at: index) > 0 { break }
            count += 1
            if count > 8 { break }
        }
        return count
    }

    /// Whether a byte is neither white space nor ASCII punctuation.
    private static func isWordByte(_ byte: UInt8) -> Bool {
        byte >= 0x7F || byte.isAlphanumeric || (byte < 0x20 && !byte.isRuleSpace)
    }

    /// How many characters there are, and how many of them are no white space.
    var counts: (all: Int, visible: Int) {
        guard isWide else {
            return (bytes.characterCount, bytes.count { $0 & 0xC0 != 0x80 && !($0.isRuleSpace && $0 != 0x0C) })
        }
        var (all, spaces) = (0, 0)
        for index in bytes.indices where bytes[index] & 0xC0 != 0x80 {
            all += 1
            if bytes.unicodeSpaceLength(at: index) > 0 { spaces += 1 }
        }
        return (all, all - spaces)
    }
}

extension [UInt8] {
    /// Latin-1 for UTF-8 that has nothing beyond it.
    var narrowed: [UInt8] {
        guard unsafe span.bytes.containsEightBit else { return self }
        var narrow: [UInt8] = []
        narrow.append(addingCapacity: count) { room in
            var index = 0
            while index < count {
                if self[index] >= 0xC2, index + 1 < count {
                    room.append(self[index] << 6 | self[index + 1] & 0x3F)
                    index += 2
                } else {
                    room.append(self[index])
                    index += 1
                }
            }
        }
        return narrow
    }
}

extension RandomAccessCollection where Element == UInt8, Index == Int {
    /// How many bytes the white space character at `index` has; 0 where there is none (Unicode property White_Space).
    func unicodeSpaceLength(at index: Int) -> Int {
        let byte = self[index]
        if byte < 0x80 { return byte.isRuleSpace ? 1 : 0 }
        switch byte {
        case 0xC2: return index + 1 < endIndex && (self[index + 1] == 0xA0 || self[index + 1] == 0x85) ? 2 : 0
        case 0xE1: return at(index + 1) == 0x9A && at(index + 2) == 0x80 ? 3 : 0
        case 0xE2:
            let (second, third) = (at(index + 1), at(index + 2))
            if second == 0x80, (0x80...0x8A).contains(third) || third == 0xA8 || third == 0xA9 || third == 0xAF {
                return 3
            }
            return second == 0x81 && third == 0x9F ? 3 : 0
        case 0xE3: return at(index + 1) == 0x80 && at(index + 2) == 0x80 ? 3 : 0
        default: return 0
        }
    }

    private func at(_ index: Int) -> UInt8 { index < endIndex ? self[index] : 0 }

    /// How many characters the bytes are in UTF-8.
    var characterCount: Int { reduce(0) { $1 & 0xC0 != 0x80 ? $0 + 1 : $0 } }

    /// Whether they begin with `text`, upper and lower case alike.
    func hasPrefixIgnoringCase(_ text: String) -> Bool {
        count >= text.utf8.count && zip(self, text.utf8).allSatisfy { $0.lowercased == $1.lowercased }
    }

    /// Whether they end with `text`, upper and lower case alike.
    func hasSuffixIgnoringCase(_ text: String) -> Bool {
        count >= text.utf8.count
            && zip(suffix(text.utf8.count), text.utf8).allSatisfy { $0.lowercased == $1.lowercased }
    }

    /// Whether they are `text`, upper and lower case alike.
    func equalsIgnoringCase(_ text: String) -> Bool { count == text.utf8.count && hasPrefixIgnoringCase(text) }
}

extension [UInt8] {
    /// The bytes without byte order marks, which hide in the names of links.
    var withoutByteOrderMarks: [UInt8] {
        guard contains(0xEF) else { return self }
        var result: [UInt8] = []
        var index = 0
        while index < count {
            if self[index] == 0xEF, index + 2 < count, self[index + 1] == 0xBB, self[index + 2] == 0xBF {
                index += 3
            } else {
                result.append(self[index])
                index += 1
            }
        }
        return result
    }
}

extension UInt8 {
    /// A letter, a digit or an underscore: Perl's `\w`.
    var isWordByte: Bool { isAlphanumeric || self == .ascii("_") }
}
