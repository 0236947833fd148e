import Mail
import Values

/// Reads a page of HTML for features in one pass: its visible text, its links, and by which means it was made.
///
/// It does less than a renderer: tags and comments are taken out, references decoded, and what a style hides is counted
/// and left out. Time and output are linear in the input; nothing nests.
struct PageReader {
    /// The text that is seen, in UTF-8.
    private(set) var text: [UInt8] = []
    private let source: [UInt8]
    private var position = 0
    private var hiddenTag: [UInt8]?
    private var hiddenDepth = 0
    private var tags = 0
    private var comments = 0
    private var hidden = 0
    private var references = 0
    /// Links are read up to this much text and these many tags; what follows is like what came before.
    private let textLimit: Int

    /// What a style says, without spaces and in lower case; the room is used again.
    private var style: [UInt8] = []

    private static let tagLimit = 20_000
    private static let styleElement = Array("style".utf8)
    private static let scriptElement = Array("script".utf8)

    init(_ source: [UInt8], textLimit: Int) {
        (self.source, self.textLimit) = (source, textLimit)
        text.reserveCapacity(min(source.count, textLimit))
    }

    /// Reads the page.
    mutating func read(into collector: inout FeatureCollector, addresses: inout AddressFeatures) {
        let end = source.count
        while position < end, text.count < textLimit, tags < PageReader.tagLimit {
            let byte = source[position]
            if byte == .ascii("<") {
                readMarkup(into: &collector, addresses: &addresses)
            } else if byte == .ascii("&") {
                readReference()
            } else {
                let start = position
                let stop = hiddenDepth == 0 ? min(end, position + textLimit - text.count) : end
                while position < stop, source[position] != .ascii("<"), source[position] != .ascii("&") {
                    position += 1
                }
                if hiddenDepth == 0 { text += source[start..<position] }
            }
        }
        collector.add(.structure, "tags", sized: tags)
        collector.add(.structure, "comments", sized: comments)
        if hidden > 0 { collector.add(.structure, "hidden", sized: hidden) }
        if references > 4 { collector.add(.structure, "references", sized: references) }
        collector.add(.structure, "text share", sized: text.count * 32 / max(position, 1))
    }

    private mutating func readReference() {
        let stop = min(source.count, position + 12)
        guard let end = source[position..<stop].firstIndex(of: .semicolon), end > position + 1 else {
            if hiddenDepth == 0 { text.append(.ascii("&")) }
            position += 1
            return
        }
        let name = source[(position + 1)..<end]
        position = end + 1
        guard hiddenDepth == 0 else { return }
        if name.first == .ascii("#") {
            references += 1
            var value: UInt32 = 0
            let isHexadecimal = name.dropFirst().first.map { $0.lowercased == .ascii("x") } ?? false
            for digit in name.dropFirst(isHexadecimal ? 2 : 1) {
                guard let number = digit.hexDigitValue, isHexadecimal || number < 10, value < 0x11_0000 else { return }
                value = value * (isHexadecimal ? 16 : 10) + UInt32(number)
            }
            if let scalar = Unicode.Scalar(value), value != 0 { text.append(contentsOf: String(scalar).utf8) }
            return
        }
        switch String(decoding: name, as: UTF8.self) {
        case "amp": text.append(.ascii("&"))
        case "lt": text.append(.ascii("<"))
        case "gt": text.append(.ascii(">"))
        case "quot", "apos", "rsquo", "lsquo": text.append(.ascii("'"))
        case "zwnj", "zwj", "shy": text += [0xE2, 0x80, 0x8C]
        default: text.append(.space)
        }
    }

    private mutating func readMarkup(into collector: inout FeatureCollector, addresses: inout AddressFeatures) {
        let span = source
        guard position + 1 < span.count else {
            position += 1
            return
        }
        let next = span[position + 1]
        if next == .ascii("!") {
            comments += 1
            let isComment = position + 3 < span.count && span[position + 2] == .hyphen && span[position + 3] == .hyphen
            skip(isComment ? "-->" : ">")
            return
        }
        let isEnd = next == .ascii("/")
        var cursor = position + (isEnd ? 2 : 1)
        guard cursor < span.count, span[cursor].isLetter else {
            if hiddenDepth == 0 { text.append(.space) }
            position += 1
            return
        }
        let start = cursor
        while cursor < span.count, span[cursor].isAlphanumeric || span[cursor] == .colon, cursor - start < 16 {
            cursor += 1
        }
        let name = span[start..<cursor].map(\.lowercased)
        position = cursor
        tags += 1
        if isEnd {
            skip(">")
            if hiddenDepth > 0, name == hiddenTag { hiddenDepth -= 1 }
            breakWord(after: name)
            return
        }
        if tags <= 400 { collector.add(.structure, "<" + String(decoding: name, as: UTF8.self)) }
        let isHidden = readAttributes(of: name, into: &collector, addresses: &addresses)
        if hiddenDepth > 0 {
            if name == hiddenTag { hiddenDepth += 1 }
        } else if isHidden, !PageReader.empty.contains(name) {
            hidden += 1
            (hiddenTag, hiddenDepth) = (name, 1)
        }
        if name == PageReader.styleElement {
            skip("</style")
            skip(">")
        } else if name == PageReader.scriptElement {
            skip("</script")
            skip(">")
        } else {
            breakWord(after: name)
        }
    }

