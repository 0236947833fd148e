/// Where an archive is.
public enum ArchiveLocation: Sendable, Hashable {
    /// A file or a folder.
    case path(String)
    /// What arrives on descriptor 0, to its end.
    case standardInput
}

/// How message ends and quoted lines in an mbox are read.
public enum MboxDialect: String, Sendable, Hashable, CaseIterable {
    /// By content: `Content-Length` where it proves right, envelope lines otherwise, quoting as mboxrd.
    case auto
    /// Envelope lines separate; `>From ` alone was quoted.
    case mboxo
    /// Envelope lines separate; every `>…>From ` was quoted once.
    case mboxrd
    /// `Content-Length` measures the body where it proves right; `>From ` was quoted.
    case mboxcl
    /// `Content-Length` measures the body where it proves right; nothing was quoted.
    case mboxcl2

    /// Whether `Content-Length` is looked at.
    var readsContentLength: Bool { self == .auto || self == .mboxcl || self == .mboxcl2 }
}

/// How an archive is read.
public struct ArchiveOptions: Sendable, Hashable {
    /// The largest message delivered, in bytes; a larger one is passed over in constant memory and reported.
    public var maximumMessageSize: Int
    /// Which mbox it is.
    public var dialect: MboxDialect
    /// The largest zstd window accepted, as a power of two: what a compressed archive can make the reader hold.
    public var maximumWindowLog: Int
    /// How many bytes are read at a time.
    public var chunkSize: Int
    /// What was read of standard input already, to find out what it is.
    public var begun: [UInt8] = []

    /// More than any message has: 1 TiB, in bytes. A larger ``maximumMessageSize`` is taken for this.
    public static let largestMessageSize = 1 << 40

    public init(
        maximumMessageSize: Int = 64 << 20, dialect: MboxDialect = .auto, maximumWindowLog: Int = 29,
        chunkSize: Int = 256 << 10
    ) {
        self.maximumMessageSize = min(max(1, maximumMessageSize), ArchiveOptions.largestMessageSize)
        self.dialect = dialect
        self.maximumWindowLog = min(max(maximumWindowLog, 10), 31)
        self.chunkSize = max(1, chunkSize)
    }
}
