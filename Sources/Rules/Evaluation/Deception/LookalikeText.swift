import DNS
import Values

/// Text reduced to what it looks like, so that what is meant to be taken for another name is.
enum LookalikeText {
    /// `text`, in UTF-8, as lower-case ASCII: letters of other scripts and styles as the Latin ones that they look
    /// like, accents left out. What looks like no Latin letter is left as a question mark.
    static func folded(_ text: some Sequence<UInt8>) -> [UInt8] {
        var result: [UInt8] = []
        for scalar in String(decoding: Array(text), as: UTF8.self).unicodeScalars {
            let value = scalar.value
            if value < 0x80 {
                result.append(UInt8(value).lowercased)
            } else if isUnseen(value) {
                continue
            } else {
                result.append(letter(value) ?? .ascii("?"))
            }
        }
        return result
    }

    /// What has no width, and joins or parts words unseen.
    private static func isUnseen(_ value: UInt32) -> Bool {
        value == 0xAD || (0x200B...0x200F).contains(value) || (0x202A...0x202E).contains(value)
            || (0x2060...0x2064).contains(value) || value == 0xFEFF || (0x300...0x36F).contains(value)
            || (0xFE00...0xFE0F).contains(value) || (0xE0000...0xE01EF).contains(value)
    }

    /// The Latin letter or digit that a character looks like.
    private static func letter(_ value: UInt32) -> UInt8? {
        switch value {
        case 0x1D400...0x1D6A3: return .ascii("a") + UInt8((value - 0x1D400) % 26)
        case 0x1D7CE...0x1D7FF: return .ascii("0") + UInt8((value - 0x1D7CE) % 10)
        case 0xFF10...0xFF19: return .ascii("0") + UInt8(value - 0xFF10)
        case 0xFF21...0xFF3A: return .ascii("a") + UInt8(value - 0xFF21)
        case 0xFF41...0xFF5A: return .ascii("a") + UInt8(value - 0xFF41)
        case 0x24B6...0x24E9: return .ascii("a") + UInt8((value - 0x24B6) % 26)
        case 0xA0, 0x2000...0x200A, 0x202F, 0x3000: return .space
        case 0x2010...0x2015, 0x2212: return .hyphen
        case 0x2018, 0x2019, 0x2BC: return .ascii("'")
        default: return likenesses[value]
        }
    }

    private static let likenesses: [UInt32: UInt8] = {
        let rows: [(letter: Unicode.Scalar, likenesses: String)] = [
            ("a", "àáâãäåāăąǎȁȃạảấầậắằặАаΑαɑ"), ("b", "ВЬвьΒβƅ"), ("c", "çćĉċčСсϲℂ"), ("d", "ďđԁɗḍ"),
            ("e", "èéêëēĕėęěẹẻẽếềệЕеЁёΕεє"), ("f", "ƒϝ"), ("g", "ĝğġģɡԍ"), ("h", "ĥħНнҺһΗ"),
            ("i", "ìíîïĩīĭįıіІїЇΙιɩị"), ("j", "ĵјЈ"), ("k", "ķКкΚκ"), ("l", "ĺļľŀłӏⅼ|"), ("m", "МмΜｍ"),
            ("n", "ñńņňŉПпΝηո"), ("o", "òóôõöøōŏőОоΟοσօọỏốồộơờớ"), ("p", "РрΡρ"), ("q", "ԛ"), ("r", "ŕŗřг"),
            ("s", "śŝşšșЅѕ"), ("t", "ţťŧțТтΤτ"), ("u", "ùúûüũūŭůűųυսụủưừứ"), ("v", "νѵ"), ("w", "ŵԝѡ"),
            ("x", "ХхΧχ"), ("y", "ýÿŷУуΥγỳỹ"), ("z", "źżžΖᴢ"),
        ]
        var table: [UInt32: UInt8] = [:]
        for row in rows {
            for scalar in row.likenesses.unicodeScalars where scalar.value >= 0x80 {
                table[scalar.value] = UInt8(ascii: row.letter)
            }
        }
        return table
    }()

    /// A folded name with digits and pairs of letters as what they are taken for: `paypa1` and `rnicrosoft`.
    static func skeleton(_ folded: some Collection<UInt8>) -> [UInt8] {
        var result: [UInt8] = []
        for byte in folded {
            switch byte {
            case .ascii("0"): result.append(.ascii("o"))
            case .ascii("1"), .ascii("i"), .ascii("!"), .ascii("|"): result.append(.ascii("l"))
            case .ascii("3"): result.append(.ascii("e"))
            case .ascii("4"), .at: result.append(.ascii("a"))
            case .ascii("5"), .ascii("$"): result.append(.ascii("s"))
            case .ascii("n") where result.last == .ascii("r"): result[result.count - 1] = .ascii("m")
            case .ascii("v") where result.last == .ascii("v"): result[result.count - 1] = .ascii("w")
            case .hyphen, .dot, .ascii("_"), .space: continue
            default: result.append(byte)
            }
        }
        return result
    }

