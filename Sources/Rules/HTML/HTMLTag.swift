/// A tag that changes how text looks.
enum HTMLStyledTag: Int, CaseIterable {
    case body, font, table, row, cell, big, small, baseFont, span, paragraph, division, anchor
}

/// An attribute that changes how text looks, of some tags.
enum HTMLLook: Int {
    case color, face, size, text, ground, link, activeLink, visitedLink, picture, style

    init?(_ name: ArraySlice<UInt8>) {
        switch name.count {
        case 4 where name.equalsIgnoringCase("face"): self = .face
        case 4 where name.equalsIgnoringCase("size"): self = .size
        case 4 where name.equalsIgnoringCase("text"): self = .text
        case 4 where name.equalsIgnoringCase("link"): self = .link
        case 5 where name.equalsIgnoringCase("style"): self = .style
        case 5 where name.equalsIgnoringCase("color"): self = .color
        case 5 where name.equalsIgnoringCase("alink"): self = .activeLink
        case 5 where name.equalsIgnoringCase("vlink"): self = .visitedLink
        case 7 where name.equalsIgnoringCase("bgcolor"): self = .ground
        case 10 where name.equalsIgnoringCase("background"): self = .picture
        default: return nil
        }
    }
}

/// What is to be made of a tag of some name.
struct HTMLTag {
    /// What stands between words in its place.
    enum Gap { case none, space, line, paragraph }

    /// The tags of which it matters whether they are open.
    enum Kind { case anchor, title, script, style, other }

    let isElement: Bool
    let isNamespaced: Bool
    /// Whether anything but its being there is made of it.
    let isTaken: Bool
    let kind: Kind
    let styled: HTMLStyledTag?
    let gap: Gap
    /// Whether it refers to elsewhere.
    let isReferring: Bool
    private let looks: [HTMLLook]

    /// Whether an attribute changes how its text looks.
    func takes(_ look: HTMLLook) -> Bool { looks.contains(look) }

    /// What is known of `name`, in lower case.
    static func named(_ name: String) -> HTMLTag { table[name] ?? HTMLTag(name) }

    /// All that is made something of. Tags come by the thousand: what is to be done is looked up once for each.
    private static let table: [String: HTMLTag] = {
        let names = HTMLElements.known.union(HTMLElements.tricks)
        return Dictionary(uniqueKeysWithValues: names.map { ($0, HTMLTag($0)) })
    }()

    private init(_ name: String) {
        isElement = HTMLElements.known.contains(name)
        isNamespaced = HTMLElements.isNamespaced(name)
        isTaken = !isNamespaced && (isElement || HTMLElements.tricks.contains(name))
        kind =
            switch name {
            case "a": .anchor
            case "title": .title
            case "script": .script
            case "style": .style
            default: .other
            }
        let (styled, looks) = HTMLTag.style(of: name)
        (self.styled, self.looks) = (styled, looks)
        gap =
            switch name {
            case "br", "div": .line
            case "li", "th", "td", "dt", "dd", "embed", "h1", "h2", "h3", "h4", "h5", "h6": .space
            case "p", "hr", "blockquote", "pre", "listing", "plaintext", "xmp", "title": .paragraph
            default: .none
            }
        isReferring =
            switch name {
            case "body", "table", "tr", "td", "a", "area", "link", "img", "frame", "iframe", "embed", "script", "form",
                "base", "bgsound", "meta":
                true
            default: false
            }
    }

    private static func style(of name: String) -> (HTMLStyledTag?, [HTMLLook]) {
        switch name {
        case "body": (.body, [.text, .ground, .link, .activeLink, .visitedLink, .picture])
        case "font": (.font, [.color, .face, .size])
        case "basefont": (.baseFont, [.color, .face, .size])
        case "table": (.table, [.ground, .style])
        case "tr": (.row, [.ground, .style])
        case "td", "th": (.cell, [.ground, .style])
        case "span": (.span, [.style])
        case "p": (.paragraph, [.style])
        case "div": (.division, [.style])
        case "a": (.anchor, [.style])
        case "big": (.big, [])
        case "small": (.small, [])
        default: (nil, [])
        }
    }
}
