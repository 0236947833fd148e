import Values

/// How much of a hostile MIME structure is taken apart. What lies beyond is reported as a defect and left as one
/// leaf, never an error.
public struct MIMELimits: Sendable, Hashable {
    /// How deep parts are nested; the root is at depth 0.
    public var depth: Int
    /// The number of parts.
    public var parts: Int
    /// What is read of one part's header.
    public var header: HeaderLimits
    /// How many messages deep a transfer-encoded message within a transfer-encoded message is decoded.
    public var encodedMessages: Int
    /// The bytes decoded, in all, to look into transfer-encoded messages.
    public var encodedBytes: Int

    /// 100 deep and 10,000 parts, as Dovecot reads mail by default: what the common mailbox server does not take
    /// apart, no reader is shown. Part headers of 256 KiB; encoded messages three deep and 64 MiB in all.
    public static let `default` = MIMELimits(
        depth: 100, parts: 10_000, header: HeaderLimits(fields: 1000, bytes: 256 << 10), encodedMessages: 3,
        encodedBytes: 64 << 20)

    public init(depth: Int, parts: Int, header: HeaderLimits, encodedMessages: Int, encodedBytes: Int) {
        (self.depth, self.parts, self.header) = (depth, parts, header)
        (self.encodedMessages, self.encodedBytes) = (encodedMessages, encodedBytes)
    }
}
