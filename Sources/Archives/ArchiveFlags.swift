import Values

/// What a mail reader has noted about a message, in the terms of Maildir and of the `Status` and `X-Status` fields.
public struct ArchiveFlags: OptionSet, Sendable, Hashable {
    public let rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// Read: Maildir `S`, `Status: R`.
    public static let seen = ArchiveFlags(rawValue: 1 << 0)
    /// Answered: Maildir `R`, `X-Status: A`.
    public static let answered = ArchiveFlags(rawValue: 1 << 1)
    /// Marked: Maildir `F`, `X-Status: F`.
    public static let flagged = ArchiveFlags(rawValue: 1 << 2)
    /// Marked for removal: Maildir `T`, `Status: D`, `X-Status: D`.
    public static let deleted = ArchiveFlags(rawValue: 1 << 3)
    /// A draft: Maildir `D`, `X-Status: T`.
    public static let draft = ArchiveFlags(rawValue: 1 << 4)
    /// Passed on: Maildir `P`.
    public static let passed = ArchiveFlags(rawValue: 1 << 5)
    /// No longer new, though perhaps not read: Maildir `cur`, `Status: O`.
    public static let old = ArchiveFlags(rawValue: 1 << 6)

    /// Each flag's name, for output, in a fixed order.
    public var names: [String] {
        let all: [(ArchiveFlags, String)] = [
            (.seen, "seen"), (.answered, "answered"), (.flagged, "flagged"), (.deleted, "deleted"),
            (.draft, "draft"), (.passed, "passed"), (.old, "old"),
        ]
        return all.filter { contains($0.0) }.map(\.1)
    }

    /// The flag of a letter after `:2,` in a Maildir file name.
    init(maildirLetter letter: UInt8) {
        switch letter {
        case .ascii("S"): self = .seen
        case .ascii("R"): self = .answered
        case .ascii("F"): self = .flagged
        case .ascii("T"): self = .deleted
        case .ascii("D"): self = .draft
        case .ascii("P"): self = .passed
        default: self = []
        }
    }

    /// The flag of a letter in a `Status` field.
    init(statusLetter letter: UInt8) {
        switch letter {
        case .ascii("R"): self = .seen
        case .ascii("O"): self = .old
        case .ascii("D"): self = .deleted
        default: self = []
        }
    }

    /// The flag of a letter in an `X-Status` field.
    init(extendedStatusLetter letter: UInt8) {
        switch letter {
        case .ascii("A"): self = .answered
        case .ascii("F"): self = .flagged
        case .ascii("D"): self = .deleted
        case .ascii("T"): self = .draft
        default: self = []
        }
    }
}
