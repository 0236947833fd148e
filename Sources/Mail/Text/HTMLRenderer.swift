import Values

/// Lays tokens out as text. It keeps counters rather than a tree, so that markup of any depth takes constant memory
/// beyond its output. What is shown and hidden by style has its place in `begin(_:)` and `end(_:)`.
struct HTMLRenderer {
    private var tokenizer: HTMLTokenizer
    private let limits: HTMLLimits
    private var result = HTMLText()
    private var output: [UInt8] = []
    /// Line breaks owed before the next character: 1 ends the line, 2 leaves a blank one.
    private var breaks = 0
    private var owesSpace = false
    private var preformatted = 0
    /// The link being read, and where its text starts in `output`. Links do not nest.
    private var openLink: (index: Int, start: Int)?
    private var hasTitle = false

    init(_ html: [UInt8], limits: HTMLLimits) {
        tokenizer = HTMLTokenizer(html)
        self.limits = limits
        output.reserveCapacity(min(html.count / 2, limits.text))
    }

    mutating func render() -> HTMLText {
        while let token = tokenizer.next() {
            switch token {
            case .text(let range): append(range)
            case .rawText(let range, let element): appendRaw(range, of: element)
            case .startTag(let tag): begin(tag)
            case .endTag(let name): end(name)
            }
        }
        closeLink()
        result.text = String(decoding: output, as: UTF8.self)
        return result
    }

    private mutating func begin(_ tag: HTMLTag) {
        switch tag.name {
        case "br":
            breakLine()
        case "hr":
            breaks = 2
        case "td", "th":
            owesSpace = true
        case "a", "area":
            beginLink(tag)
        case "img":
            addImage(tag)
        case "base":
            if result.base == nil, let address = label(tag.value("href")) { result.base = address }
        case "pre", "listing", "plaintext":
            preformatted += 1
            breaks = 2
        default:
            breaks = max(breaks, HTMLRenderer.blockBreaks[tag.name] ?? 0)
        }
    }

    private mutating func end(_ name: String) {
        switch name {
        case "a": closeLink()
        case "br": breakLine()
        case "pre", "listing":
            preformatted = max(preformatted - 1, 0)
            breaks = 2
        default: breaks = max(breaks, HTMLRenderer.blockBreaks[name] ?? 0)
        }
    }

    /// The line breaks before and after each block element (HTML Living Standard §15.3): two where browsers leave a
    /// margin.
    private static let blockBreaks: [String: Int] = {
        var table: [String: Int] = [:]
        for name in [
            "address", "article", "aside", "body", "center", "caption", "dd", "details", "dialog", "dir", "div",
            "dt", "fieldset", "figcaption", "footer", "form", "head", "header", "hgroup", "html", "legend", "li",
            "main", "menu", "nav", "optgroup", "option", "search", "section", "summary", "tbody", "textarea", "tfoot",
            "thead", "title", "tr",
        ] {
            table[name] = 1
        }
        for name in [
            "blockquote", "dl", "figure", "h1", "h2", "h3", "h4", "h5", "h6", "ol", "p", "table", "ul", "xmp",
        ] {
            table[name] = 2
        }
        return table
    }()
}

// MARK: - Text
extension HTMLRenderer {
    private mutating func append(_ range: Range<Int>) {
        let bytes = tokenizer.bytes
        unsafe append(bytes.span.bytes, in: range)
    }

    /// Appends characters, references decoded and, outside of `pre`, white space collapsed.
    private mutating func append(_ span: RawSpan, in range: Range<Int>) {
        var position = range.lowerBound
        while position < range.upperBound {
            let byte = span[position]
            if byte == .ascii("&"),
                let (codePoint, next) = HTMLEntities.reference(
                    in: span, at: position, end: range.upperBound, isAttribute: false)
            {
                position = next
                append(codePoint: codePoint)
                continue
            }
            position += 1
            if byte == 0xC2, position < range.upperBound, span[position] == 0xA0 {
                position += 1
                append(codePoint: 0xA0)
            } else if byte > .space {
                append(byte: byte)
            } else if preformatted > 0 {
                if byte == .lf { breakLine() } else if byte != .cr { append(byte: .space) }
            } else {
                owesSpace = true
            }
        }
    }

