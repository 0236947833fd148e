import Mail
import Values

/// Text in any charset as UTF-8, with the guesses of SpamAssassin where labels lie.
enum CharsetText {
    /// `bytes`, said to be in `charset`, as UTF-8. What is UTF-8 is taken for that whatever is said, unless the
    /// charset is insisted on, as in encoded words. `isWide` tells whether anything was beyond ASCII.
    static func normalized(_ bytes: [UInt8], charset: String, insists: Bool = false) -> (bytes: [UInt8], isWide: Bool) {
        let name = charset.lowercased()
        let hasEightBit = unsafe bytes.span.bytes.containsEightBit
        // Charsets that ASCII is a part of; others, as ISO-2022-JP, say more in the same bytes.
        if !hasEightBit, !isStateful(name) { return (bytes, false) }
        if hasEightBit, !insists, String(validating: bytes, as: UTF8.self) != nil { return (bytes, true) }
        let isASCII = name == "us-ascii" || name == "ascii"
        if !(isASCII && !insists), Charset.isKnown(name), insists || !(name == "utf-8" || name == "utf8") {
            let (text, isDamaged) = Charset.decode(Bytes(bytes), charset: name)
            if !isDamaged || insists {
                let result = text.utf8Array
                return (result, unsafe result.span.bytes.containsEightBit)
            }
        }
        if !hasEightBit { return (bytes, false) }
        return (Charset.decode(Bytes(bytes), charset: "windows-1252").text.utf8Array, true)
    }

    private static func isStateful(_ name: String) -> Bool {
        name.hasPrefix("iso-2022") || name.hasPrefix("utf-16") || name.hasPrefix("utf-7") || name.hasPrefix("hz")
            || name.hasPrefix("utf-32") || name.hasPrefix("utf16")
    }
}
