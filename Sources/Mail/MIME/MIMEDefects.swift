/// What is irregular in the structure of a message or part. Each is met in mail that arrives; none stops the rest
/// from being read.
public struct MIMEDefects: OptionSet, Sendable, Hashable {
    public let rawValue: UInt16
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    /// A multipart or message nested deeper than the limit; it was left as one leaf.
    public static let tooDeep = MIMEDefects(rawValue: 1 << 0)
    /// More parts than the limit; the last one holds the rest.
    public static let tooManyParts = MIMEDefects(rawValue: 1 << 1)
    /// A part whose header is larger than the limit, in bytes or fields.
    public static let headerTooLarge = MIMEDefects(rawValue: 1 << 2)
    /// A multipart without a boundary parameter, or with an empty one; it was left as one leaf.
    public static let missingBoundary = MIMEDefects(rawValue: 1 << 3)
    /// A multipart whose boundary never opens a part.
    public static let missingParts = MIMEDefects(rawValue: 1 << 4)
    /// A multipart that ends without its closing delimiter (RFC 2046 §5.1.1).
    public static let unterminated = MIMEDefects(rawValue: 1 << 5)
    /// A boundary longer than the 70 characters RFC 2046 §5.1.1 allows.
    public static let longBoundary = MIMEDefects(rawValue: 1 << 6)
    /// A Content-Type field that is no media type.
    public static let malformedContentType = MIMEDefects(rawValue: 1 << 7)
    /// More than one Content-Type field; the first counts.
    public static let duplicateContentType = MIMEDefects(rawValue: 1 << 8)
    /// A multipart that says it is transfer-encoded, which RFC 2045 §6.4 forbids; it was read as if it were not.
    public static let encodedMultipart = MIMEDefects(rawValue: 1 << 9)
    /// A Content-Transfer-Encoding that RFC 2045 §6.1 does not know.
    public static let unknownEncoding = MIMEDefects(rawValue: 1 << 10)
    /// A message part whose content starts with no header field; it was left as one leaf.
    public static let notAMessage = MIMEDefects(rawValue: 1 << 11)
    /// A transfer-encoded message that was not looked into because of a limit.
    public static let encodedMessageSkipped = MIMEDefects(rawValue: 1 << 12)
    /// A transfer-encoded message whose encoding is damaged.
    public static let badEncoding = MIMEDefects(rawValue: 1 << 13)

    /// Each defect's name, for evidence, in a fixed order.
    public var names: [String] {
        guard !isEmpty else { return [] }
        let all: [(MIMEDefects, String)] = [
            (.tooDeep, "too-deep"), (.tooManyParts, "too-many-parts"), (.headerTooLarge, "header-too-large"),
            (.missingBoundary, "missing-boundary"), (.missingParts, "missing-parts"),
            (.unterminated, "unterminated"), (.longBoundary, "long-boundary"),
            (.malformedContentType, "malformed-content-type"), (.duplicateContentType, "duplicate-content-type"),
            (.encodedMultipart, "encoded-multipart"), (.unknownEncoding, "unknown-encoding"),
            (.notAMessage, "not-a-message"), (.encodedMessageSkipped, "encoded-message-skipped"),
            (.badEncoding, "bad-encoding"),
        ]
        return all.filter { contains($0.0) }.map(\.1)
    }
}
