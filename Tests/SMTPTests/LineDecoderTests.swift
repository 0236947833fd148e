import SMTP
import Testing
import Values

@Suite struct LineDecoderTests {
    /// A stream, and its lines under both disciplines: `content{defects}`, `!` where too long.
    @Test(arguments: [
        ("a\r\nb\r\n", "a|b", "a|b"),
        ("\r\n\r\n", "|", "|"),
        ("a\nb\r\n", "a\nb{bare-lf}", "a{bare-lf}|b"),
        ("a\rb\r\n", "a\rb{bare-cr}", "a{bare-cr}|b"),
        ("a\r\r\n", "a\r{bare-cr}", "a{bare-cr}|"),
        ("a\n\r\n", "a\n{bare-lf}", "a{bare-lf}|"),
        ("a\u{0}b\r\n", "a\u{0}b{nul}", "ab{nul}"),
        ("a\r\u{0}\n\r\n", "a\r\u{0}\n{bare-cr,bare-lf,nul}", "a{bare-cr}|{bare-lf,nul}|"),
        ("rest", "", ""),
    ])
    func lines(stream: String, rejecting: String, normalising: String) {
        for size in 1...max(1, stream.utf8.count) {
            #expect(read(Bytes(stream), .reject, size) == rejecting, "pieces of \(size)")
            #expect(read(Bytes(stream), .normalise, size) == normalising, "pieces of \(size)")
        }
    }

    @Test func limits() {
        func line(_ prefix: String, _ total: Int) -> String {
            prefix + String(repeating: "x", count: total - prefix.utf8.count - 2) + "\r\n"
        }
        func isTooLong(_ text: String, by size: Int) -> Bool {
            var decoder = LineDecoder(discipline: .reject)
            for chunk in chunks(Bytes(text), size) {
                var position = 0
                if let line = decoder.next(in: chunk, from: &position) { return line.isTooLong }
            }
            return false
        }
        for size in [1, 3, 100, 20_000] {
            #expect(!isTooLong(line("MAIL ", 2048), by: size))
            #expect(isTooLong(line("MAIL ", 2049), by: size))
            #expect(!isTooLong(line("auth PLAIN ", 12288), by: size))
            #expect(isTooLong(line("AUTH PLAIN ", 12289), by: size))
        }
    }

    @Test func anEndlessLineIsHeldToItsLimit() {
        var decoder = LineDecoder(discipline: .reject)
        let chunk = Bytes([UInt8](repeating: 0x41, count: 65_536))
        for _ in 0..<160 {
            var position = 0
            #expect(decoder.next(in: chunk, from: &position) == nil)
            #expect(position == chunk.count)
        }
        var position = 0
        let line = decoder.next(in: Bytes("\r\nNOOP\r\n"), from: &position)
        #expect(line?.isTooLong == true)
        #expect(line?.content.count == 2046)
        #expect(position == 2)
    }

    private func read(_ stream: Bytes, _ discipline: LineDiscipline, _ size: Int) -> String {
        var decoder = LineDecoder(discipline: discipline)
        var lines: [String] = []
        for chunk in chunks(stream, size) {
            var position = 0
            while let line = decoder.next(in: chunk, from: &position) {
                let defects = line.defects.isEmpty ? "" : "{\(line.defects.names.joined(separator: ","))}"
                lines.append(line.content.lossyString + defects + (line.isTooLong ? "!" : ""))
            }
        }
        return lines.joined(separator: "|")
    }
}
