import Testing
import Values

/// The vector code against the rules written byte by byte, over texts that put each byte at each place of a block.
@Suite struct RawSpanCanonicalTests {
    /// RFC 6376 §3.4.3 and §3.4.4 for text that does not end with a line end.
    private static func lines(_ text: [UInt8], isRelaxed: Bool) -> [UInt8] {
        var result: [UInt8] = []
        var place = 0
        while place < text.count {
            var end = place
            while isRelaxed, end < text.count, text[end].isWhitespace { end += 1 }
            if end > place {
                let isLineEnd = text[end...].starts(with: [.lf]) || text[end...].starts(with: [.cr, .lf])
                if end < text.count, !isLineEnd { result.append(.space) }
                place = end
                continue
            }
            if text[place] == .lf {
                if place == 0 || text[place - 1] != .cr { result.append(.cr) }
            }
            result.append(text[place])
            place += 1
        }
        return result
    }

    /// RFC 6376 §3.4.2.
    private static func field(_ text: [UInt8]) -> [UInt8] {
        guard let colon = text.firstIndex(of: .colon) else {
            return text.filter { !$0.isWhitespace }.map(\.lowercased)
        }
        var result = text[..<colon].filter { !$0.isWhitespace }.map(\.lowercased) + [.colon]
        var isAfterSpace = false
        for place in text.indices where place > colon {
            let isFold = text[place] == .lf || text[place...].starts(with: [.cr, .lf])
            if isFold || text[place].isWhitespace {
                isAfterSpace = true
                continue
            }
            if isAfterSpace, result.last != .colon || result.count > colonCount(text) { result.append(.space) }
            isAfterSpace = false
            result.append(text[place])
        }
        return result
    }

    /// How long name and colon are in relaxed form.
    private static func colonCount(_ text: [UInt8]) -> Int {
        text.prefix { $0 != .colon }.count { !$0.isWhitespace } + 1
    }

    private static let texts: [[UInt8]] = {
        var texts: [[UInt8]] = [[], Array("a".utf8), Array(":".utf8), Array("Subject :".utf8)]
        let pieces = [" ", "\t", "\n", "\r\n", "\r", "  ", " \n", " \r\n", "\t \r", "\n\n", " \u{1}", " \r \n \t\r\n"]
        for piece in pieces {
            for lead in 0...70 {
                for tail in [0, 1, 31, 32, 33] {
                    let text = String(repeating: "x", count: lead) + piece + String(repeating: "Y", count: tail)
                    texts.append(Array(text.utf8))
                    texts.append(Array(("A\tb:" + text + piece + text).utf8))
                }
            }
        }
        // A number that repeats every 65,521 steps stands in for chance.
        var seed = 17
        let alphabet = Array("ab  \t\n\r:Z".utf8)
        for length in 0..<600 {
            texts.append(
                (0..<length * 30).map { _ in
                    seed = seed * 17364 % 65521
                    return alphabet[seed % 29 % alphabet.count]
                })
        }
        return texts
    }()

    @Test(arguments: [false, true]) func linesAreAsTheRulesHaveThem(isRelaxed: Bool) {
        for text in RawSpanCanonicalTests.texts {
            var made: [UInt8] = []
            Bytes(text).withSpan { span in
                var place = 0
                while place < span.byteCount {
                    let before = place
                    made += span.canonicalLines(from: &place, isRelaxed: isRelaxed)
                    #expect(place > before)
                    if place <= before { break }
                }
            }
            #expect(made == RawSpanCanonicalTests.lines(text, isRelaxed: isRelaxed), "\(Bytes(text))")
        }
    }

    @Test func fieldsAreAsTheRulesHaveThem() {
        for text in RawSpanCanonicalTests.texts {
            var made: [UInt8] = [1]
            Bytes(text).withSpan { $0.appendRelaxedField(to: &made) }
            #expect(made == [1] + RawSpanCanonicalTests.field(text), "\(Bytes(text))")
        }
    }
}
