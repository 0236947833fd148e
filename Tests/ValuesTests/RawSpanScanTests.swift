import Testing
import Values

/// The vector searches against the plain definition of what they find, at every alignment and length around their block
/// sizes, over bytes that match often.
@Suite struct RawSpanScanTests {
    /// Deterministic bytes drawn from `alphabet`.
    private static func bytes(_ count: Int, from alphabet: String, seed: UInt64) -> [UInt8] {
        let alphabet = Array(alphabet.utf8)
        var state = seed &* 2_862_933_555_777_941_757 &+ 3_037_000_493
        return (0..<count).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return alphabet[Int(state >> 33) % alphabet.count]
        }
    }

    private static func first(_ needle: [UInt8], in text: [UInt8], from start: Int) -> Int? {
        guard start + needle.count <= text.count else { return nil }
        return (start...text.count - needle.count).first { text[$0..<$0 + needle.count].elementsEqual(needle) }
    }

    @Test(arguments: [
        ("ab", ["ab", "aa", "aba", "abab", "bbbbbbb", "aaaaaaaaaaaaaaaa", "abababababababababab"]),
        ("From\n>", ["From", "\nF", "o"]),
    ])
    func findsANeedleWhereItIs(_ alphabet: String, _ needles: [String]) {
        for count in 0..<130 {
            let text = RawSpanScanTests.bytes(count, from: alphabet, seed: UInt64(count))
            for needle in needles.map({ Array($0.utf8) }) {
                for start in stride(from: 0, through: count, by: 7) {
                    let expected = RawSpanScanTests.first(needle, in: text, from: start)
                    unsafe #expect(text.span.bytes.firstIndex(of: needle, from: start) == expected)
                }
            }
        }
    }

    @Test func findsTheEnvelopeLineAtEveryOffset() {
        for offset in 0..<80 {
            var text = [UInt8](repeating: .ascii("F"), count: 100)
            text.replaceSubrange(offset..<offset + 5, with: "From ".utf8)
            unsafe #expect(text.span.bytes.firstIndex(of: "From ") == offset)
            unsafe #expect(text.span.bytes.firstIndex(of: "From ", from: offset + 1) == nil)
        }
    }

    @Test(arguments: [0, 1, 15, 16, 17, 64, 4079, 4080, 4081, 9000])
    func takesTheCensus(_ count: Int) {
        for alphabet in ["abc", "ab\r\n", "a\0", "aé", "\r"] {
            let text = RawSpanScanTests.bytes(count, from: alphabet, seed: 7)
            let census = unsafe text.span.bytes.census
            #expect(census.carriageReturns == text.count { $0 == .cr })
            #expect(census.hasNUL == text.contains(0))
            #expect(census.hasEightBit == text.contains { $0 > 127 })
            unsafe #expect(text.span.bytes.containsEightBit == census.hasEightBit)
        }
    }

    @Test func endsAFieldNameAtTheFirstByteThatIsNone() {
        for byte in UInt8.min...UInt8.max {
            let isPart = byte > 0x20 && byte != .colon && byte != 0x7F
            for count in [1, 5, 15, 16, 17, 40] {
                for offset in [0, count / 2, count - 1] {
                    var text = [UInt8](repeating: .ascii("x"), count: count)
                    text[offset] = byte
                    unsafe #expect(text.span.bytes.endOfFieldName(in: 0..<count) == (isPart ? count : offset))
                    unsafe #expect(text.span.bytes.endOfFieldName(in: 0..<offset) == offset)
                }
            }
        }
    }

    @Test(arguments: ["a\n", "csx:\n", "cSX::\r\n", "ab\nC:", "\n\r-s"])
    func findsTheNextLineOfThreeKinds(_ alphabet: String) {
        let names: [(UInt8, Int)] = [(.ascii("c"), 4), (.ascii("s"), 2), (.ascii("x"), 3)]
        let shapes = FieldShapes("Code", "So", "Xed")
        for count in 0..<90 {
            let text = RawSpanScanTests.bytes(count, from: alphabet, seed: UInt64(count))
            func isWanted(_ line: Int) -> Bool {
                guard text[line - 1] == .lf else { return false }
                return text[line] == .lf || text[line] == .cr
                    || names.contains { initial, length in
                        text[line] | 0x20 == initial && line + length < count && text[line + length] == .colon
                    }
            }
            for start in 0..<count {
                let expected = (start + 1..<max(count, start + 1)).first(where: isWanted)
                unsafe #expect(text.span.bytes.nextLine(after: start, emptyOrNamedLike: shapes) == expected)
            }
        }
    }
}
