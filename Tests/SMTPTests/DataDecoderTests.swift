import SMTP
import Testing
import Values

@Suite struct DataDecoderTests {
    /// Data with its end, the content under both disciplines, and the defects.
    @Test(arguments: [
        (".\r\n", "", "", ""),
        ("a\r\n.\r\n", "a\r\n", "a\r\n", ""),
        ("..a\r\n...\r\n.\r\n", ".a\r\n..\r\n", ".a\r\n..\r\n", ""),
        (".a\r\n.\r\n", "a\r\n", "a\r\n", ""),
        ("a.\r\n.\r\n", "a.\r\n", "a.\r\n", ""),
        ("..\r\n.\r\n", ".\r\n", ".\r\n", ""),
        ("\r\n.\r\n", "\r\n", "\r\n", ""),
        ("a\nb\r\n.\r\n", "a\nb\r\n", "a\r\nb\r\n", "bare-lf"),
        ("a\rb\r\n.\r\n", "a\rb\r\n", "a\r\nb\r\n", "bare-cr"),
        ("a\r\r\n.\r\n", "a\r\r\n", "a\r\n\r\n", "bare-cr"),
        ("a\u{0}b\r\n.\r\n", "a\u{0}b\r\n", "ab\r\n", "nul"),
        ("a\n.\nb\r\n.\r\n", "a\n.\nb\r\n", "a\r\n.\r\nb\r\n", "bare-lf,false-end-of-data"),
        ("a\n.\r\nb\r\n.\r\n", "a\n.\r\nb\r\n", "a\r\n.\r\nb\r\n", "bare-lf,false-end-of-data"),
        ("a\r\n.\rb\r\n.\r\n", "a\r\n\rb\r\n", "a\r\n\r\nb\r\n", "bare-cr,false-end-of-data"),
        ("a\r\n.\nb\r\n.\r\n", "a\r\n\nb\r\n", "a\r\n\r\nb\r\n", "bare-lf,false-end-of-data"),
        ("a\r\n.\r\r\n.\r\n", "a\r\n\r\r\n", "a\r\n\r\n\r\n", "bare-cr,false-end-of-data"),
        ("a\n.b\r\n.\r\n", "a\n.b\r\n", "a\r\n.b\r\n", "bare-lf"),
        ("a\n..\n\r\n.\r\n", "a\n..\n\r\n", "a\r\n..\r\n\r\n", "bare-lf"),
    ])
    func content(data: String, rejecting: String, normalising: String, defects: String) {
        for size in 1...data.utf8.count {
            for (discipline, expected) in [(LineDiscipline.reject, rejecting), (.normalise, normalising)] {
                let result = read(Bytes(data + "QUIT"), discipline, size)
                #expect(result?.content == expected, "pieces of \(size)")
                #expect(result?.defects == defects, "pieces of \(size)")
                #expect(result?.end == data.utf8.count)
            }
        }
    }

    /// Every string over the bytes that matter, up to seven long, against a reading of the RFC on the whole text.
    @Test func agreesWithAPlainReadingOnEveryShortInput() {
        let alphabet = Array("\r\n.\u{0}a".utf8)
        var wrong = 0
        for length in 0...7 {
            var total = 1
            for _ in 0..<length { total *= alphabet.count }
            for number in 0..<total {
                var rest = number
                var bytes: [UInt8] = []
                for _ in 0..<length {
                    bytes.append(alphabet[rest % alphabet.count])
                    rest /= alphabet.count
                }
                var decoder = DataDecoder(discipline: .reject)
                var content: [UInt8] = []
                var position = 0
                let ended = decoder.decode(Bytes(bytes), from: &position, into: &content)
                let expected = plainReading(bytes)
                if ended != (expected != nil) || expected.map({ $0.content != content || $0.end != position }) ?? false
                {
                    wrong += 1
                }
            }
        }
        #expect(wrong == 0)
    }

    /// RFC 5321 §4.1.1.4 and §4.5.2 read off the whole text: the first CRLF.CRLF, the CRLF of DATA counted, ends the
    /// data; a dot after a CRLF is removed.
    private func plainReading(_ bytes: [UInt8]) -> (content: [UInt8], end: Int)? {
        let text: [UInt8] = [.cr, .lf] + bytes
        var content: [UInt8] = []
        var index = 2
        while index < text.count {
            if text[index] == .dot, text[index - 1] == .lf, text[index - 2] == .cr {
                if text[index...].starts(with: [.dot, .cr, .lf]) { return (content, index + 1) }
            } else {
                content.append(text[index])
            }
            index += 1
        }
        return nil
    }

    private func read(
        _ data: Bytes, _ discipline: LineDiscipline, _ size: Int
    ) -> (content: String, defects: String, end: Int)? {
        var decoder = DataDecoder(discipline: discipline)
        var content: [UInt8] = []
        var before = 0
        for chunk in chunks(data, size) {
            var position = 0
            if decoder.decode(chunk, from: &position, into: &content) {
                let names = decoder.defects.names.joined(separator: ",")
                return (String(decoding: content, as: UTF8.self), names, before + position)
            }
            before += chunk.count
        }
        return nil
    }
}
