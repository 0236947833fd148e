import Expressions
import Values

/// What is known of an HTML part once it is read: its text, and what rules ask about its tags.
struct HTMLRendering {
    /// A link or another reference to elsewhere.
    struct Reference {
        /// The tags it was found in.
        var types: Set<String> = []
        var anchorTexts: [[UInt8]] = []
        /// In the order they were met.
        let order: Int
    }

    var text = HTMLTextBuffer()
    /// How many characters the source had.
    var length = 0
    var tagCount = 0
    var elementCount = 0
    var tagsSeen = 0
    var elementsSeen = 0
    var extraClosings = 0
    var obfuscationCount = 0
    var backhairs: Set<Int> = []
    /// How many of each tag are open, of all that occurred.
    var inside: [String: Int] = [:]
    var imageArea = 0
    var minimumSize = 3
    var maximumSize = 3
    var comments: [[UInt8]] = []
    var scripts: [[UInt8]] = []
    var titles: [[UInt8]] = []
    var anchors: [[UInt8]] = []
    var references: [[UInt8]: Reference] = [:]
    var isURITruncated = false
    var charsets: [String] = []
    /// `html`, `embeds`, `font_face_bad`, `font_low_contrast`, `font_invalid_color`, `form_action_mailto`, …
    var facts: Set<String> = ["html"]
    /// Characters of the text, and those that are no white space.
    var renderedLength = 0
    var visibleLength = 0
    /// What share of the source the text leaves.
    var ratio: Double?

    private let matcher: Matcher
    private var styles = HTMLStyleStack()
    private var baseFont = 3
    private var base: [UInt8] = []
    private var lastAnchor: [UInt8] = []

    /// How many different references are kept, and how much of their texts.
    private static let referenceLimit = 10_000
    private static let anchorTextLimit = 4_096

    /// Renders `source`, in UTF-8. `isWide` says that it had characters beyond ASCII; `byteCount` is the size before
    /// it was converted.
    init(_ source: [UInt8], isWide: Bool, byteCount: Int, matcher: Matcher) {
        self.matcher = matcher
        text.isWide = isWide
        length = source.characterCount
        let prepared = HTMLRendering.prepared(source)
        var scanner = HTMLScanner(prepared)
        scanner.scan(&self)
        (renderedLength, visibleLength) = text.counts
        if byteCount > 0 { ratio = (Double(byteCount) - Double(renderedLength)) / Double(byteCount) }
    }

    /// What is made the same before tags are looked for: no-break spaces by name, `<br/>`, typographic quotes.
    private static func prepared(_ source: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(source.count)
        var index = 0
        while index < source.count {
            let byte = source[index]
            if byte == .ascii("&"), source[index...].starts(with: Array("&nbsp;".utf8)) {
                result.append(.space)
                index += 6
            } else if byte == 0xE2, index + 2 < source.count, source[index + 1] == 0x80,
                source[index + 2] == 0x9C || source[index + 2] == 0x9D
            {
                result.append(.quote)
                index += 3
            } else if byte == .ascii("<"), index + 2 < source.count, source[index + 1].isWordByte {
                var end = index + 1
                while end < source.count, source[end].isWordByte { end += 1 }
                let nameEnd = end
                while end < source.count, source[end].isRuleSpace { end += 1 }
                if end + 1 < source.count, source[end] == .ascii("/"), source[end + 1] == .ascii(">") {
                    result += source[index..<nameEnd]
                    result.append(.ascii(">"))
                    index = end + 2
                } else {
                    result += source[index..<nameEnd]
                    index = nameEnd
                }
            } else {
                result.append(byte)
                index += 1
            }
        }
        return result
    }
}

extension HTMLRendering: HTMLEvents {
    func isOpen(_ tag: String) -> Bool { inside[tag, default: 0] > 0 }

    mutating func start(_ tag: String, _ attributes: HTMLAttributes) {
        guard count(tag, 1) else { return }
        if HTMLElements.styled.contains(tag) { open(tag, attributes) }
        if HTMLElements.spacing.contains(tag) { space(tag) }
        if HTMLElements.referring.contains(tag) { refer(tag, attributes) }
        note(tag, attributes)
    }

    mutating func end(_ tag: String) {
        guard count(tag, -1) else { return }
        if HTMLElements.styled.contains(tag), tag != "body" { styles.close(tag == "th" ? "td" : tag) }
        if HTMLElements.spacing.contains(tag) { space(tag) }
        if tag == "html" { facts.insert("closed_html") }
        if tag == "body" { facts.insert("closed_body") }
    }

