import Testing
import Values

@testable import SMTP

/// Lines that are taken whole are read as they are byte by byte.
@Suite struct PlainLinesTests {
    private static let tokens: [[UInt8]] = [
        [.cr, .lf], [.cr, .lf], [.cr, .lf], [.cr, .lf], [.cr], [.lf], [.dot], [.cr, .lf, .dot], [0],
        [.cr, .lf, .dot, .cr], [.lf, .dot, .lf], [.cr, .lf, .dot, .dot], Array("a".utf8), Array("some text".utf8),
        Array("a line that is longer than what is looked at in one step".utf8),
    ]

    /// Texts of lines with something irregular here and there; the same ones each time.
    private static func texts(_ count: Int) -> [Bytes] {
        var number: UInt64 = 1
        func next(_ bound: Int) -> Int {
            number = number &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(number >> 33) % bound
        }
        return (0..<count).map { _ in
            var bytes: [UInt8] = []
            for _ in 0..<next(30) { bytes += tokens[next(next(3) == 0 ? tokens.count : 4 + next(2) * 11)] }
            return Bytes(bytes)
        }
    }

    @Test func theEndIsThatOfTheLastPlainLine() {
        var reached = 0
        for text in PlainLinesTests.texts(4000) {
            for start in 0...min(3, text.count) {
                let end = text.withSpan { $0.endOfPlainLines(from: start) }
                #expect(end == PlainLinesTests.plainEnd(text, start), "\(text.array) from \(start)")
                reached = max(reached, end - start)
            }
        }
        #expect(reached > 100)
    }

    /// The same line by line.
    private static func plainEnd(_ text: Bytes, _ start: Int) -> Int {
        var line = start
        while line < text.count, text[line] != .dot {
            guard let control = (line..<text.count).first(where: { [0, .cr, .lf].contains(text[$0]) }),
                text[control] == .cr, control + 1 < text.count, text[control + 1] == .lf
            else { break }
            line = control + 2
        }
        return line
    }

    @Test(arguments: [LineDiscipline.reject, .normalise])
    func dataIsReadAsByteByByte(discipline: LineDiscipline) {
        for text in PlainLinesTests.texts(4000) {
            var (whole, single) = (DataDecoder(discipline: discipline), DataDecoder(discipline: discipline))
            var (content, bytes): ([UInt8], [UInt8]) = ([], [])
            var position = 0
            let isEnded = whole.decode(text, from: &position, into: &content)
            var (end, isSingleEnded) = (0, false)
            while end < text.count, !isSingleEnded {
                var place = 0
                isSingleEnded = single.decode(text[end..<end + 1], from: &place, into: &bytes)
                end += place
            }
            #expect(isEnded == isSingleEnded && position == end && content == bytes, "\(text.array)")
            #expect(whole.defects == single.defects, "\(text.array)")
        }
    }

    @Test(arguments: [LineDiscipline.reject, .normalise])
    func chunksAreReadAsByteByByte(discipline: LineDiscipline) {
        for text in PlainLinesTests.texts(4000) {
            var (whole, single) = (DataDecoder(discipline: discipline), DataDecoder(discipline: discipline))
            var (content, bytes): ([UInt8], [UInt8]) = ([], [])
            whole.take(text, into: &content)
            for place in 0..<text.count { single.take(text[place..<place + 1], into: &bytes) }
            whole.finishChunks(into: &content)
            single.finishChunks(into: &bytes)
            #expect(content == bytes && whole.defects == single.defects, "\(text.array)")
        }
    }

    @Test func dotsAreStuffedAsLineByLine() {
        for text in PlainLinesTests.texts(4000) {
            var expected: [UInt8] = []
            for (place, byte) in text.enumerated() {
                if byte == .lf, place == 0 || text[place - 1] != .cr { expected.append(.cr) }
                if byte == .dot, place == 0 || text[place - 1] == .lf { expected.append(.dot) }
                expected.append(byte)
            }
            if let last = text.last, last != .lf { expected += [.cr, .lf] }
            #expect(DotStuffing.wire(text).array == expected + [.dot, .cr, .lf], "\(text.array)")
        }
    }
}