    private mutating func append(codePoint: UInt32) {
        switch codePoint {
        case 0xA0: append(byte: .space)
        case 0...0x20: owesSpace = true
        case ..<0x80: append(byte: UInt8(codePoint))
        default:
            var bytes: [UInt8] = []
            bytes.appendUTF8(codePoint)
            for byte in bytes { append(byte: byte) }
        }
    }

    /// Appends one byte of a visible character, after the breaks or the space owed before it.
    private mutating func append(byte: UInt8) {
        guard output.count + breaks + 1 < limits.text else {
            result.isTruncated = true
            return
        }
        if breaks > 0 {
            if let last = output.last {
                if last != .lf { output.append(.lf) }
                if breaks > 1, output.count < 2 || output[output.count - 2] != .lf { output.append(.lf) }
            }
            breaks = 0
            owesSpace = false
        }
        if owesSpace {
            if let last = output.last, last != .lf, last != .space { output.append(.space) }
            owesSpace = false
        }
        output.append(byte)
    }

    /// Ends the line now: `br`, and a line feed in `pre`. Several in a row leave blank lines, unlike block elements.
    private mutating func breakLine() {
        owesSpace = false
        guard output.count + breaks + 1 < limits.text else {
            result.isTruncated = true
            return
        }
        if breaks > 0, !output.isEmpty, output.last != .lf { output.append(.lf) }
        breaks = 0
        if !output.isEmpty { output.append(.lf) }
    }

    private mutating func appendRaw(_ range: Range<Int>, of element: String) {
        switch element {
        case "title":
            guard !hasTitle else { return }
            hasTitle = true
            let bytes = tokenizer.bytes
            let text = unsafe HTMLEntities.decode(bytes.span.bytes, in: cut(range), isAttribute: false)
            result.title = String(decoding: text, as: UTF8.self).collapsingWhitespace
        case "textarea", "xmp":
            append(range)
        default:
            break
        }
    }
}

// MARK: - Links and images
extension HTMLRenderer {
    private mutating func beginLink(_ tag: HTMLTag) {
        if tag.name == "a" { closeLink() }
        guard let address = label(tag.value("href")) else { return }
        guard result.links.count < limits.links else {
            result.isTruncated = true
            return
        }
        let alternative = tag.name == "area" ? label(tag.value("alt")) ?? "" : ""
        result.links.append(HTMLText.Link(address: address, text: alternative))
        if tag.name == "a" { openLink = (result.links.count - 1, output.count) }
    }

    private mutating func closeLink() {
        guard let link = openLink else { return }
        openLink = nil
        let end = min(output.count, link.start + limits.label)
        if end < output.count { result.isTruncated = true }
        result.links[link.index].text =
            String(decoding: output[min(link.start, end)..<end], as: UTF8.self).collapsingWhitespace
    }

    private mutating func addImage(_ tag: HTMLTag) {
        let alternative = label(tag.value("alt")) ?? ""
        if let source = label(tag.value("src")) {
            if result.images.count < limits.links {
                result.images.append(HTMLText.Image(source: source, alternative: alternative))
            } else {
                result.isTruncated = true
            }
        }
        for byte in alternative.utf8 { append(byte: byte) }
    }

    /// An attribute's value, decoded and trimmed, cut at the limit.
    private mutating func label(_ range: Range<Int>?) -> String? {
        guard let range else { return nil }
        return tokenizer.attributeValue(cut(range)).collapsingWhitespace
    }

    private mutating func cut(_ range: Range<Int>) -> Range<Int> {
        guard range.count > limits.label else { return range }
        result.isTruncated = true
        return range.lowerBound..<range.lowerBound + limits.label
    }
}

extension String {
    /// The string with each run of ASCII white space made one space, and none at the ends.
    fileprivate var collapsingWhitespace: String {
        utf8.split { $0 <= 0x20 }.map { String(decoding: $0, as: UTF8.self) }.joined(separator: " ")
    }
}