    /// Counts a tag; false when nothing else is to be made of it.
    private mutating func count(_ tag: String, _ change: Int) -> Bool {
        let isNamespaced = HTMLElements.isNamespaced(tag)
        let isElement = HTMLElements.known.contains(tag)
        let before = inside[tag]
        if isElement || isNamespaced {
            elementCount += 1
            if before == nil { elementsSeen += 1 }
        }
        tagCount += 1
        if before == nil { tagsSeen += 1 }
        let now = (before ?? 0) + change
        if now < 0 { extraClosings += 1 }
        inside[tag] = max(now, 0)
        return !isNamespaced && (isElement || HTMLElements.tricks.contains(tag))
    }

    mutating func comment(_ text: ArraySlice<UInt8>) { comments.append(Array(text)) }

    mutating func declaration(_ text: ArraySlice<UInt8>) {
        elementCount += 1
        tagCount += 1
        inside["!doctype"] = 0
    }

    mutating func text(_ text: ArraySlice<UInt8>) {
        if isOpen("script") { return scripts.append(Array(text)) }
        if isOpen("style") { return }
        if isOpen("a") { appendToAnchor(text) }
        if isOpen("title"), !titles.isEmpty { titles[titles.count - 1] += text }
        let isInvisible = !text.allSatisfy { $0.isRuleSpace } && isInvisibleNow()
        if !self.text.isEmpty { noteObfuscation(text) }
        self.text.append(text, isInvisible: isInvisible)
    }

    private mutating func appendToAnchor(_ text: ArraySlice<UInt8>) {
        if var reference = references[lastAnchor], let last = reference.anchorTexts.indices.last {
            if reference.anchorTexts[last].count < HTMLRendering.anchorTextLimit { reference.anchorTexts[last] += text }
            references[lastAnchor] = reference
        }
        if let last = anchors.indices.last, anchors[last].count < HTMLRendering.anchorTextLimit {
            anchors[last] += text
        }
    }

    /// Whether what is written now cannot be seen: the colour of its ground, tiny, or hidden.
    private mutating func isInvisibleNow() -> Bool {
        let style = styles.top
        switch style.contrast {
        case .none, .low:
            facts.insert("font_low_contrast")
            return true
        case .invalid:
            facts.insert("font_invalid_color")
            return true
        case .fine: return style.size <= 1 || style.isHidden
        }
    }

    /// Words that tags cut: `V<b></b>iagra`.
    private mutating func noteObfuscation(_ text: ArraySlice<UInt8>) {
        let (tail, head) = (self.text.lastWordLength, HTMLTextBuffer.wordLength(text))
        if tail > 0, head > 0 { obfuscationCount += 1 }
        if (1...7).contains(tail), (1...7).contains(head) { backhairs.insert(tail * 8 + head) }
    }

    private mutating func space(_ tag: String) {
        switch tag {
        case "br", "div": text.appendSpace("\n")
        case "li", "th", "td", "dt", "dd", "embed", "h1", "h2", "h3", "h4", "h5", "h6": text.appendSpace(" ")
        case "p", "hr", "blockquote", "pre", "listing", "plaintext", "xmp", "title": text.appendSpace("\n\n")
        default: break
        }
    }

    private mutating func open(_ name: String, _ attributes: HTMLAttributes) {
        let tag = name == "th" ? "td" : name
        if tag == "basefont", let size = attributes.text("size")?.trimmingSpace, let number = size.leadingNumber {
            baseFont = number
            return
        }
        if tag == "td" || tag == "tr" { styles.closeCells(before: tag) }
        var style = styles.top
        style.tag = tag
        switch tag {
        case "big": style.size += 1
        case "small": style.size -= 1
        default:
            for (name, value) in attributes.pairs where HTMLElements.accepts(name, in: tag) {
                style.apply(
                    name, String(decoding: value, as: UTF8.self), baseFont: baseFont, ground: styles.top.background)
                if style.size > maximumSize {
                    maximumSize = style.size
                } else if style.size < minimumSize {
                    minimumSize = style.size
                }
            }
        }
        styles.push(style)
    }

