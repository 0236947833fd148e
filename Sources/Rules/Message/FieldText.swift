import Mail
import Values

/// Field values made readable: unfolded, and encoded words decoded (RFC 2047).
enum FieldText {
    /// `raw`, what follows a field's colon, as text.
    static func value(_ raw: [UInt8], of key: String, _ settings: RuleSettings) -> [UInt8] {
        let text = unfolded(raw, isFold: \.isWhitespace)
        let start = text.firstIndex { !$0.isRuleSpace } ?? text.count
        let end = text.lastIndex { !$0.isRuleSpace }.map { $0 + 1 } ?? start
        return decoded(Array(text[start..<end]), of: key)
    }

    /// `raw` with each line end before what `isFold`, and all of that, as one space.
    static func unfolded(_ raw: [UInt8], isFold: (UInt8) -> Bool) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(raw.count)
        var start = 0
        var search = 0
        while let end = unsafe raw.span.bytes.firstIndex(of: .lf, from: search) {
            search = end + 1
            guard search < raw.count, isFold(raw[search]) else { continue }
            text += raw[start..<end]
            text.append(.space)
            while search < raw.count, isFold(raw[search]) { search += 1 }
            start = search
        }
        text += raw[start...]
        return text
    }

    /// Names of fields that have no encoded words.
    private static func isPlain(_ key: String) -> Bool {
        switch key {
        case "received", "message-id", "date", "resent-message-id", "resent-date", "mime-version", "references",
            "in-reply-to":
            true
        default: key.hasPrefix("list-")
        }
    }

    /// `text` with its encoded words decoded, in UTF-8.
    static func decoded(_ text: [UInt8], of key: String = "") -> [UInt8] {
        var text = text
        if unsafe text.span.bytes.firstIndex(of: .lf) != nil { text.removeAll { $0 == .lf } }
        if unsafe text.span.bytes.containsEightBit { text = CharsetText.normalized(text, charset: "utf-8").bytes }
        guard unsafe text.span.bytes.firstIndex(of: "=?") != nil, !isPlain(key) else { return text }
        var result: [UInt8] = []
        // Neighbours of one charset are decoded together: a character may be split between them.
        var pending: (charset: String, bytes: [UInt8])?
        func flush() {
            guard let word = pending else { return }
            result += CharsetText.normalized(word.bytes, charset: word.charset, insists: true).bytes
            pending = nil
        }
        var index = 0
        while index < text.count {
            if text[index] == .equals, let word = encodedWord(text, at: index) {
                if pending?.charset != word.charset { flush() }
                pending = (word.charset, (pending?.bytes ?? []) + word.bytes)
                index = word.next
                // RFC 2047 §6.2: white space between encoded words is not shown.
                var next = index
                while next < text.count, text[next].isRuleSpace { next += 1 }
                if next > index, next < text.count, text[next] == .equals, encodedWord(text, at: next) != nil {
                    index = next
                }
            } else {
                flush()
                result.append(text[index])
                index += 1
            }
        }
        flush()
        return result
    }

    private static func encodedWord(
        _ text: [UInt8], at start: Int
    ) -> (charset: String, bytes: [UInt8], next: Int)? {
        guard start + 6 < text.count, text[start + 1] == .ascii("?") else { return nil }
        var index = start + 2
        while index < text.count,
            text[index].isAlphanumeric || [.ascii("*"), .ascii("_"), .hyphen].contains(text[index])
        {
            index += 1
        }
        guard index > start + 2, index + 2 < text.count, text[index] == .ascii("?"), text[index + 2] == .ascii("?")
        else {
            return nil
        }
        let charset = String(decoding: text[(start + 2)..<index].map(\.lowercased), as: UTF8.self)
        let encoding = text[index + 1].lowercased
        guard encoding == .ascii("b") || encoding == .ascii("q"),
            let end = text[(index + 3)...].firstIndex(of: .ascii("?")), end + 1 < text.count, text[end + 1] == .equals
        else { return nil }
        let data = Array(text[(index + 3)..<end])
        let bytes =
            encoding == .ascii("b")
            ? TransferDecoding.base64(data)
            : TransferDecoding.quotedPrintable(data.map { $0 == .ascii("_") ? .space : $0 })
        return (String(charset.prefix { $0 != "*" }), bytes, end + 2)
    }
}
