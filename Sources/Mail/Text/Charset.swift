import Values

/// Conversion of text in any charset that mail uses to Unicode.
///
/// Labels are read as browsers read them (the WHATWG Encoding Standard), which is what senders have come to rely on:
/// `iso-8859-1` is windows-1252, `gb2312` is GB 18030, `ks_c_5601-1987` is code page 949.
public enum Charset {
    /// How a charset is converted.
    enum Conversion: Hashable {
        case ascii
        case utf8
        case windows1252
        /// UTF-16 whose byte order mark decides, big-endian without one (RFC 2781 §4.3).
        case utf16
        /// HZ, RFC 1843.
        case hz
        /// Another charset under iconv's name for it, with the size of the units damage is skipped by.
        case converted(String, unit: Int)
    }

    /// `bytes` as text. Each ill-formed sequence becomes U+FFFD and sets `isDamaged`, as do bytes above 127 in
    /// US-ASCII and an unknown label: those are read as UTF-8 when they are valid UTF-8, else as windows-1252.
    public static func decode(_ bytes: Bytes, charset label: String) -> (text: String, isDamaged: Bool) {
        guard let conversion = conversion(for: label) else { return (decodeUnlabelled(bytes).text, true) }
        switch conversion {
        case .ascii: return decodeUnlabelled(bytes)
        case .utf8: return decodeUTF8(bytes)
        case .windows1252: return (decodeWindows1252(bytes), false)
        case .utf16:
            let mark = bytes.prefix(2)
            let isLittle = mark.elementsEqual([0xFF, 0xFE])
            let hasMark = isLittle || mark.elementsEqual([0xFE, 0xFF])
            let body = hasMark ? bytes[2..<bytes.count] : bytes
            return convert(body, from: isLittle ? "UTF-16LE" : "UTF-16BE", unit: 2)
        case .hz: return convert(eightBitForm(ofHZ: bytes), from: "GB18030", unit: 1)
        case .converted(let name, let unit): return convert(bytes, from: name, unit: unit)
        }
    }

    /// Whether `label` names a charset that can be converted.
    public static func isKnown(_ label: String) -> Bool { conversion(for: label) != nil }

    /// Text that carries no usable label: US-ASCII; with bytes above 127, UTF-8 when valid, else windows-1252.
    static func decodeUnlabelled(_ bytes: Bytes) -> (text: String, isDamaged: Bool) {
        let array = bytes.array
        guard unsafe array.span.bytes.containsEightBit else { return (String(decoding: array, as: UTF8.self), false) }
        if let text = String(validating: array, as: UTF8.self) { return (text, true) }
        return (decodeWindows1252(bytes), true)
    }

    private static func decodeUTF8(_ bytes: Bytes) -> (text: String, isDamaged: Bool) {
        let hasMark = bytes.prefix(3).elementsEqual([0xEF, 0xBB, 0xBF])
        let array = hasMark ? Array(bytes[3..<bytes.count]) : bytes.array
        if let text = String(validating: array, as: UTF8.self) { return (text, false) }
        return (String(decoding: array, as: UTF8.self), true)
    }

    /// What windows-1252 has at 0x80–0x9F; the five unassigned bytes are the C1 controls, as browsers have it.
    static let windows1252Controls: [UInt32] = [
        0x20AC, 0x81, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8D,
        0x017D, 0x8F, 0x90, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A,
        0x0153, 0x9D, 0x017E, 0x0178,
    ]

    private static func decodeWindows1252(_ bytes: Bytes) -> String {
        let array = bytes.array
        guard unsafe array.span.bytes.containsEightBit else { return String(decoding: array, as: UTF8.self) }
        var output: [UInt8] = []
        output.reserveCapacity(array.count + array.count / 4)
        for byte in array {
            if byte < 0x80 {
                output.append(byte)
            } else {
                output.appendUTF8(byte < 0xA0 ? windows1252Controls[Int(byte) - 0x80] : UInt32(byte))
            }
        }
        return String(decoding: output, as: UTF8.self)
    }

    private static func convert(_ bytes: Bytes, from name: String, unit: Int) -> (text: String, isDamaged: Bool) {
        guard let converter = CharsetConverter(from: name, unit: unit) else {
            return (decodeUnlabelled(bytes).text, true)
        }
        return bytes.withSpan { converter.convert($0) }
    }
}

extension [UInt8] {
    /// Appends a code point in UTF-8; U+FFFD for what is no Unicode scalar.
    mutating func appendUTF8(_ codePoint: UInt32) {
        let scalar = Unicode.Scalar(codePoint) ?? "\u{FFFD}"
        append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
    }
}
