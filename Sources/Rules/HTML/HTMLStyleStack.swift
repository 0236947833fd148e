import Values

/// How text looks at a place of an HTML document.
struct HTMLStyle {
    /// The tag that it is of; nil for the document itself.
    var tag: HTMLStyledTag?
    private(set) var foreground = HTMLColor.black
    private(set) var background = HTMLColor.white
    var size = 3
    private var isTakenOut = false
    private var isInvisible = false

    /// How well text stands out.
    enum Contrast { case none, low, invalid, fine }

    var isHidden: Bool { isTakenOut || isInvisible }

    /// Whether the text can be told from its ground.
    var contrast: Contrast {
        if foreground == background { return .none }
        guard case .rgb(let front) = foreground, case .rgb(let back) = background else {
            return foreground == .invalid || background == .invalid ? .invalid : .fine
        }
        func difference(_ shift: UInt32, _ weight: Double) -> Double {
            let difference = weight * (Double(front >> shift & 255) - Double(back >> shift & 255))
            return difference * difference
        }
        let distance = difference(16, 0.2126) + difference(8, 0.7152) + difference(0, 0.0722)
        return distance.squareRoot() < 12 ? .low : .fine
    }

    /// Takes an attribute into account.
    mutating func apply(_ look: HTMLLook, _ value: () -> [UInt8], baseFont: Int, ground: HTMLColor) {
        switch look {
        case .color, .text: foreground = HTMLColor(value()[...])
        case .size:
            let text = value()[...].trimmingRuleSpace
            if let sign = text.first, sign == .ascii("+") || sign == .hyphen,
                let number = text.dropFirst().leadingNumber
            {
                size = baseFont + (sign == .hyphen ? -number : number)
            } else if let number = text.leadingNumber {
                size = number
            }
        case .style: applyStyle(value()[...], ground: ground)
        default: break
        }
    }

    private mutating func applyStyle(_ value: ArraySlice<UInt8>, ground: HTMLColor) {
        var rest = value
        var count = 0
        while !rest.isEmpty, count < HTMLStyle.propertyLimit {
            let end = rest.firstIndex(of: .semicolon) ?? rest.endIndex
            let part = rest[..<end]
            rest = end < rest.endIndex ? rest[(end + 1)...] : rest[end...]
            guard !part.isEmpty else { continue }
            count += 1
            guard let colon = part.firstIndex(of: .colon) else { continue }
            let property = part[..<colon].trimmingRuleSpace
            guard let known = HTMLStyle.Property(property) else { continue }
            let text = part[(colon + 1)...].trimmingRuleSpace
            guard !text.isEmpty else { continue }
            switch known {
            case .color: if let color = HTMLStyle.color(text) { foreground = color }
            case .backgroundColor: if let color = HTMLStyle.color(text) { background = color }
            case .background: if let color = HTMLColor.background(text) { background = color }
            case .display: isTakenOut = text.equalsIgnoringCase("none")
            case .visibility: isInvisible = text.equalsIgnoringCase("hidden")
            }
        }
        if background == .transparent { background = ground }
        if foreground == .transparent { foreground = background }
    }

    /// What a property of a style sheet gives as a colour; nil where it leaves the colour as it is.
    private static func color(_ text: ArraySlice<UInt8>) -> HTMLColor? {
        var text = text
        if text.hasSuffixIgnoringCase("important"), let mark = text.lastIndex(of: .ascii("!")) {
            text = text[..<mark].trimmingRuleSpace
        }
        if text.indices.contains(where: { text[$0...].hasPrefixIgnoringCase("rgb") }) {
            return HTMLColor(styleRGB: text)
        }
        if text.equalsIgnoringCase("inherit") { return nil }
        return text.equalsIgnoringCase("transparent") ? .transparent : HTMLColor(text)
    }

    private enum Property {
        case color, backgroundColor, background, display, visibility

        init?(_ name: ArraySlice<UInt8>) {
            switch name.count {
            case 5 where name.equalsIgnoringCase("color"): self = .color
            case 7 where name.equalsIgnoringCase("display"): self = .display
            // SpamAssassin takes this one in small letters alone.
            case 10 where name.elementsEqual("background".utf8): self = .background
            case 10 where name.equalsIgnoringCase("visibility"): self = .visibility
            case 16 where name.equalsIgnoringCase("background-color"): self = .backgroundColor
            default: return nil
            }
        }
    }

    /// How many properties of one attribute are looked at.
    private static let propertyLimit = 200
}

/// The styles of the tags that are open.
struct HTMLStyleStack {
    private var styles = [HTMLStyle()]
    /// How many of each tag there are, so that what was never opened is not looked for.
    private var counts = [Int](repeating: 0, count: HTMLStyledTag.allCases.count)
    private static let depthLimit = 100_000

    var top: HTMLStyle { styles.last ?? HTMLStyle() }

    mutating func push(_ style: HTMLStyle, of tag: HTMLStyledTag) {
        guard styles.count < HTMLStyleStack.depthLimit else { return }
        styles.append(style)
        styles[styles.count - 1].tag = tag
        counts[tag.rawValue] += 1
    }

    /// Closes the innermost `tag` and all that is open in it.
    mutating func close(_ tag: HTMLStyledTag) {
        guard counts[tag.rawValue] > 0 else { return }
        while let closed = styles.last?.tag {
            removeLast(closed)
            if closed == tag { return }
        }
    }

    /// A new cell ends the one before it, a new row its cells.
    mutating func closeCells(before tag: HTMLStyledTag) {
        guard counts[tag.rawValue] > 0 else { return }
        while let last = styles.last?.tag, last == .font || last == .cell || (tag == .row && last == .row) {
            removeLast(last)
        }
    }

    private mutating func removeLast(_ tag: HTMLStyledTag) {
        styles.removeLast()
        counts[tag.rawValue] -= 1
    }
}
