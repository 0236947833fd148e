import Values

/// How text looks at a place of an HTML document.
struct HTMLStyle {
    var tag = "default"
    var foreground = "#000000" { didSet { judged = nil } }
    var background = "#ffffff" { didSet { judged = nil } }
    var size = 3
    var display = ""
    var visibility = ""
    private var judged: Contrast?

    /// How well text stands out.
    enum Contrast { case none, low, invalid, fine }

    var isHidden: Bool { display == "none" || visibility == "hidden" }

    /// Whether the text can be told from its ground.
    var contrast: Contrast {
        if foreground == "#000000", background == "#ffffff" { return .fine }
        if foreground.suffix(6) == background.suffix(6) { return .none }
        if let front = HTMLStyle.channels(foreground), let back = HTMLStyle.channels(background) {
            let weighted = zip(zip(front, back), [0.2126, 0.7152, 0.0722]).map { (pair, weight) in
                let difference = weight * (pair.0 - pair.1)
                return difference * difference
            }
            return weighted.reduce(0, +).squareRoot() < 12 ? .low : .fine
        }
        return foreground == HTMLColors.invalid || background == HTMLColors.invalid ? .invalid : .fine
    }

    private static func channels(_ color: String) -> [Double]? {
        let digits = color.hasPrefix("#") ? color.dropFirst() : color[...]
        guard digits.utf8.count == 6, let value = UInt32(digits, radix: 16) else { return nil }
        return [Double(value >> 16), Double(value >> 8 & 255), Double(value & 255)]
    }

    /// Takes an attribute into account.
    mutating func apply(_ name: String, _ value: String, baseFont: Int, ground: String) {
        switch name {
        case "text", "color": foreground = HTMLColors.color(value)
        case "size":
            let text = value.trimmingSpace
            if text.hasPrefix("+") || text.hasPrefix("-"), let number = text.dropFirst().leadingNumber {
                size = baseFont + (text.hasPrefix("-") ? -number : number)
            } else if let number = text.leadingNumber {
                size = number
            }
        case "style": applyStyle(value, ground: ground)
        default: break
        }
    }

    private mutating func applyStyle(_ value: String, ground: String) {
        for part in value.split(separator: ";").prefix(200) {
            guard let colon = part.firstIndex(of: ":") else { continue }
            let property = part[..<colon].trimmingSpace.lowercased()
            let text = part[part.index(after: colon)...].trimmingSpace
            guard !text.isEmpty else { continue }
            switch property {
            case "color", "background-color":
                var color = text.lowercased()[...]
                if color.hasSuffix("important"), let mark = color.lastIndex(of: "!") {
                    color = color[..<mark].trimmingSpace
                }
                let chosen: String
                if color.contains("rgb") {
                    chosen = HTMLColors.styleColor(rgb: color)
                } else if color == "inherit" {
                    continue
                } else {
                    chosen = color == "transparent" ? String(color) : HTMLColors.color(color)
                }
                if property == "color" { foreground = chosen } else { background = chosen }
            case "background": if let color = HTMLColors.backgroundColor(text) { background = color }
            case "display": display = text.lowercased()
            case "visibility": visibility = text.lowercased()
            default: break
            }
        }
        if background == "transparent" { background = ground }
        if foreground == "transparent" { foreground = background }
    }
}

/// The styles of the tags that are open.
struct HTMLStyleStack {
    private var styles = [HTMLStyle()]
    /// How many of each tag there are, so that what was never opened is not looked for.
    private var counts: [String: Int] = [:]
    private static let depthLimit = 100_000

    var top: HTMLStyle { styles.last ?? HTMLStyle() }

    mutating func push(_ style: HTMLStyle) {
        guard styles.count < HTMLStyleStack.depthLimit else { return }
        styles.append(style)
        counts[style.tag, default: 0] += 1
    }

    /// Closes the innermost `tag` and all that is open in it.
    mutating func close(_ tag: String) {
        guard counts[tag, default: 0] > 0 else { return }
        while styles.count > 1 {
            let closed = styles.removeLast()
            counts[closed.tag, default: 0] -= 1
            if closed.tag == tag { return }
        }
    }

    /// A new cell ends the one before it, a new row its cells.
    mutating func closeCells(before tag: String) {
        guard counts[tag, default: 0] > 0 else { return }
        while styles.count > 1, let last = styles.last,
            last.tag == "font" || last.tag == "td" || (tag == "tr" && last.tag == "tr")
        {
            styles.removeLast()
            counts[last.tag, default: 0] -= 1
        }
    }
}

extension StringProtocol {
    /// The number that the text begins with, up to six digits of it.
    var leadingNumber: Int? {
        let digits = prefix { $0.isASCII && $0.isNumber }
        return digits.isEmpty ? nil : Int(digits.prefix(6))
    }
}
