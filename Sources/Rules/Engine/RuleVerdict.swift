import Values

/// What the rules found in a message.
public struct RuleVerdict: Sendable {
    /// A rule that hit.
    public struct Hit: Sendable, Hashable {
        public let name: String
        public let summary: String
        /// Thousandths of a point for all its hits together.
        public let score: Int
        /// How often it hit.
        public let count: Int
        /// Where it was seen: `header`, `body`, `rawbody`, `uri`, `full`, `mimeheader`, `meta`.
        public let area: String
        /// What matched first; nil where nothing of the message says it by itself.
        public let text: Bytes?

        /// Whether the rule is only a part of others.
        public var isPart: Bool { name.hasPrefix("__") }
    }

    /// In the order of their names, parts of other rules among them.
    public let hits: [Hit]
    /// The sum of the scores, in thousandths.
    public let score: Int
    /// How many matches were given up at the limit: these rules may have hit.
    public let exhaustionCount: Int
    /// The rules whose expressions were given up, in the order of their names.
    public let givenUp: [String]
}

/// Why a rule hits a message, or does not.
public struct RuleExplanation: Sendable {
    /// A match, and where it is.
    public struct Place: Sendable, Hashable {
        /// `Subject`, `body line 3`, `uri`, …
        public let place: String
        /// Bytes from the start of what is named there.
        public let offset: Int
        public let text: Bytes
    }

    public let name: String
    /// How often it hit.
    public let count: Int
    /// Whether a match was given up at the limit: it may have hit.
    public let isGivenUp: Bool
    /// Whether it depends on the DNS, which was not asked.
    public let isUndecided: Bool
    public let places: [Place]
    /// For a meta rule, the rules it is made of and what each gave.
    public let operands: [(name: String, value: Double)]
    /// What it looks for, as its file says it; for people.
    public let test: String
}
