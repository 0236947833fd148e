import Values

/// Text from mail made safe to show: nothing in it can move the cursor, change colours or forge a line.
public enum TerminalText {
    /// `text` with control characters, line ends, and marks that are invisible or change the direction of text shown
    /// as escapes, cut to `limit` code points.
    public static func safe(_ text: String, limit: Int = 400) -> String {
        if text.utf8.count <= limit, text.utf8.allSatisfy({ (0x20..<0x7F).contains($0) }) { return text }
        var result = ""
        var count = 0
        for scalar in text.unicodeScalars {
            guard count < limit else { return result + "…" }
            count += 1
            if isUnsafe(scalar) {
                result += scalar.value < 0x100 ? "\\x" + hex(scalar.value, 2) : "\\u{" + hex(scalar.value, 4) + "}"
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// Lines made safe, each by itself; only a line feed ends one.
    public static func safe(lines text: String) -> String {
        let bytes = text.utf8
        if bytes.allSatisfy({ (0x20..<0x7F).contains($0) || $0 == 0x0A }) { return text }
        return bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
            .map { safe(String(decoding: $0, as: UTF8.self), limit: 1 << 16) }.joined(separator: "\n")
    }

    private static func isUnsafe(_ scalar: Unicode.Scalar) -> Bool {
        if (0x20..<0x7F).contains(scalar.value) { return false }
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator: return true
        // Directional marks reorder what a person reads, zero-width ones hide in it. Persian and many emoji cannot be
        // written without the two joiners.
        case .format: return scalar.value != 0x200C && scalar.value != 0x200D
        default: return false
        }
    }

    private static func hex(_ value: UInt32, _ width: Int) -> String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
