import Values

/// Reads the words of a text that stay the same when a message is sent out in many versions.
///
/// Passed over are numbers and words with digits, addresses and links, marks that nobody sees, quoted lines of earlier
/// mail, and what follows the line that begins a signature, a quoted message or the foot of a list.
struct WordReader {
    /// Hashes of the words, in their order.
    private(set) var words: [UInt64] = []
    /// Features of the text: words of four letters and more, and pairs of words that follow each other.
    private(set) var features: Set<UInt64> = []
    private let ignored: Set<UInt64>
    private let limit: Int
    private let readsAll: Bool
    private var previous: UInt64?

    /// The word that is being read.
    private var word = Hash.start
    private var letters = 0
    /// Words of what stands between two spaces, and whether it is something else than words.
    private var pending: [(hash: UInt64, letters: Int)] = []
    private var isMasked = false
    private var last: Unicode.Scalar = " "
    private var lastWasDot = false

    /// `ignored` are words that differ from copy to copy, such as recipients' names; `limit` is how many words are
    /// read. `readsAll` says that quoted lines and what follows the text are text too.
    init(ignoring ignored: Set<UInt64> = [], limit: Int, readsAll: Bool = false) {
        (self.ignored, self.limit, self.readsAll) = (ignored, limit, readsAll)
    }

    /// The hash by which a word is known.
    static func hashes(of text: String) -> Set<UInt64> {
        var reader = WordReader(limit: 64)
        reader.readLine(text.unicodeScalars[...])
        return Set(reader.words)
    }

    mutating func read(_ text: String) {
        var rest = text.unicodeScalars[...]
        var marks = 0
        while !rest.isEmpty, words.count < limit {
            let end = rest.firstIndex(of: "\n") ?? rest.endIndex
            let line = rest[..<end]
            rest = end == rest.endIndex ? rest[end...] : rest[rest.index(after: end)...]
            switch readsAll ? .text : Self.kind(of: line) {
            case .text: readLine(line)
            case .quoted: previous = nil
            case .mark where marks < 100:
                // A signature or the foot of a list is short; many a letter has such lines between its parts too.
                let end = rest.index(rest.startIndex, offsetBy: WordReader.longestFoot, limitedBy: rest.endIndex)
                if end == nil { return }
                marks += 1
            case .mark: readLine(line)
            case .end: return
            }
        }
    }

    private enum LineKind { case text, quoted, mark, end }

    /// Characters of what follows a text at the most.
    private static let longestFoot = 800

    private static func kind(of line: Substring.UnicodeScalarView) -> LineKind {
        let start = line.prefix(64).drop { $0 == " " || $0 == "\t" }
        if start.first == ">" || start.first == "|" { return .quoted }
        // RFC 3676 §4.3: the line that begins a signature; its space is often lost.
        if line.count <= 4, String(line).utf8.elementsEqual("-- ".utf8) || String(line).utf8.elementsEqual("--".utf8) {
            return .mark
        }
        if start.count >= 30, start.prefix(30).allSatisfy({ $0 == "_" }) { return .mark }
        let mark = String(start.prefix(24))
        return mark.hasPrefix("-----Original Message") || mark.hasPrefix("---------- Forwarded ") ? .end : .text
    }

    private mutating func readLine(_ line: Substring.UnicodeScalarView) {
        for scalar in line where words.count < limit { read(scalar) }
        endChunk()
    }

    private mutating func read(_ scalar: Unicode.Scalar) {
        let value = scalar.value
        if value < 0x80 {
            switch UInt8(truncatingIfNeeded: value) {
            case UInt8(ascii: "a")...UInt8(ascii: "z"): add(UInt8(truncatingIfNeeded: value))
            case UInt8(ascii: "A")...UInt8(ascii: "Z"): add(UInt8(truncatingIfNeeded: value | 0x20))
            case UInt8(ascii: "0")...UInt8(ascii: "9"), .at: isMasked = true
            case UInt8(ascii: "'"): break
            case UInt8(ascii: "/"):
                if last == ":" || last == "/" { isMasked = true }
                endWord()
            case 0...0x20: endChunk()
            default: endWord()
            }
            lastWasDot = scalar == "." && last.properties.isAlphabetic
            last = scalar
            return
        }
        // Marks that nobody sees tear words apart: soft hyphens, joiners, direction marks (UAX 44, Default_Ignorable).
        if scalar.properties.isDefaultIgnorableCodePoint || scalar.properties.generalCategory == .nonspacingMark {
            return
        }
        defer {
            lastWasDot = false
            last = scalar
        }
        if WordReader.isWordByItself(value) {
            endWord()
            pending.append((Hash.adding(UInt64(value), to: Hash.start), 4))
        } else if scalar.properties.isAlphabetic {
            if lastWasDot { isMasked = true }
            for lower in scalar.properties.lowercaseMapping.utf8 { word = Hash.adding(lower, to: word) }
            letters += 1
        } else if scalar.properties.isWhitespace {
            endChunk()
        } else if scalar.properties.numericType != nil {
            isMasked = true
        } else {
            endWord()
        }
        if pending.count > 256 { endChunk() }
    }

    private mutating func add(_ letter: UInt8) {
        // A name of a host or a file, not the end of a sentence.
        if lastWasDot { isMasked = true }
        word = Hash.adding(letter, to: word)
        letters += 1
    }

    private mutating func endWord() {
        guard letters > 0 else { return }
        if letters <= 40 { pending.append((word, letters)) }
        (word, letters) = (Hash.start, 0)
    }

    private mutating func endChunk() {
        endWord()
        defer {
            pending.removeAll(keepingCapacity: true)
            isMasked = false
            lastWasDot = false
            last = " "
        }
        guard !isMasked else { return }
        for (hash, letters) in pending where letters >= 3 {
            let hash = Hash.mixed(hash)
            guard !ignored.contains(hash) else { continue }
            words.append(hash)
            if letters >= 4 { features.insert(hash) }
            if let previous { features.insert(Hash.adding(hash, to: previous)) }
            previous = hash
        }
    }

    /// Whether a character is written without spaces around its words: Thai, Lao and Khmer, kana, Han and Hangul.
    private static func isWordByItself(_ value: UInt32) -> Bool {
        switch value {
        case 0x0E00...0x0EFF, 0x1780...0x17FF, 0x3040...0x30FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xAC00...0xD7AF,
            0xF900...0xFAFF, 0x20000...0x3FFFF:
            true
        default: false
        }
    }
}