    private mutating func refer(_ tag: String, _ attributes: HTMLAttributes) {
        switch tag {
        case "body", "table", "tr", "td": if let uri = attributes["background"] { push(uri, tag) }
        case "a", "area", "link":
            let odd = attributes.pairs.last { $0.name.hasSuffix("/href") && $0.name.utf8.count > 5 }?.value
            if let uri = odd ?? attributes["href"] { push(uri.withoutByteOrderMarks, tag) }
            if let uri = attributes["data-saferedirecturl"] { push(uri, tag) }
        case "img", "frame", "iframe", "embed", "script", "bgsound":
            let odd = attributes.pairs.last { $0.name.hasSuffix("/src") && $0.name.utf8.count > 4 }?.value
            if let uri = odd ?? attributes["src"] { push(uri, tag) }
        case "form": if let uri = attributes["action"] { push(uri, tag) }
        case "base":
            guard let uri = attributes["href"], !uri.isEmpty else { return }
            let whole = canonical(uri)
            push(whole, tag)
            if let folder = URIReference.folder(of: whole) { base = folder }
        case "meta":
            guard let equivalent = attributes.text("http-equiv"), equivalent.lowercased().contains("refresh"),
                let content = attributes["content"], let uri = URIReference.refreshTarget(content)
            else { return }
            push(uri, tag)
        default: break
        }
    }

    /// The reference without white space around it, and not too long.
    private mutating func canonical(_ uri: [UInt8]) -> [UInt8] {
        var text = uri[...]
        while let first = text.first {
            if first.isRuleSpace {
                text.removeFirst()
            } else if text.starts(with: [0xC2, 0xA0]) {
                text.removeFirst(2)
            } else {
                break
            }
        }
        while let last = text.last {
            if last.isRuleSpace {
                text.removeLast()
            } else if last == 0xA0, text.dropLast().last == 0xC2 {
                text.removeLast(2)
            } else {
                break
            }
        }
        if text.count > RuleMessage.longestURI {
            isURITruncated = true
            text = text.prefix(RuleMessage.longestURI)
        }
        return Array(text)
    }

    private mutating func push(_ uri: [UInt8], _ tag: String) {
        let text = canonical(uri)
        guard !text.isEmpty else { return }
        let isWhole = ["data:", "mailto:", "file:", "cid:", "tel:"].contains { text.hasPrefixIgnoringCase($0) }
        let target = isWhole ? text : URIReference.resolved(text, against: base)
        guard !target.isEmpty else { return }
        reference(target) { $0.types.insert(tag) }
    }

    private mutating func reference(_ uri: [UInt8], _ change: (inout Reference) -> Void) {
        guard references[uri] != nil || references.count < HTMLRendering.referenceLimit else {
            isURITruncated = true
            return
        }
        let order = references.count
        change(&references[uri, default: Reference(order: order)])
    }

    private mutating func note(_ tag: String, _ attributes: HTMLAttributes) {
        switch tag {
        case "font":
            if let face = attributes["face"], !HTMLElements.isPlausibleFace(face, matcher) {
                facts.insert("font_face_bad")
            }
        case "img":
            if isOpen("a") { appendToAnchor(Array("<img>\n".utf8)[...]) }
            if let width = attributes.text("width"), let height = attributes.text("height") {
                let (across, down) = (HTMLElements.extent(width, percent: 8), HTMLElements.extent(height, percent: 6))
                imageArea = min(imageArea + min(across, 1 << 20) * min(down, 1 << 20), 1 << 50)
            }
        case "form":
            if attributes.text("action")?.lowercased().contains("mailto:") == true {
                facts.insert("form_action_mailto")
            }
        case "object", "embed": facts.insert("embeds")
        case "a":
            lastAnchor = attributes["href"].map { canonical($0.withoutByteOrderMarks) } ?? []
            reference(lastAnchor) { $0.anchorTexts.append([]) }
            anchors.append([])
        case "title": titles.append([])
        case "meta":
            guard attributes.text("http-equiv")?.lowercased().contains("content-type") == true,
                let content = attributes.text("content")?.lowercased(),
                let place = content[...].range(of: "charset", isLast: false)
            else { return }
            let value = content[place.upperBound...].trimmingSpace
            guard value.hasPrefix("=") else { return }
            let name = value.dropFirst().trimmingSpace.drop { $0 == "\"" || $0 == "'" }.prefix {
                $0 != "\"" && $0 != "'"
            }
            if !name.isEmpty { charsets += name.split(separator: " ").map(String.init) }
        default: break
        }
    }
}
