import Values

/// A string with macros (RFC 7208 §7.1), parsed: a domain-spec, an explanation, or the value of an unknown modifier.
public struct SPFMacroString: Sendable, Hashable {
    /// A stretch of the string.
    public enum Piece: Sendable, Hashable {
        /// Octets that stand for themselves; `%%`, `%_` and `%-` already read.
        case literal([UInt8])
        case macro(SPFMacro)
    }

    public let pieces: [Piece]
    /// The string as written.
    public let text: String
    /// What a domain-spec without macros always expands to.
    let literalDomain: SPFDomain?

    /// Whether `%{p}` is used, which needs the DNS.
    var usesValidatedName: Bool {
        pieces.contains { if case .macro(let macro) = $0 { macro.letter == .validatedName } else { false } }
    }
}

/// One `%{…}` (RFC 7208 §7.1).
public struct SPFMacro: Sendable, Hashable {
    /// What it stands for (§7.2).
    public enum Letter: UInt8, Sendable, Hashable {
        case sender = 0x73  // s
        case localPart = 0x6C  // l
        case senderDomain = 0x6F  // o
        case domain = 0x64  // d
        case address = 0x69  // i
        case validatedName = 0x70  // p
        case addressFamily = 0x76  // v
        case helo = 0x68  // h
        case readableAddress = 0x63  // c
        case receiver = 0x72  // r
        case timestamp = 0x74  // t

        /// Whether the letter is for explanations only.
        var isForExplanationOnly: Bool { self == .readableAddress || self == .receiver || self == .timestamp }
    }

    public let letter: Letter
    /// Written in upper case: the expansion is URL-escaped.
    public let isURLEscaped: Bool
    /// How many of the parts to keep, from the right; nil for all.
    public let partCount: Int?
    /// Whether the parts are reversed.
    public let isReversed: Bool
    /// The octets the value is split at; `.` when none are written.
    public let delimiters: [UInt8]
}
