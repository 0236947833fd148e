import Values

/// Header fields as they are written into a message.
public enum HeaderWriting {
    /// A field with its line end, folded at spaces where a line grows longer than 78 characters (RFC 5322 §2.1.1). No line
    /// end or control character of a value gets through; what is not ASCII becomes encoded words (RFC 2047).
    public static func field(_ name: String, _ value: String, lineEnd: [UInt8] = [.cr, .lf]) -> [UInt8] {
        folded(name, words(of: value), lineEnd: lineEnd)
    }

    /// As `field`, but what is not ASCII stays UTF-8 (RFC 6532): for values that are no text, as addresses.
    public static func structuredField(_ name: String, _ value: String) -> [UInt8] {
        let words = value.utf8.map { $0 < 0x20 || $0 == 0x7F ? .space : $0 }.split(separator: UInt8.space)
        return folded(name, words.map(Array.init), lineEnd: [.cr, .lf])
    }

    private static func folded(_ name: String, _ words: [[UInt8]], lineEnd: [UInt8]) -> [UInt8] {
        var output = Array(name.utf8) + [.colon]
        var column = output.count
        for word in words {
            if column + 1 + word.count > 78, column > name.utf8.count + 1 {
                output += lineEnd
                column = 0
            }
            output.append(.space)
            output += word
            column += 1 + word.count
        }
        return output + lineEnd
    }

    /// A value in pieces that may each stand on a line: words of ASCII as they are, others encoded.
    private static func words(of value: String) -> [[UInt8]] {
        let plain = value.unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7F ? " " : $0 }
        var words: [[UInt8]] = []
        var encoded = ""
        func isPlain(_ word: some Sequence<Unicode.Scalar>) -> Bool { word.allSatisfy(\.isASCII) }
        for word in plain.split(separator: " ") {
            if isPlain(word) {
                words += encodedWords(encoded)
                encoded = ""
                words.append(word.map { UInt8(truncatingIfNeeded: $0.value) })
            } else {
                // RFC 2047 §6.2: white space between two encoded words is not shown, so it is encoded with them.
                if !encoded.isEmpty { encoded += " " }
                encoded.unicodeScalars += word
            }
        }
        return words + encodedWords(encoded)
    }

    /// RFC 2047 §2: each word no longer than 75 characters, less here so that a name fits before the first one on a line of
    /// 76, and no character split between two (§5).
    private static func encodedWords(_ text: String) -> [[UInt8]] {
        var words: [[UInt8]] = []
        var chunk: [UInt8] = []
        func close() {
            guard !chunk.isEmpty else { return }
            words.append(Array("=?UTF-8?B?\(Base64.text(chunk))?=".utf8))
            chunk = []
        }
        for scalar in text.unicodeScalars {
            let bytes = Array(String(scalar).utf8)
            if chunk.count + bytes.count > 39 { close() }
            chunk += bytes
        }
        close()
        return words
    }
}
