import Values

/// Splits text in UTF-8 into words and pairs of words.
///
/// Case is folded and each digit is a 0, so that no date or number is a word of its own; names of days and months are
/// passed over. A character of a script written without spaces is a word. What a reader does not see, as a zero-width
/// space, does not part a word. Time is linear.
struct TextTokenizer {
    /// What the tokens of a text become.
    struct Kinds {
        var word: FeatureKind
        var pair: FeatureKind
        static let body = Kinds(word: .word, pair: .pair)
        static let subject = Kinds(word: .subject, pair: .subjectPair)
    }

    /// How the text is written, counted as far as it was read.
    struct Tally {
        var tokens = 0
        var letters = 0
        var capitals = 0
        var invisible = 0
        var exclamations = 0
        var wide = 0
        var eightBit = 0
        var longWords = 0
        var singles = 0
        var mixed = 0
        var quotedLines = 0
    }

    private struct Word {
        var hash: UInt64
        var range: Range<Int>
    }

    private let kinds: Kinds
    private let tokenLimit: Int
    private(set) var tally = Tally()
    /// The words before, the last one first; the window of five that pairs are made in.
    private var window: (Word?, Word?, Word?, Word?) = (nil, nil, nil, nil)

    init(_ kinds: Kinds, tokenLimit: Int) { (self.kinds, self.tokenLimit) = (kinds, tokenLimit) }

    /// What the bytes are: 0 part words, 1 letters, 2 digits, 3 capitals, 4 signs that are words, 5 bytes above 127.
    private static let classes: [UInt8] = (0...255).map { (byte: Int) -> UInt8 in
        let byte = UInt8(byte)
        switch byte {
        case 0x61...0x7A: return 1
        case 0x30...0x39: return 2
        case 0x41...0x5A: return 3
        case .ascii("$"), .ascii("%"): return 1
        case .ascii("!"): return 4
        case 0x80...: return 5
        default: return 0
        }
    }

    /// Days and months, which tell when a message was sent and not what it is.
    private static let calendar: Set<UInt64> = Set(
        [
            "mon", "tue", "wed", "thu", "fri", "sat", "sun", "monday", "tuesday", "wednesday", "thursday", "friday",
            "saturday", "sunday", "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec",
            "january", "february", "march", "april", "june", "july", "august", "september", "october", "november",
            "december", "am", "pm", "gmt", "utc", "est", "edt", "pst", "pdt", "cet", "cest",
        ].map { FeatureHash.of($0) })

    /// Reads `text`. Addresses of links in it are passed to `addresses`.
    mutating func read(_ text: [UInt8], into collector: inout FeatureCollector, addresses: inout AddressFeatures) {
        collector.begin(text)
        let classes = TextTokenizer.classes
        let end = text.count
        var position = 0
        var start = 0
        var (hash, letters, digits, capitals, length) = (FeatureHash.basis, 0, 0, 0, 0)
        while position < end {
            let byte = text[position]
            switch classes[Int(byte)] {
            case 1:
                hash = (hash ^ UInt64(byte)) &* FeatureHash.prime
                letters += 1
            case 3:
                hash = (hash ^ UInt64(byte | 0x20)) &* FeatureHash.prime
                letters += 1
                capitals += 1
            case 2:
                hash = (hash ^ 0x30) &* FeatureHash.prime
                digits += 1
            case 5:
                let (size, meaning) = TextTokenizer.character(text, at: position)
                switch meaning {
                case .invisible:
                    tally.invisible += 1
                    position += size
                    continue
                case .separator:
                    break
                case .letter:
                    for offset in position..<position + size {
                        hash = (hash ^ UInt64(text[offset])) &* FeatureHash.prime
                    }
                    letters += 1
                    tally.eightBit += 1
                    position += size
                    continue
                case .word:
                    if letters + digits > 0 {
                        finish(hash, start..<position, letters, digits, capitals, &collector)
                    }
                    var own = FeatureHash.basis
                    for offset in position..<position + size {
                        own = (own ^ UInt64(text[offset])) &* FeatureHash.prime
                    }
                    tally.wide += 1
                    emit(own, position..<position + size, &collector)
                    (hash, letters, digits, capitals) = (FeatureHash.basis, 0, 0, 0)
                    position += size
                    start = position
                    if tally.tokens >= tokenLimit { return }
                    continue
                }
                length = size
            default:
                length = 1
            }
            if length == 0 {
                position += 1
                continue
            }
            // Something that parts words.
            if letters + digits > 0 {
                if byte == .colon, letters == position - start, letters == 4 || letters == 5,
                    TextTokenizer.isWebScheme(text, start..<position)
                {
                    let stop = AddressFeatures.end(of: text, from: position + 3)
                    addresses.add(text, start..<stop, role: .text, into: &collector)
                    position = stop
                    emit(TextTokenizer.link, start..<stop, &collector)
                } else if byte == .ascii("'"), position + 1 < end, text[position + 1].isLetter {
                    position += 1
                    length = 0
                    continue
                } else {
                    finish(hash, start..<position, letters, digits, capitals, &collector)
                    if tally.tokens >= tokenLimit { return }
                }
                (hash, letters, digits, capitals) = (FeatureHash.basis, 0, 0, 0)
            }
            if byte == .ascii("!") {
                tally.exclamations += 1
                emit(TextTokenizer.exclamation, position..<position + 1, &collector)
            } else if byte == .ascii(">"), position == 0 || text[position - 1] == .lf {
                tally.quotedLines += 1
            }
            position += max(length, 1)
            if position > end { position = end }
            length = 0
            start = position
        }
        if letters + digits > 0 { finish(hash, start..<end, letters, digits, capitals, &collector) }
    }

