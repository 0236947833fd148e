import Values

/// Commands that a document asks another program for: DDE fields of Word, formulas of spreadsheets.
enum ExchangeCommand {
    /// The first DDE field in text whose fields begin with the character 0x13, in one byte a character or two.
    static func first(inFieldsOf stream: Bytes) -> String? {
        for needle in [Array("DDE".utf8), Array("D\0D\0E\0".utf8)] {
            var search = 0
            var tries = 0
            while tries < 1_000, let place = stream.firstIndex(of: needle, from: search) {
                tries += 1
                search = place + needle.count
                let before = stream[max(0, place - 12)..<place]
                // Between the mark and the name stand spaces alone.
                let rest = before.array.reversed().drop { $0 == .space || $0 == 0 }
                guard rest.first == 0x13 else { continue }
                let text = stream.piece(place, 240).filter { $0 != 0 }
                return String(decoding: text.prefix { $0 >= 0x20 && $0 < 0x7F }, as: UTF8.self)
            }
        }
        return nil
    }

    /// The DDE field in an instruction of a field, given in lower case without marks; nil where it is none.
    static func command(in instruction: [UInt8]) -> String? {
        let text = Bytes(instruction)
        var search = 0
        var tries = 0
        while tries < 1_000, let place = text.firstIndex(of: Array("dde".utf8), from: search) {
            tries += 1
            search = place + 3
            guard place == 0 || !text[place - 1].isAlphanumeric else { continue }
            var next = place + 3
            if text.has("auto", at: next) { next += 4 }
            guard next < text.count, !text[next].isAlphanumeric else { continue }
            while next < text.count, text[next] == .space || text[next] == .quote { next += 1 }
            guard next < text.count, text[next].isLetter || text[next] == .backslash || text[next] == .ascii("c") else {
                continue
            }
            return text.piece(place, 240).lossyString
        }
        return nil
    }

    /// The first cell of a table in text that is a formula with a command: `=cmd|'/c calc'!A1`.
    static func first(inTable text: Bytes) -> String? {
        var search = 0
        var tries = 0
        while tries < 1_000, let bar = text.firstIndex(of: Array("|'".utf8), from: search) {
            tries += 1
            search = bar + 2
            var start = bar
            while start > 0, bar - start < 64, text[start - 1].isAlphanumeric || text[start - 1] == .dot { start -= 1 }
            guard start < bar, start > 0, "=+-@(".utf8.contains(text[start - 1]) else { continue }
            return text.piece(start - 1, 200).lossyString
        }
        return nil
    }
}
