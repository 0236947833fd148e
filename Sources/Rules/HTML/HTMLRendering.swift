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

        fileprivate mutating func append(_ text: ArraySlice<UInt8>, limit: Int) {
            if let last = anchorTexts.indices.last, anchorTexts[last].count < limit { anchorTexts[last] += text }
        }
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
    private(set) var inside: [String: Int] = [:]
    var imageArea = 0
    var minimumSize = 3
    var maximumSize = 3
    var comments: [[UInt8]] = []
    var scripts: [[UInt8]] = []
    var titles: [[UInt8]] = []
    var anchors: [[UInt8]] = []
    var references: [Bytes: Reference] = [:]
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
    private let followsEveryLink: Bool
    private var styles = HTMLStyleStack()
    private var baseFont = 3
    private var base: [UInt8] = []
    private var lastAnchor = Bytes([])
    // Of tags that text is looked at for: how many are open.
    private var (openAnchors, openTitles, openScripts, openStyles) = (0, 0, 0, 0)

    /// How many different references are kept, and how much of their texts.
    private static let referenceLimit = 10_000
    private static let anchorTextLimit = 4_096

    /// Renders `source`, in UTF-8. `isWide` says that it had characters beyond ASCII; `byteCount` is the size before
    /// it was converted. With `followsEveryLink`, links count that SpamAssassin does not know.
    init(_ source: [UInt8], isWide: Bool, byteCount: Int, matcher: Matcher, followsEveryLink: Bool = false) {
        (self.matcher, self.followsEveryLink) = (matcher, followsEveryLink)
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
        result.append(addingCapacity: source.count) { room in
            var index = 0
            while index < source.count {
                let byte = source[index]
                if byte == .ascii("&"), source[index...].starts(with: "&nbsp;".utf8) {
                    room.append(.space)
                    index += 6
                } else if byte == 0xE2, index + 2 < source.count, source[index + 1] == 0x80,
                    source[index + 2] == 0x9C || source[index + 2] == 0x9D
                {
                    room.append(.quote)
                    index += 3
                } else if byte == .ascii("<"), index + 2 < source.count, source[index + 1].isWordByte {
                    room.append(byte)
                    index += 1
                    while index < source.count, source[index].isWordByte {
                        room.append(source[index])
                        index += 1
                    }
                    var end = index
                    while end < source.count, source[end].isRuleSpace { end += 1 }
                    if end + 1 < source.count, source[end] == .ascii("/"), source[end + 1] == .ascii(">") {
                        room.append(.ascii(">"))
                        index = end + 2
                    }
                } else {
                    room.append(byte)
                    index += 1
                }
            }
        }
        return result
    }
}

extension HTMLRendering: HTMLEvents {
    mutating func start(_ name: String, _ attributes: HTMLAttributes) {
        let tag = HTMLTag.named(name)
        count(name, tag, 1)
        if followsEveryLink { referElsewhere(name, attributes) }
        guard tag.isTaken else { return }
        if let styled = tag.styled { open(styled, tag, attributes) }
        text.append(tag.gap)
        if tag.isReferring { refer(name, attributes) }
        note(name, attributes)
    }

    mutating func end(_ name: String) {
        let tag = HTMLTag.named(name)
        count(name, tag, -1)
        guard tag.isTaken else { return }
        if let styled = tag.styled, styled != .body { styles.close(styled) }
        text.append(tag.gap)
        if name == "html" { facts.insert("closed_html") }
        if name == "body" { facts.insert("closed_body") }
    }

    /// Counts a tag.
    private mutating func count(_ name: String, _ tag: HTMLTag, _ change: Int) {
        tagCount += 1
        let isElement = tag.isElement || tag.isNamespaced
        if isElement { elementCount += 1 }
        let now: Int
        if let place = inside.index(forKey: name) {
            now = inside.values[place] + change
            inside.values[place] = max(now, 0)
        } else {
            now = change
            inside[name] = max(now, 0)
            tagsSeen += 1
            if isElement { elementsSeen += 1 }
        }
        if now < 0 { extraClosings += 1 }
        switch tag.kind {
        case .anchor: openAnchors = max(now, 0)
        case .title: openTitles = max(now, 0)
        case .script: openScripts = max(now, 0)
        case .style: openStyles = max(now, 0)
        case .other: break
        }
    }

    mutating func comment(_ text: ArraySlice<UInt8>) { comments.append(Array(text)) }

    mutating func declaration(_ text: ArraySlice<UInt8>) {
        elementCount += 1
        tagCount += 1
        inside["!doctype"] = 0
    }

