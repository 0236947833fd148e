import Values

/// How state is kept: the section `state` of a policy.
public struct StateSettings: Sendable, Hashable {
    /// Where; nil leaves it to the program.
    public var source: StateSource?
    /// The certificates that vouch for the server's, as a file in PEM; nil for those that the system trusts.
    public var certificateAuthority: String?
    /// How long an answer may take.
    public var timeout: Duration = .milliseconds(250)
    /// What the names of entries begin with on a server that others may use too.
    public var prefix = "assay:"
    /// The most that a database may grow to, in bytes.
    public var sizeLimit = 4 << 30
    /// The most entries that memory may hold.
    public var entryLimit = 1_000_000
    /// What follows when the store does not answer.
    public var whenAway = WhenAway.skip

    /// What follows when the store does not answer.
    public enum WhenAway: String, Sendable, Hashable, CaseIterable {
        /// Stages that need it are not evaluated, and reports say so.
        case skip
        /// Mail that such a stage looks at is refused for now (451).
        case `defer`
        /// The process remembers by itself until the store is back.
        case memory
    }

    /// The defaults.
    public init() {}
}
