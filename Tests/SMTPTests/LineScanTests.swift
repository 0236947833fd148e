import Testing
import Values

@testable import SMTP

/// Scans that look at eight bytes at a time see what looking at one sees.
@Suite struct LineScanTests {
    private static let odd: [UInt8] = [0, 1, 9, 10, 11, 13, 14, 0x1F, 0x20, 0x2E, 0x7F, 0x80, 0x8A, 0x8D, 0xFF]

    @Test(arguments: odd)
    func eachByteIsSeenAtEachPlace(byte: UInt8) {
        for count in 1...20 {
            for place in 0..<count {
                for filler in LineScanTests.odd where ![0, 10, 13].contains(filler) {
                    var bytes = [UInt8](repeating: filler, count: count)
                    bytes[place] = byte
                    let expected = [0, 10, 13].contains(byte) ? place : count
                    #expect(Bytes(bytes).firstLineControl(from: 0) == expected, "\(bytes)")
                }
            }
        }
    }

    @Test func scanningGoesOnBehindWhatWasFound() {
        let bytes = Bytes(Array("one\r\ntwo\tthree\nfour\0five".utf8))
        var found: [Int] = []
        var position = 0
        while position < bytes.count {
            position = bytes.firstLineControl(from: position)
            found.append(position)
            position += 1
        }
        #expect(found == [3, 4, 14, 19, 24])
    }

    @Test(arguments: [
        ("", ".\r\n"), ("a", "a\r\n.\r\n"), ("a\r\n", "a\r\n.\r\n"), (".", "..\r\n.\r\n"), ("..\r\n", "...\r\n.\r\n"),
        ("a\r\n.\r\n.b\r\n\r\n", "a\r\n..\r\n..b\r\n\r\n.\r\n"), ("a\n.b\n", "a\r\n..b\r\n.\r\n"), ("\n", "\r\n.\r\n"),
        ("\n\n.", "\r\n\r\n..\r\n.\r\n"), ("a\r", "a\r\r\n.\r\n"), ("a.\r\nb.c\r\n", "a.\r\nb.c\r\n.\r\n"),
    ])
    func dotsAreStuffed(message: String, wire: String) {
        #expect(DotStuffing.wire(Bytes(Array(message.utf8))).array == Array(wire.utf8))
    }
}