    mutating func text(_ text: ArraySlice<UInt8>) {
        if openScripts > 0 { return scripts.append(Array(text)) }
        if openStyles > 0 { return }
        if openAnchors > 0 { appendToAnchor(text) }
        if openTitles > 0, !titles.isEmpty { titles[titles.count - 1] += text }
        let isInvisible = !text.allSatisfy { $0.isRuleSpace } && isInvisibleNow()
        if !self.text.isEmpty { noteObfuscation(text) }
        self.text.append(text, isInvisible: isInvisible)
    }

    private mutating func appendToAnchor(_ text: ArraySlice<UInt8>) {
        if let place = references.index(forKey: lastAnchor) {
            references.values[place].append(text, limit: HTMLRendering.anchorTextLimit)
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

    private mutating func open(_ styled: HTMLStyledTag, _ tag: HTMLTag, _ attributes: HTMLAttributes) {
        if styled == .baseFont, let number = attributes["size"]?[...].trimmingRuleSpace.leadingNumber {
            baseFont = number
            return
        }
        if styled == .cell || styled == .row { styles.closeCells(before: styled) }
        var style = styles.top
        switch styled {
        case .big: style.size += 1
        case .small: style.size -= 1
        default:
            let ground = style.background
            attributes.eachLook { look, value in
                guard tag.takes(look) else { return }
                style.apply(look, value, baseFont: baseFont, ground: ground)
                if style.size > maximumSize {
                    maximumSize = style.size
                } else if style.size < minimumSize {
                    minimumSize = style.size
                }
            }
        }
        styles.push(style, of: styled)
    }

    private mutating func refer(_ tag: String, _ attributes: HTMLAttributes) {
        switch tag {
        case "body", "table", "tr", "td": if let uri = attributes["background"] { push(uri, tag) }
        case "a", "area", "link":
            let odd = attributes.last(endingIn: "/href")
            if let uri = odd ?? attributes["href"] { push(uri.withoutByteOrderMarks, tag) }
            if let uri = attributes["data-saferedirecturl"] { push(uri, tag) }
        case "img", "frame", "iframe", "embed", "script", "bgsound":
            let odd = attributes.last(endingIn: "/src")
            if let uri = odd ?? attributes["src"] { push(uri, tag) }
        case "form": if let uri = attributes["action"] { push(uri, tag) }
        case "base":
            guard let uri = attributes["href"], !uri.isEmpty else { return }
            let whole = canonical(uri)
            push(whole, tag)
            if let folder = URIReference.folder(of: whole) { base = folder }
        case "meta":
            guard let equivalent = attributes.text("http-equiv"),
                equivalent.asciiLowercased.containsBytes(of: "refresh"),
                let content = attributes["content"], let uri = URIReference.refreshTarget(content)
            else { return }
            push(uri, tag)
        default: break
        }
    }

    /// Links of drawings (SVG 1.1 §17.1, VML) and of buttons in forms.
    private mutating func referElsewhere(_ tag: String, _ attributes: HTMLAttributes) {
        if let uri = attributes["xlink:href"] { push(uri, tag) }
        if tag == "button" || tag == "input", let uri = attributes["formaction"] { push(uri, tag) }
        if tag.hasPrefix("v:"), let uri = attributes["href"] { push(uri, tag) }
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
        reference(Bytes(target)) { $0.types.insert(tag) }
    }

    private mutating func reference(_ uri: Bytes, _ change: (inout Reference) -> Void) {
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
            if openAnchors > 0 { appendToAnchor(Array("<img>\n".utf8)[...]) }
            if let width = attributes.text("width"), let height = attributes.text("height") {
                let (across, down) = (HTMLElements.extent(width, percent: 8), HTMLElements.extent(height, percent: 6))
                imageArea = min(imageArea + min(across, 1 << 20) * min(down, 1 << 20), 1 << 50)
            }
        case "form":
            if attributes.text("action")?.asciiLowercased.containsBytes(of: "mailto:") == true {
                facts.insert("form_action_mailto")
            }
        case "object", "embed": facts.insert("embeds")
        case "a":
            lastAnchor = Bytes(attributes["href"].map { canonical($0.withoutByteOrderMarks) } ?? [])
            reference(lastAnchor) { $0.anchorTexts.append([]) }
            anchors.append([])
        case "title": titles.append([])
        case "meta":
            guard attributes.text("http-equiv")?.asciiLowercased.containsBytes(of: "content-type") == true,
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