    /// Whether one letter more, less, other or changed for its neighbour makes one name of the other.
    static func differByOne(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        guard left != right, abs(left.count - right.count) <= 1 else { return false }
        var start = 0
        while start < min(left.count, right.count), left[start] == right[start] { start += 1 }
        var (leftEnd, rightEnd) = (left.count, right.count)
        while leftEnd > start, rightEnd > start, left[leftEnd - 1] == right[rightEnd - 1] {
            leftEnd -= 1
            rightEnd -= 1
        }
        let (leftRest, rightRest) = (leftEnd - start, rightEnd - start)
        if leftRest <= 1, rightRest <= 1 { return true }
        return leftRest == 2 && rightRest == 2 && left[start] == right[start + 1] && left[start + 1] == right[start]
    }

    /// Scripts that have letters that can be taken for Latin ones.
    private enum Script { case latin, cyrillic, greek, other }

    private static func script(_ value: UInt32) -> Script? {
        switch value {
        case 0x41...0x5A, 0x61...0x7A, 0xC0...0x24F: .latin
        case 0x400...0x52F: .cyrillic
        case 0x370...0x3FF: .greek
        case 0x500...0x2FFF: .other
        default: nil
        }
    }

    /// Whether `word` has Latin letters beside Cyrillic or Greek ones.
    static func isMixed(_ word: some Sequence<Unicode.Scalar>) -> Bool {
        var (latin, others) = (0, 0)
        for scalar in word {
            switch script(scalar.value) {
            case .latin: latin += 1
            // The micro sign's neighbours: a single Greek letter is a symbol.
            case .cyrillic, .greek: others += 1
            case .other, nil: break
            }
        }
        return latin >= 2 && others >= 1 && latin + others >= 4
    }

    /// The first word of `text`, in UTF-8, that mixes scripts.
    static func mixedWord(in text: Bytes) -> [UInt8]? {
        guard text.contains(where: { (0xCD...0xD4).contains($0) }),
            let whole = String(validating: text.array, as: UTF8.self)
        else { return nil }
        for word in whole.split(whereSeparator: { !$0.isLetter }) where isMixed(word.unicodeScalars) {
            return Array(word.utf8)
        }
        return nil
    }

    /// Whether a label of a domain is an A-label that mixes scripts, or that Latin letters could be taken for.
    static func isDeceptive(label: Substring) -> Bool {
        guard label.hasPrefix("xn--"), let scalars = Punycode.scalars(of: Bytes(label)) else { return false }
        if isMixed(scalars) { return true }
        // All of one foreign script, and all of it could be Latin (UTS #39 §4.2).
        guard scalars.contains(where: { script($0.value) == .cyrillic || script($0.value) == .greek }) else {
            return false
        }
        var text = ""
        text.unicodeScalars.append(contentsOf: scalars)
        return !folded(text.utf8).contains(.ascii("?"))
    }

    /// Whether a label looks as if drawn by lot: long runs of consonants, or letters and digits that take turns.
    static func isRandom(label: some Collection<UInt8>) -> Bool {
        guard (8...63).contains(label.count), !label.starts(with: Array("xn--".utf8)) else { return false }
        var (run, longest, turns, digits, vowels, letters) = (0, 0, 0, 0, 0, 0)
        var wasDigit: Bool?
        for byte in label {
            let lower = byte.lowercased
            if lower.isDigit { digits += 1 }
            if lower.isLetter { letters += 1 }
            if lower.isAlphanumeric {
                if let wasDigit, wasDigit != lower.isDigit { turns += 1 }
                wasDigit = lower.isDigit
            }
            let isVowel = [.ascii("a"), .ascii("e"), .ascii("i"), .ascii("o"), .ascii("u"), .ascii("y")].contains(lower)
            if isVowel { vowels += 1 }
            run = lower.isLetter && !isVowel ? run + 1 : 0
            longest = max(longest, run)
        }
        return longest >= 6 || (turns >= 4 && digits >= 3) || (letters >= 8 && vowels * 6 < letters)
    }
}

/// A-labels as people see them.
enum Punycoded {
    /// The text of an A-label; nil where it is none.
    static func text(of label: [UInt8]) -> String? {
        guard let scalars = Punycode.scalars(of: Bytes(label)) else { return nil }
        var text = ""
        text.unicodeScalars.append(contentsOf: scalars)
        return text
    }
}
