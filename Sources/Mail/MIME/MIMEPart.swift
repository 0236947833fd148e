import Values

/// One node of a message's MIME tree: the message itself, a body part, or a message within the message.
public struct MIMEPart: Sendable {
    /// The part's place in `MIMETree.parts`.
    public let index: Int
    /// The part that holds this one; nil for the root.
    public let parent: Int?
    /// The parts this one holds, in order.
    public internal(set) var children: [Int] = []
    /// How deep the part is nested; the root is at 0.
    public let depth: Int
    /// The part's section number as IMAP writes it (RFC 9051 §6.4.5.1): `1`, `2.1`. A multipart that is the whole
    /// content of a message has no number there; it is `TEXT`, or `2.TEXT` within part 2.
    public let path: String

    /// The part's header fields; for the root the message's.
    public let header: HeaderBlock
    /// The media type, the default where the part has no Content-Type field.
    public let contentType: ContentType
    /// The Content-Disposition field, if the part has one.
    public let disposition: ContentDisposition?
    /// How the body is encoded; 7bit when no field says otherwise (RFC 2045 §6.1).
    public let transferEncoding: TransferEncoding

    /// The part's bytes, header and body, in the message; in `container` when that is not nil.
    public internal(set) var range: Range<Int>
    /// The bytes of the body, still encoded. The line end before a boundary belongs to the boundary (RFC 2046
    /// §5.1.1).
    public internal(set) var bodyRange: Range<Int>
    /// The decoded content of the transfer-encoded message that holds this part; nil when the part lies in the
    /// message itself.
    public let container: Bytes?

    /// What is irregular about this part.
    public internal(set) var defects: MIMEDefects

    /// Whether the part holds no others.
    public var isLeaf: Bool { children.isEmpty }

    /// The suggested file name: Content-Disposition's `filename`, else Content-Type's `name`.
    public var filename: String? { disposition?.filename ?? contentType.name }

    /// Whether a mail reader would offer the part as a file rather than show it as part of the text.
    ///
    /// That is so when the disposition says so, and without a disposition for what has a file name or is neither
    /// text nor a container. The root is not an attachment unless it says it is.
    public var isAttachment: Bool {
        if contentType.isMultipart, !isLeaf { return false }
        if let disposition, !disposition.type.isEmpty {
            return disposition.isAttachment || (disposition.filename != nil && contentType.type != "text")
        }
        if filename != nil { return true }
        return parent != nil && contentType.type != "text" && !contentType.isMultipart
    }
}
