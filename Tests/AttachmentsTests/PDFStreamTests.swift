import Testing
import Values

@testable import Attachments

/// The filters of PDF streams, by examples of ISO 32000-2 and PNG.
@Suite struct PDFStreamTests {
    private static func unpack(_ names: [(String, Int?)], _ body: [UInt8], limit: Int = 1_000) -> [UInt8] {
        var stream = PDFStream()
        for (name, number) in names { stream.take(name, number: number) }
        return stream.unpacked(Bytes(body), limit: limit).content.array
    }

    @Test(arguments: [
        ("ASCIIHexDecode", Array("48 65 6C\r\n6c 6F 7> 41".utf8), Array("Hellop".utf8)),
        ("ASCII85Decode", Array("87cURD]i,\"Ebo80~>".utf8), Array("Hello World!".utf8)),
        ("A85", Array("z87c\nUR~>".utf8), [0, 0, 0, 0] + Array("Hell".utf8)),
        ("RunLengthDecode", [2, 0x61, 0x62, 0x63, 254, 0x78, 128, 0, 0x79], Array("abcxxx".utf8)),
        // §7.4.4.2, example 2.
        (
            "LZWDecode", [0x80, 0x0B, 0x60, 0x50, 0x22, 0x0C, 0x0C, 0x85, 0x01],
            [45, 45, 45, 45, 45, 65, 45, 45, 45, 66] as [UInt8]
        ),
        // Deflate's block without compression.
        ("Fl", [0x78, 1, 1, 2, 0, 0xFD, 0xFF, 0x68, 0x69], Array("hi".utf8)), ("Fl", [], []), ("Fl", [0x78], []),
        ("RL", [], []), ("LZW", [], []), ("A85", Array("!".utf8), []),
    ])
    func filters(name: String, body: [UInt8], expected: [UInt8]) {
        #expect(Self.unpack([(name, nil)], body) == expected)
    }

    @Test func filtersOneAfterAnother() {
        #expect(Self.unpack([("AHx", nil), ("RL", nil)], Array("FF 61 80>".utf8)) == Array("aa".utf8))
    }

    @Test(arguments: [
        // PNG §9.2: none, the average of left and above, Paeth's choice; rows of two.
        (12, 2, [0, 10, 20, 3, 1, 1, 4, 1, 1] as [UInt8], [10, 20, 6, 14, 7, 15] as [UInt8]),
        (12, 3, [2, 1, 2, 3, 2, 1, 1, 1], [1, 2, 3, 2, 3, 4]), (15, 3, [1, 1, 1, 1, 1, 5], [1, 2, 3, 5]),
        // TIFF's: each from the one before.
        (2, 3, [1, 1, 1, 5, 1], [1, 2, 3, 5, 6]), (1, 3, [1, 1], [1, 1]), (12, 0, [1, 1], [1, 1]), (12, 3, [], []),
    ])
    func predictors(predictor: Int, columns: Int, rows: [UInt8], expected: [UInt8]) {
        // One run of literals: its length, less one, and the bytes.
        let body = rows.isEmpty ? [] : [UInt8(rows.count - 1)] + rows
        #expect(Self.unpack([("RL", nil), ("Predictor", predictor), ("Columns", columns)], body) == expected)
    }

    @Test func whatIsBounded() {
        var stream = PDFStream()
        stream.take("RL", number: nil)
        let (content, work, isCut) = stream.unpacked(Bytes([129, 0x61, 129, 0x61]), limit: 100)
        #expect(content.count == 100 && work == 100 && isCut)
        for _ in 0..<20 { stream.take("RL", number: nil) }
        #expect(!stream.isReadable)
        var picture = PDFStream()
        picture.take("DCTDecode", number: nil)
        #expect(!picture.isReadable)
    }
}
