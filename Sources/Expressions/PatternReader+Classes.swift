import Values

extension PatternReader {
    /// An escape outside of a class.
    mutating func escape() throws(Opaque) -> PatternFacts {
        guard index + 1 < pattern.count else { throw Opaque() }
        let letter = pattern[index + 1]
        switch letter {
        case .ascii("b"), .ascii("B"), .ascii("A"), .ascii("z"), .ascii("Z"), .ascii("G"), .ascii("K"):
            index += 2
            return .empty
        case .ascii("R"), .ascii("X"), .ascii("N"):
            // \N{U+…} is refused in patterns of bytes.
            index += 2
            return .unknown
        case .ascii("1")...(.ascii("9")):
            // A group again, or a byte by its number.
            index += 2
            while index < pattern.count, pattern[index].isDigit { index += 1 }
            return .unknown
        case .ascii("k"):
            guard index + 2 < pattern.count else { throw Opaque() }
            let closing: UInt8
            switch pattern[index + 2] {
            case .ascii("<"): closing = .ascii(">")
            case .ascii("{"): closing = .ascii("}")
            case .ascii("'"): closing = .ascii("'")
            default: throw Opaque()
            }
            guard let end = pattern[(index + 3)...].firstIndex(of: closing) else { throw Opaque() }
            index = end + 1
            return .unknown
        default:
            index += 1
            return facts(try escapedClass(inClass: false))
        }
    }

    /// What the escape matches whose letter is at `index`, which is moved past it.
    private mutating func escapedClass(inClass: Bool) throws(Opaque) -> ByteClass {
        guard index < pattern.count else { throw Opaque() }
        let letter = pattern[index]
        index += 1
        switch letter {
        case .ascii("d"): return .digits
        case .ascii("D"): return ByteClass.digits.inverted
        case .ascii("s"): return .spaces
        case .ascii("S"): return ByteClass.spaces.inverted
        case .ascii("w"): return .words
        case .ascii("W"): return ByteClass.words.inverted
        case .ascii("h"): return .horizontalSpaces
        case .ascii("H"): return ByteClass.horizontalSpaces.inverted
        case .ascii("v"): return .verticalSpaces
        case .ascii("V"): return ByteClass.verticalSpaces.inverted
        default:
            index -= 1
            let byte = try escapedByte(inClass: inClass)
            return ByteClass(byte...byte)
        }
    }

    private mutating func escapedByte(inClass: Bool) throws(Opaque) -> UInt8 {
        let letter = pattern[index]
        index += 1
        switch letter {
        case .ascii("a"): return 0x07
        case .ascii("e"): return 0x1B
        case .ascii("f"): return 0x0C
        case .ascii("n"): return .lf
        case .ascii("r"): return .cr
        case .ascii("t"): return .tab
        case .ascii("b") where inClass: return 0x08
        case .ascii("x"):
            var value = 0
            if index < pattern.count, pattern[index] == .ascii("{") {
                guard let end = pattern[index...].firstIndex(of: .ascii("}")),
                    let number = Int(String(decoding: pattern[(index + 1)..<end], as: UTF8.self), radix: 16),
                    number <= 0xFF
                else { throw Opaque() }
                index = end + 1
                return UInt8(number)
            }
            for _ in 0..<2 {
                guard index < pattern.count, let digit = pattern[index].hexDigitValue else { break }
                value = value << 4 | Int(digit)
                index += 1
            }
            return UInt8(truncatingIfNeeded: value)
        case .ascii("0")...(.ascii("7")) where inClass || letter == .ascii("0"):
            var value = Int(letter - 0x30)
            for _ in 0..<2 {
                guard index < pattern.count, (.ascii("0")...(.ascii("7"))).contains(pattern[index]) else { break }
                value = value << 3 | Int(pattern[index] - 0x30)
                index += 1
            }
            guard value <= 0xFF else { throw Opaque() }
            return UInt8(value)
        default:
            // \Q, \E, \c, \g, \o, \p and what else there may be.
            guard !letter.isAlphanumeric else { throw Opaque() }
            return letter
        }
    }

    /// `[…]` at `index`.
    mutating func characterClass() throws(Opaque) -> ByteClass {
        var members = ByteClass()
        index += 1
        let isNegated = index < pattern.count && pattern[index] == .ascii("^")
        if isNegated { index += 1 }
        var isFirst = true
        while true {
            guard index < pattern.count else { throw Opaque() }
            let byte = pattern[index]
            if byte == .ascii("]"), !isFirst {
                index += 1
                return isNegated ? members.inverted : members
            }
            isFirst = false
            if byte == .ascii("["), index + 1 < pattern.count, pattern[index + 1] == .colon,
                let end = pattern[(index + 2)...].firstIndex(of: .ascii("]")), pattern[end - 1] == .colon
            {
                var name = String(decoding: pattern[(index + 2)..<(end - 1)], as: UTF8.self)
                let isInverse = name.hasPrefix("^")
                if isInverse { name.removeFirst() }
                guard let named = ByteClass.named(name) else { throw Opaque() }
                members.formUnion(isInverse ? named.inverted : named)
                index = end + 1
                continue
            }
            if byte == .ascii("["), index + 1 < pattern.count,
                pattern[index + 1] == .dot || pattern[index + 1] == .equals
            {
                throw Opaque()
            }
            let first = try member()
            // A range of one byte to another.
            if let low = first.single, index + 1 < pattern.count, pattern[index] == .hyphen,
                pattern[index + 1] != .ascii("]")
            {
                let start = index
                index += 1
                if pattern[index] == .ascii("["), index + 1 < pattern.count, pattern[index + 1] == .colon {
                    index = start
                } else if let high = try member().single, low <= high {
                    members.insert(low...high)
                    continue
                } else {
                    throw Opaque()
                }
            }
            members.formUnion(first)
            if first.single == nil, index < pattern.count, pattern[index] == .hyphen {
                members.insert(.hyphen)
                index += 1
            }
        }
    }

    private mutating func member() throws(Opaque) -> ByteClass {
        guard index < pattern.count else { throw Opaque() }
        guard pattern[index] == .backslash else {
            defer { index += 1 }
            return ByteClass(pattern[index]...pattern[index])
        }
        index += 1
        return try escapedClass(inClass: true)
    }
}
