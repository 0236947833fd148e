import Values

/// Text converted back to the character set that it may have been signed in.
enum CharsetRepair {
    static func candidates(for body: Bytes) -> [() -> BodyRepair.Candidate?] {
        guard body.withSpan({ $0.containsEightBit }) else { return [] }
        return [
            {
                converted(body, .charsetChanged(from: "iso-8859-1", to: "utf-8")) { scalar in
                    scalar < 0x100 ? UInt8(scalar) : nil
                }
            },
            {
                converted(body, .charsetChanged(from: "windows-1252", to: "utf-8")) { scalar in
                    if let place = windows1252.firstIndex(of: scalar) { return UInt8(0x80 + place) }
                    return scalar < 0x80 || (0xA0..<0x100).contains(scalar) ? UInt8(scalar) : nil
                }
            },
            { fromSingleBytes(body, "iso-8859-1") { UInt32($0) } },
            {
                fromSingleBytes(body, "windows-1252") {
                    (0x80..<0xA0).contains($0) ? windows1252[Int($0) - 0x80] : UInt32($0)
                }
            },
        ]
    }

    /// UTF-8 as single bytes; nil when it is none or has a character without one.
    private static func converted(
        _ body: Bytes, _ change: DKIMChange, _ byte: (UInt32) -> UInt8?
    ) -> BodyRepair.Candidate? {
        guard let text = String(validating: body, as: UTF8.self) else { return nil }
        var output: [UInt8] = []
        output.reserveCapacity(body.count)
        for scalar in text.unicodeScalars {
            guard let value = byte(scalar.value) else { return nil }
            output.append(value)
        }
        return BodyRepair.Candidate(change: change, body: Bytes(output))
    }

    /// Single bytes as UTF-8: the text was signed in UTF-8 and converted since.
    private static func fromSingleBytes(
        _ body: Bytes, _ name: String, _ scalar: (UInt8) -> UInt32
    ) -> BodyRepair.Candidate? {
        var text = String.UnicodeScalarView()
        for byte in body {
            guard let value = Unicode.Scalar(scalar(byte)) else { return nil }
            text.append(value)
        }
        return BodyRepair.Candidate(
            change: .charsetChanged(from: "utf-8", to: name), body: Bytes(Array(String(text).utf8)))
    }

    /// The characters of 0x80 to 0x9F; 0xFFFD where there is none.
    private static let windows1252: [UInt32] = [
        0x20AC, 0xFFFD, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0xFFFD,
        0x017D, 0xFFFD, 0xFFFD, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A,
        0x0153, 0xFFFD, 0x017E, 0x0178,
    ]
}
