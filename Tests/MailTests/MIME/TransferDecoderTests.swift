import Mail
import Testing
import Values

@Suite struct TransferDecoderTests {
    @Test(arguments: [
        ("", "", []), ("Zg==", "f", []), ("Zm8=", "fo", []), ("Zm9v", "foo", []), ("Zm9vYg==", "foob", []),
        ("Zm9v\r\nYmFy\r\n", "foobar", []), (" Z m\t9 v ", "foo", []), ("Zg", "f", ["truncated"]),
        ("Zm9vY", "foo", ["truncated"]), ("Z=", "", ["truncated"]), ("Zg==Zm9v", "ffoo", ["data-after-padding"]),
        ("Zg==\nZm8=", "ffo", ["data-after-padding"]), ("Zm9v!", "foo", ["illegal-character"]),
        ("Z-m9v", "foo", ["illegal-character"]), ("====", "", []), ("*", "", ["illegal-character"]),
    ]) func base64(encoded: String, decoded: String, defects: [String]) {
        let got = Base64Decoder.decode(Bytes(encoded))
        #expect(String(decoding: got.bytes, as: UTF8.self) == decoded)
        #expect(got.defects.names == defects)
    }

    @Test(arguments: [
        ("a=3Db", "a=b", []), ("a=3db", "a=b", []), ("soft=\r\nbreak", "softbreak", []),
        ("soft=  \nbreak", "softbreak", []),
        ("trailing \t\r\nspace", "trailing\r\nspace", []), ("a=20\r\nb", "a \r\nb", []), ("end=", "end", []),
        ("=4", "=4", ["illegal-escape"]), ("a=ZZb", "a=ZZb", ["illegal-escape"]), ("a==3D", "a==", ["illegal-escape"]),
        ("=41", "A", []), ("é", "é", ["eight-bit"]), ("\n\n", "\n\n", []), ("", "", []), ("=", "", []),
    ]) func quotedPrintable(encoded: String, decoded: String, defects: [String]) {
        let got = QuotedPrintableDecoder.decode(Bytes(encoded))
        #expect(String(decoding: got.bytes, as: UTF8.self) == decoded)
        #expect(got.defects.names == defects)
    }

    @Test(arguments: 0..<64) func roundTrips(seed: UInt64) {
        var generator = SplitMix(state: seed)
        let bytes = (0..<Int(generator.next() % 700)).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
        let base64 = Base64Decoder.decode(Bytes(TransferDecoderTests.encodeBase64(bytes)))
        #expect(base64.bytes == bytes)
        #expect(base64.defects.isEmpty)
        let quoted = QuotedPrintableDecoder.decode(Bytes(TransferDecoderTests.encodeQuotedPrintable(bytes)))
        #expect(quoted.bytes == bytes)
        #expect(quoted.defects.isEmpty)
    }

    /// Base64 in lines of 76 characters.
    static func encodeBase64(_ bytes: [UInt8]) -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
        var text = ""
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            let bits = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
            for digit in 0..<4 {
                text.append(digit <= group.count ? alphabet[bits >> (18 - 6 * digit) & 63] : "=")
            }
            if start % 57 == 54 { text += "\r\n" }
        }
        return text
    }

    /// Quoted-printable with every byte but letters escaped and a soft break after every tenth.
    static func encodeQuotedPrintable(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789ABCDEF")
        var text = ""
        for (offset, byte) in bytes.enumerated() {
            text += byte.isLetter ? String(UnicodeScalar(byte)) : "=\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
            if offset % 10 == 9 { text += "=\r\n" }
        }
        return text
    }
}

/// A generator of the same numbers every time (SplitMix64).
struct SplitMix {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}
