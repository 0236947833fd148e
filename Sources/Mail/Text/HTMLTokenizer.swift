import Values

/// A piece of an HTML document, as offsets into its bytes.
enum HTMLToken {
    /// Characters, references not yet decoded.
    case text(Range<Int>)
    /// The content of an element in which tags mean nothing: script, style, title, …
    case rawText(Range<Int>, element: String)
    case startTag(HTMLTag)
    /// The name in lower case.
    case endTag(String)
}

/// A start tag.
struct HTMLTag {
    /// The value of an attribute as written, without its quotes.
    struct Attribute {
        let name: String
        let value: Range<Int>
    }

    /// The name in lower case.
    let name: String
    /// The attributes in order, duplicates too: the first counts.
    let attributes: [Attribute]

    /// Where the value of the attribute called `name` lies.
    func value(_ name: String) -> Range<Int>? { attributes.first { $0.name == name }?.value }
}

/// Splits HTML into tokens as browsers do with broken markup (HTML Living Standard §13.2.5), one after the other and
/// without building a tree: nesting, however deep, costs nothing. Each byte is looked at a bounded number of times.
struct HTMLTokenizer {
    /// The document in UTF-8.
    let bytes: [UInt8]
    /// Where the token read last ends.
    private(set) var position = 0
    /// Where the tag read last begins.
    private(set) var tagStart = 0
    /// The element whose raw content comes next.
    private var rawElement: String?

    /// Longer tag and attribute names are cut, further attributes dropped: none in use come near.
    private static let nameLimit = 64
    private static let attributeLimit = 64

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// The next token, or nil at the end of the document.
    mutating func next() -> HTMLToken? {
        if let element = rawElement {
            rawElement = nil
            let end = endOfRawText(element)
            defer { position = end }
            if end > position { return .rawText(position..<end, element: element) }
        }
        var search = position
        while let open = unsafe bytes.span.bytes.firstIndex(of: .ascii("<"), from: search) {
            let kind = open + 1 < bytes.count ? bytes[open + 1] : 0
            let isEndTag = kind == .ascii("/")
            guard kind.isLetter || isEndTag || kind == .ascii("!") || kind == .ascii("?"), open + 2 < bytes.count else {
                search = open + 1
                continue
            }
            if open > position {
                defer { position = open }
                return .text(position..<open)
            }
            if kind.isLetter || (isEndTag && bytes[open + 2].isLetter) {
                tagStart = open
                position = open + (isEndTag ? 2 : 1)
                guard let tag = readTag() else { return nil }
                if isEndTag { return .endTag(tag.name) }
                if HTMLTokenizer.rawElements.contains(tag.name) { rawElement = tag.name }
                return .startTag(tag)
            }
            skipDeclaration(at: open)
            search = position
        }
        guard position < bytes.count else { return nil }
        defer { position = bytes.count }
        return .text(position..<bytes.count)
    }

    /// The value at `range` with its references decoded.
    func attributeValue(_ range: Range<Int>) -> String {
        unsafe String(
            decoding: HTMLEntities.decode(bytes.span.bytes, in: range, isAttribute: true), as: UTF8.self)
    }

    private static let rawElements: Set<String> = [
        "script", "style", "title", "textarea", "xmp", "iframe", "noembed", "noframes",
    ]

    /// Where `</element` stands, or the end of the document.
    private func endOfRawText(_ element: String) -> Int {
        let name = Array(element.utf8)
        var search = position
        while let open = unsafe bytes.span.bytes.firstIndex(of: "</", from: search) {
            let end = open + 2 + name.count
            guard end <= bytes.count else { break }
            if zip(bytes[open + 2..<end], name).allSatisfy({ $0.lowercased == $1 }),
                end == bytes.count || !bytes[end].isAlphanumeric
            {
                return open
            }
            search = open + 2
        }
        return bytes.count
    }

    /// Skips a comment, doctype, or what browsers read as a comment: `<!`, `<?`, and `</` before no letter.
    private mutating func skipDeclaration(at open: Int) {
        let isComment =
            open + 3 < bytes.count && bytes[open + 1] == .ascii("!") && bytes[open + 2] == .hyphen
            && bytes[open + 3] == .hyphen
        guard isComment else {
            position = unsafe bytes.span.bytes.firstIndex(of: .ascii(">"), from: open + 2).map { $0 + 1 } ?? bytes.count
            return
        }
        // §13.2.5.43: `<!-->` and `<!--->` are whole comments; an unclosed one takes the rest of the document.
        var search = open + 2
        while let dashes = unsafe bytes.span.bytes.firstIndex(of: "--", from: search) {
            var end = dashes + 2
            if end < bytes.count, bytes[end] == .ascii("!"), dashes > open + 3 { end += 1 }
            if end < bytes.count, bytes[end] == .ascii(">") {
                position = end + 1
                return
            }
            search = dashes + 1
        }
        position = bytes.count
    }

    /// The tag whose name starts at `position`, which moves past it; nil, at the end of the document, when the tag
    /// is not closed.
    private mutating func readTag() -> HTMLTag? {
        let name = readName { $0 == .ascii("/") || $0 == .ascii(">") }
        var attributes: [HTMLTag.Attribute] = []
        while true {
            while position < bytes.count, isSpace(bytes[position]) || bytes[position] == .ascii("/") { position += 1 }
            guard position < bytes.count else { return nil }
            if bytes[position] == .ascii(">") {
                position += 1
                return HTMLTag(name: name, attributes: attributes)
            }
            let start = position
            let attribute = readName { byte in
                byte == .ascii("/") || byte == .ascii(">") || byte == .equals
            }
            // An equals sign where a name should start is part of the name (§13.2.5.32).
            if position == start { position += 1 }
            let value = readValue()
            if attributes.count < HTMLTokenizer.attributeLimit {
                attributes.append(HTMLTag.Attribute(name: attribute, value: value))
            }
        }
    }

    private mutating func readName(until isEnd: (UInt8) -> Bool) -> String {
        let start = position
        while position < bytes.count, !isSpace(bytes[position]), !isEnd(bytes[position]) { position += 1 }
        let end = min(position, start + HTMLTokenizer.nameLimit)
        return String(decoding: bytes[start..<end].lazy.map(\.lowercased), as: UTF8.self)
    }

    /// What follows an attribute's name: `= value`, quoted or not; empty when there is none.
    private mutating func readValue() -> Range<Int> {
        var next = position
        while next < bytes.count, isSpace(bytes[next]) { next += 1 }
        guard next < bytes.count, bytes[next] == .equals else { return position..<position }
        position = next + 1
        while position < bytes.count, isSpace(bytes[position]) { position += 1 }
        guard position < bytes.count else { return position..<position }
        let quote = bytes[position]
        if quote == .quote || quote == .ascii("'") {
            let start = position + 1
            let end = unsafe bytes.span.bytes.firstIndex(of: quote, from: start) ?? bytes.count
            position = min(end + 1, bytes.count)
            return start..<end
        }
        let start = position
        while position < bytes.count, !isSpace(bytes[position]), bytes[position] != .ascii(">") { position += 1 }
        return start..<position
    }

    private func isSpace(_ byte: UInt8) -> Bool { byte.isFoldingWhitespace || byte == 0x0C }
}
