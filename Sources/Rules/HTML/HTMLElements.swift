import Expressions
import Values

/// What is known about the tags of HTML.
enum HTMLElements {
    /// Elements that mail may have.
    static let known: Set<String> = words(
        """
        a abbr acronym address area b base bdo big blockquote body br button caption cite code col colgroup dd del dfn \
        div dl dt em fieldset form h1 h2 h3 h4 h5 h6 head hr html i img input ins kbd label legend li link map meta \
        noscript object ol optgroup option p param pre q samp script select small span strong style sub sup table tbody \
        td textarea tfoot th thead title tr tt ul var applet basefont center dir font frame frameset iframe isindex menu \
        noframes s strike u nobr x-sigsep x-tab
        """)
    /// Elements that are made something of but that honest mail does not have.
    static let tricks = words("bgsound embed listing plaintext xmp")

    private static func words(_ text: String) -> Set<String> { Set(text.split(separator: " ").map(String.init)) }

    /// `o:p` and `st1:place`, which word processors write.
    static func isNamespaced(_ tag: String) -> Bool {
        guard tag.utf8.contains(.colon) else { return false }
        let bytes = Array(tag.utf8)
        let name: ArraySlice<UInt8>
        if bytes.starts(with: [.ascii("o"), .colon]) {
            name = bytes[2...]
        } else if bytes.count > 4, bytes[0] == .ascii("s"), bytes[1] == .ascii("t"), bytes[2].isDigit,
            bytes[3] == .colon
        {
            name = bytes[4...]
        } else {
            return false
        }
        let body = name.last == .ascii("/") ? name.dropLast() : name
        return !body.isEmpty && body.allSatisfy { $0.isWordByte || $0 == .hyphen }
    }

    /// The width or height of an image; percents of a window of a size that is common.
    static func extent(_ text: String, percent: Int) -> Int {
        let isPercent = text.hasSuffix("%")
        let digits = isPercent ? text.dropLast() : text[...]
        guard !digits.isEmpty, digits.utf8.allSatisfy(\.isDigit), let number = Int(digits), number > 0 else {
            return 200
        }
        return isPercent ? min(number, 1 << 20) * percent : number
    }

    /// Whether `face` is a list of names of fonts.
    static func isPlausibleFace(_ face: [UInt8], _ matcher: Matcher) -> Bool {
        // Names begin and end with a letter, a digit may follow; they may be quoted, and commas part them.
        matcher.matches(faces, Bytes(face))
    }

    private static let faces = Expression(
        known: #"^\s*["'.]?[a-z ][a-z -]*[a-z]\d?["']?(?:,\s*["']?[a-z][a-z -]*[a-z]\d?["']?)*;?$"#, .ignoringCase)
}
