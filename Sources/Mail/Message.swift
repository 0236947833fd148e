import Values

/// A mail message as it was received: the bytes, and views of them that copy nothing.
///
/// The header block is indexed when the value is made; everything below it (MIME parts, decoded text, addresses) is
/// computed when asked for. Line ends may be CRLF or LF, mixed too: archives hold both.
public struct Message: Sendable {
    /// The message exactly as received, header and body.
    public let bytes: Bytes
    /// The header section (RFC 5322 §2.2).
    public let header: HeaderBlock
    /// What was read of it; copies share that.
    let shared = SharedReadings()

    /// Indexes the header of `bytes`. Never fails: what is wrong with the header is in `header.defects`.
    public init(_ bytes: Bytes, limits: HeaderLimits = .default) {
        self.bytes = bytes
        self.header = HeaderBlock(bytes, limits: limits)
    }

    /// The bytes after the blank line that ends the header; empty when there is none.
    public var body: Bytes { bytes[header.bodyOffset..<bytes.count] }
}
