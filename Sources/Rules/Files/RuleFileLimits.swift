/// What is read of rule files before the rest is left out and told.
public struct RuleFileLimits: Sendable, Hashable {
    /// How many files, those included among them.
    public var files = 2_000
    /// The size of one file, in bytes.
    public var fileSize = 16 << 20
    /// The size of all files.
    public var totalSize = 64 << 20
    /// How deep files may include files.
    public var includeDepth = 10
    /// How many rules.
    public var rules = 50_000
    /// How long one line.
    public var lineLength = 64 << 10
    /// How many problems are told.
    public var problems = 1_000

    public init() {}

    public static let `default` = RuleFileLimits()
}
