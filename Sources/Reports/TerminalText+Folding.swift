extension TerminalText {
    /// `text` with the lines that are wider than `columns` folded at spaces, so that a terminal need not break them
    /// anywhere. What follows hangs below the value, where the line is a name, two or more spaces and a value, else two
    /// columns in from the line's start. A word that is too wide alone is left to the terminal: what it says can be
    /// copied whole.
    public static func folded(_ text: String, columns: Int) -> String {
        var result = ""
        var rest = text[...]
        while !rest.isEmpty {
            let end = rest.firstIndex(of: "\n") ?? rest.endIndex
            fold(rest[..<end], columns: columns, into: &result)
            if end < rest.endIndex { result += "\n" }
            rest = rest[end...].dropFirst()
        }
        return result
    }

    private static func fold(_ line: Substring, columns: Int, into result: inout String) {
        guard width(line) > columns else {
            result += line
            return
        }
        let hanging = min(hanging(line), columns * 2 / 3)
        var used = 0
        var isAtStart = true
        var spaces = ""
        var word = ""
        func place() {
            guard !word.isEmpty else { return }
            let wordWidth = width(word[...])
            if !isAtStart, used + spaces.count + wordWidth > columns, hanging + wordWidth <= columns {
                result += "\n" + String(repeating: " ", count: hanging) + word
                used = hanging + wordWidth
            } else {
                result += spaces + word
                used += spaces.count + wordWidth
            }
            isAtStart = false
            (spaces, word) = ("", "")
        }
        for character in line {
            if character == " " {
                place()
                spaces += " "
            } else {
                word.append(character)
            }
        }
        place()
    }

    /// Where lines that go on with `line` begin.
    private static func hanging(_ line: Substring) -> Int {
        let start = line.prefix { $0 == " " }.count
        let body = line.dropFirst(start)
        // A gap that far in parts no name from its value.
        var place = 0
        var spaces = 0
        for character in body.prefix(32) {
            if character == " " {
                spaces += 1
            } else {
                if spaces >= 2 { return start + place }
                spaces = 0
            }
            place += 1
        }
        return start + 2
    }

    /// The columns that `text` takes on a terminal.
    public static func width(_ text: some StringProtocol) -> Int {
        if text.utf8.allSatisfy({ $0 < 0x80 }) { return text.utf8.count }
        return text.reduce(0) { $0 + width(of: $1) }
    }

    /// The columns of a character: two for those of East Asian scripts and for emoji.
    public static func width(of character: Character) -> Int {
        guard let scalar = character.unicodeScalars.first, scalar.value >= 0x1100 else { return 1 }
        return wide.contains { $0.contains(scalar.value) } ? 2 : 1
    }

    /// What Unicode Standard Annex #11 calls wide or full-width, by blocks.
    private static let wide: [ClosedRange<UInt32>] = [
        0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF,
        0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F680...0x1F6FF, 0x1F900...0x1FAFF,
        0x20000...0x3FFFD,
    ]
}