    /// Ends the sequence of words: what follows is no neighbour of what came before.
    mutating func breakOff() { window = (nil, nil, nil, nil) }

    private static let link = FeatureHash.of("\u{1}link")
    private static let exclamation = FeatureHash.of("!")
    private static let number = FeatureHash.of("\u{1}number")
    private static let long = FeatureHash.of("\u{1}long")

    private mutating func finish(
        _ hash: UInt64, _ range: Range<Int>, _ letters: Int, _ digits: Int, _ capitals: Int,
        _ collector: inout FeatureCollector
    ) {
        tally.letters += letters
        tally.capitals += capitals
        var hash = hash
        if letters == 0 {
            hash = TextTokenizer.number &+ UInt64(min(digits, 6))
        } else if letters + digits > 24 {
            tally.longWords += 1
            hash = TextTokenizer.long &+ UInt64(min((letters + digits) / 16, 8))
        } else if TextTokenizer.calendar.contains(hash) {
            return
        } else if digits > 0 {
            tally.mixed += 1
        }
        if letters + digits == 1 { tally.singles += 1 }
        emit(hash, range, &collector)
    }

    private mutating func emit(_ hash: UInt64, _ range: Range<Int>, _ collector: inout FeatureCollector) {
        tally.tokens += 1
        collector.add(kinds.word, word: hash, at: range)
        // Orthogonal sparse bigrams: the word with each of the four before it, the distance part of the feature.
        if let other = window.0 { pair(other, 1, hash, range, &collector) }
        if let other = window.1 { pair(other, 2, hash, range, &collector) }
        if let other = window.2 { pair(other, 3, hash, range, &collector) }
        if let other = window.3 { pair(other, 4, hash, range, &collector) }
        window = (Word(hash: hash, range: range), window.0, window.1, window.2)
    }

    @inline(__always)
    private func pair(
        _ other: Word, _ distance: UInt64, _ hash: UInt64, _ range: Range<Int>, _ collector: inout FeatureCollector
    ) {
        let combined = (other.hash &* (2 &* distance &+ 1)) ^ (hash &+ (distance &<< 56))
        collector.add(kinds.pair, pair: combined, other.range, range, distance: Int(distance))
    }

    private enum Meaning {
        case letter
        case word
        case separator
        case invisible
    }

    /// How many bytes the character at `position` takes, and what it is to words.
    private static func character(_ text: [UInt8], at position: Int) -> (Int, Meaning) {
        let lead = text[position]
        let left = text.count - position
        switch lead {
        case 0xC2:
            guard left > 1 else { return (1, .separator) }
            // A soft hyphen is not seen within a line; the rest of the block are signs.
            return (2, text[position + 1] == 0xAD ? .invisible : .separator)
        case 0xC3...0xDF:
            return (min(2, left), .letter)
        case 0xE2:
            guard left > 2 else { return (left, .separator) }
            let (second, third) = (text[position + 1], text[position + 2])
            if second == 0x80, (0x8B...0x8F).contains(third) || (0xAA...0xAE).contains(third) { return (3, .invisible) }
            if second == 0x81, (0xA0...0xAF).contains(third) { return (3, .invisible) }
            // An apostrophe as typographers set it stays within its word.
            return (3, second <= 0x83 ? .separator : .word)
        case 0xE3...0xED:
            return (min(3, left), left > 2 ? .word : .separator)
        case 0xEF:
            guard left > 2 else { return (left, .separator) }
            if text[position + 1] == 0xBB, text[position + 2] == 0xBF { return (3, .invisible) }
            return (3, .word)
        case 0xE0...0xEF: return (min(3, left), .letter)
        case 0xF0...0xF4: return (min(4, left), .word)
        default: return (1, .separator)
        }
    }

    private static func isWebScheme(_ text: [UInt8], _ range: Range<Int>) -> Bool {
        guard range.upperBound + 2 < text.count, text[range.upperBound + 1] == .ascii("/"),
            text[range.upperBound + 2] == .ascii("/")
        else { return false }
        return text[range].lazy.map(\.lowercased).elementsEqual(range.count == 4 ? "http".utf8 : "https".utf8)
    }
}
