import Values

/// The first byte or character that no policy file may hold, found before the YAML scanner sees the text: that one
/// tells byte offsets only, and counts characters as line ends that editors do not.
struct SourceFault {
    let line: Int
    let column: Int
    let message: String

    /// Looks through the whole text; nil when it is fit to be read.
    init?(in bytes: Bytes) {
        var line = 1
        var column = 1
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            switch byte {
            case .lf:
                (line, column) = (line + 1, 0)
            case .cr:
                // CRLF is one line end; the LF counts it.
                if index + 1 < bytes.count, bytes[index + 1] == .lf { break }
                (line, column) = (line + 1, 0)
            case .tab, 0x20...0x7E: break
            case 0..<0x80:
                self.init(line, column, scalar: Unicode.Scalar(byte))
                return
            default:
                guard let (scalar, length) = SourceFault.decode(bytes, at: index) else {
                    self.init(line: line, column: column, message: "the text is not valid UTF-8 from here on")
                    return
                }
                switch scalar.value {
                case 0x80...0x9F, 0x2028, 0x2029, 0xFEFF, 0xFFFE, 0xFFFF:
                    self.init(line, column, scalar: scalar)
                    return
                default: index += length - 1
                }
            }
            index += 1
            column += 1
        }
        return nil
    }

    private init(line: Int, column: Int, message: String) {
        (self.line, self.column, self.message) = (line, column, message)
    }

    private init(_ line: Int, _ column: Int, scalar: Unicode.Scalar) {
        let digits = String(scalar.value, radix: 16, uppercase: true)
        let code = String(repeating: "0", count: max(0, 4 - digits.count)) + digits
        self.init(line: line, column: column, message: "the character U+\(code) is not allowed in a policy")
    }

    /// The scalar encoded at `index` and its length in bytes, or nil where the bytes are ill-formed (RFC 3629 §4).
    private static func decode(_ bytes: Bytes, at index: Int) -> (Unicode.Scalar, Int)? {
        let lead = bytes[index]
        let length: Int
        var value: UInt32
        switch lead {
        case 0xC2...0xDF: (length, value) = (2, UInt32(lead & 0x1F))
        case 0xE0...0xEF: (length, value) = (3, UInt32(lead & 0x0F))
        case 0xF0...0xF4: (length, value) = (4, UInt32(lead & 0x07))
        default: return nil
        }
        guard index + length <= bytes.count else { return nil }
        for offset in 1..<length {
            let byte = bytes[index + offset]
            guard byte & 0xC0 == 0x80 else { return nil }
            value = value << 6 | UInt32(byte & 0x3F)
        }
        // Longer forms than needed; surrogates fail in the scalar's own initialiser.
        guard length != 3 || value >= 0x800, length != 4 || value >= 0x10000,
            let scalar = Unicode.Scalar(value)
        else { return nil }
        return (scalar, length)
    }
}
