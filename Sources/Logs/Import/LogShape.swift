import Values

/// The shape of a line: what differs from line to line is masked, so that lines that say the same are counted together.
public enum LogShape {
    /// The longest shape, in bytes.
    static let longest = 160

    /// The shape of `text`: numbers become `N`, ids `ID`, addresses `ADDRESS`, quoted text `…`; controls become `?`.
    public static func of(_ text: ArraySlice<UInt8>) -> String {
        var shape: [UInt8] = []
        var position = text.startIndex
        let end = min(text.endIndex, text.startIndex + 4 * longest)
        while position < end, shape.count < longest {
            let byte = text[position]
            if byte == .ascii("<"), let close = text[position..<end].firstIndex(of: .ascii(">")) {
                shape += "<…>".utf8
                position = close + 1
            } else if byte == .quote, let close = text[(position + 1)..<end].firstIndex(of: .quote) {
                shape += "\"…\"".utf8
                position = close + 1
            } else if isWord(byte) {
                let start = position
                while position < end, isWord(text[position]) { position += 1 }
                shape += mask(text[start..<position])
            } else {
                shape.append(byte.isVisible || byte == .space ? byte : .ascii("?"))
                position += 1
            }
        }
        return String(decoding: shape.prefix(longest), as: UTF8.self)
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        byte.isAlphanumeric || byte == .dot || byte == .hyphen || byte == .at || byte == .ascii("_") || byte == .colon
            || byte == .ascii("+") || byte > 127
    }

    private static func mask(_ word: LogText) -> [UInt8] {
        var core = word
        while let last = core.last, last == .colon || last == .dot || last == .hyphen { core = core.dropLast() }
        let tail = word[core.endIndex...]
        if core.contains(.at), core.count > 2 { return Array("ADDRESS".utf8) + tail }
        let digits = core.count { $0.isDigit }
        guard digits > 0 else {
            return core.count > 40 ? Array("WORD".utf8) + tail : Array(word.map { $0 > 127 ? .ascii("?") : $0 })
        }
        if digits == core.count { return Array("N".utf8) + tail }
        if core.count <= 45, IPAddress(String(decoding: core, as: UTF8.self)) != nil { return Array("IP".utf8) + tail }
        if core.allSatisfy({ $0.isDigit || $0 == .dot || $0 == .colon || $0 == .hyphen }) {
            return Array("N".utf8) + tail
        }
        let isHex = core.allSatisfy { $0.hexDigitValue != nil }
        if core.contains(.dot), !isHex { return Array("NAME".utf8) + tail }
        if isHex || core.count >= 8 { return Array("ID".utf8) + tail }
        var masked: [UInt8] = []
        for byte in core where !(byte.isDigit && masked.last == .ascii("N")) {
            masked.append(byte.isDigit ? .ascii("N") : byte > 127 ? .ascii("?") : byte)
        }
        return masked + tail
    }
}