    /// Elements that part no word.
    private static let inline: Set<[UInt8]> = Set(
        ["b", "i", "u", "em", "strong", "font", "span", "a", "big", "small", "tt", "sub", "sup", "s", "wbr", "o:p"]
            .map { Array($0.utf8) })
    /// Elements that have no end.
    private static let empty: Set<[UInt8]> = Set(["br", "hr", "img", "input", "meta", "link"].map { Array($0.utf8) })

    private mutating func breakWord(after name: [UInt8]) {
        guard hiddenDepth == 0, !PageReader.inline.contains(name), text.last != .space else { return }
        text.append(.space)
    }

    /// Moves behind the next `text`, case of letters aside; to the end where there is none.
    private mutating func skip(_ text: StaticString) {
        let source = source
        let span = unsafe source.span.bytes
        let last = text.utf8CodeUnitCount
        if last == 1 {
            position = span.firstIndex(of: .ascii(">"), from: position).map { $0 + 1 } ?? source.count
            return
        }
        var search = position
        let first: UInt8 = text.hasPrefix("-") ? .hyphen : .ascii("<")
        while let found = span.firstIndex(of: first, from: search) {
            if found + last <= source.count, span.equalsIgnoringCase(text, in: found..<found + last) {
                position = found + last
                return
            }
            search = found + 1
        }
        position = source.count
    }

    /// Reads attributes up to the end of the tag; whether one of them hides the element.
    private mutating func readAttributes(
        of name: [UInt8], into collector: inout FeatureCollector, addresses: inout AddressFeatures
    ) -> Bool {
        var isHidden = false
        let end = source.count
        while position < end, source[position] != .ascii(">") {
            guard source[position].isLetter else {
                position += 1
                continue
            }
            let start = position
            while position < end, source[position].isAlphanumeric || source[position] == .hyphen { position += 1 }
            let attribute = start..<position
            while position < end, source[position] <= .space { position += 1 }
            guard position < end, source[position] == .equals else { continue }
            position += 1
            while position < end, source[position] <= .space { position += 1 }
            let value = readValue()
            isHidden = take(attribute, value, of: name, into: &collector, addresses: &addresses) || isHidden
        }
        if position < end { position += 1 }
        return isHidden
    }

    private mutating func readValue() -> Range<Int> {
        guard position < source.count else { return position..<position }
        let quote = source[position]
        if quote == .quote || quote == .ascii("'") {
            let start = position + 1
            let source = source
            let stop = unsafe source.span.bytes.firstIndex(of: quote, from: start) ?? source.count
            position = min(stop + 1, source.count)
            return start..<max(start, stop)
        }
        let start = position
        while position < source.count, source[position] > .space, source[position] != .ascii(">") { position += 1 }
        return start..<position
    }

    private mutating func take(
        _ attribute: Range<Int>, _ value: Range<Int>, of name: [UInt8], into collector: inout FeatureCollector,
        addresses: inout AddressFeatures
    ) -> Bool {
        guard value.upperBound <= source.count else { return false }
        switch attribute.count {
        case 3 where matches("src", attribute):
            addresses.add(source, value, role: .image, into: &collector)
        case 4 where matches("href", attribute):
            addresses.add(source, value, role: .link, into: &collector)
        case 6 where matches("action", attribute):
            addresses.add(source, value, role: .form, into: &collector)
        case 6 where matches("hidden", attribute):
            return true
        case 5 where matches("style", attribute):
            return hides(value)
        default:
            if attribute.count > 5, matches("on", attribute.lowerBound..<attribute.lowerBound + 2) {
                collector.add(.structure, "event handler")
            }
        }
        return false
    }

    private func matches(_ text: StaticString, _ range: Range<Int>) -> Bool {
        unsafe source.span.bytes.equalsIgnoringCase(text, in: range)
    }

    /// Whether a style hides what it is given to.
    private mutating func hides(_ value: Range<Int>) -> Bool {
        style.removeAll(keepingCapacity: true)
        for index in value.prefix(400) where source[index] > .space { style.append(source[index].lowercased) }
        let span = unsafe style.span.bytes
        return span.firstIndex(of: "display:none") != nil || span.firstIndex(of: "visibility:hidden") != nil
            || span.firstIndex(of: "font-size:0") != nil || span.firstIndex(of: "font-size:1px") != nil
    }
}

extension StaticString {
    fileprivate func hasPrefix(_ text: Unicode.Scalar) -> Bool {
        withUTF8Buffer { unsafe $0.first == UInt8(ascii: text) }
    }
}
