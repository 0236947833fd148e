import Mail
import Values

/// Elements and attributes of XML and HTML found without a tree: what matters is whether they are there.
enum Markup {
    /// The text in lower case, in one byte a character where it is in two.
    static func folded(_ content: Bytes) -> Bytes {
        let isWide = content.has([0xFF, 0xFE]) || content.has([0xFE, 0xFF]) || content.count > 3 && content[1] == 0
        var result: [UInt8] = []
        result.reserveCapacity(content.count)
        for byte in content.array where !isWide || byte != 0 { result.append(byte.lowercased) }
        return Bytes(result)
    }

    /// The start tags of elements with this name, whatever their prefix, without their angle brackets.
    static func elements(_ name: String, in text: Bytes) -> [Bytes] {
        var found: [Bytes] = []
        eachTag(name, in: text) { tag, _ in
            found.append(tag)
            return found.count < 5_000
        }
        return found
    }

    /// The text between start and end tags of elements with this name that hold nothing but text, in lower case.
    static func eachContent(of name: String, in text: Bytes, _ body: ([UInt8]) -> Void) {
        eachTag(name, in: text) { _, end in
            let next = text.withSpan { $0.firstIndex(of: .ascii("<"), from: end) } ?? text.count
            body(plain(text[min(end, next)..<next]))
            return true
        }
    }

    /// One pass; `body` says whether to go on.
    private static func eachTag(_ name: String, in text: Bytes, _ body: (Bytes, _ end: Int) -> Bool) {
        let name = Array(name.utf8)
        var search = 0
        while let place = text.firstIndex(of: name, from: search) {
            search = place + name.count
            guard place > 0, text[place - 1] == .ascii("<") || text[place - 1] == .colon, search < text.count,
                !text[search].isAlphanumeric
            else { continue }
            let end = text.withSpan { $0.firstIndex(of: .ascii(">"), from: search) } ?? text.count
            guard body(text[place..<end], min(end + 1, text.count)) else { return }
            search = end
        }
    }

    /// The value of an attribute in a start tag, in lower case where the tag is.
    static func attribute(_ name: String, in tag: Bytes) -> [UInt8]? {
        let name = Array(name.utf8)
        var search = 0
        while let place = tag.firstIndex(of: name, from: search) {
            search = place + name.count
            guard place > 0, !tag[place - 1].isAlphanumeric, tag[place - 1] != .hyphen else { continue }
            var next = search
            while next < tag.count, tag[next].isFoldingWhitespace { next += 1 }
            guard next < tag.count, tag[next] == .equals else { continue }
            next += 1
            while next < tag.count, tag[next].isFoldingWhitespace { next += 1 }
            guard next < tag.count, tag[next] == .quote || tag[next] == .ascii("'") else {
                return plain(tag[next..<tag.count].prefix { !$0.isFoldingWhitespace })
            }
            let end = tag.withSpan { $0.firstIndex(of: tag[next], from: next + 1) } ?? tag.count
            return plain(tag[next + 1..<end])
        }
        return nil
    }

    /// XML 1.0 §4.1: a character may be written as its number, and what was folded before may hold capitals so.
    private static func plain(_ text: Bytes) -> [UInt8] {
        guard text.contains(.ascii("&")) else { return text.array }
        return text.withSpan { HTMLEntities.decode($0, in: 0..<$0.byteCount, isAttribute: true) }.map(\.lowercased)
    }
}
