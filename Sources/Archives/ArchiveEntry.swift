import Values

/// A message as it lies in an archive.
public struct ArchiveEntry: Sendable {
    /// The message, ready for `Message`: mbox quoting undone, without the envelope line and the blank line that
    /// separates it from the next message. Shares storage with its neighbours.
    public let message: Bytes
    /// Where it came from: `file.mbox#17` (counted from 1) in a mailbox, the path of a file of its own.
    public let source: String
    /// The exact offset, in bytes after decompression, of its envelope line, or of its first byte where there is none.
    public let offset: Int
    /// The mbox "From " line.
    public let envelopeLine: EnvelopeLine?
    /// What readers of the mailbox have noted: Maildir file name flags, `Status` and `X-Status` fields.
    public let flags: ArchiveFlags
    /// Keywords that a Maildir's `dovecot-keywords` gives the message, in the order of their letters.
    public let keywords: [String]
    /// The folder it lies in, relative to the archive (`Lists/swift`); nil at the top.
    public let folder: String?

    public init(
        message: Bytes, source: String, offset: Int = 0, envelopeLine: EnvelopeLine? = nil, flags: ArchiveFlags = [],
        keywords: [String] = [], folder: String? = nil
    ) {
        (self.message, self.source, self.offset) = (message, source, offset)
        (self.envelopeLine, self.flags, self.keywords, self.folder) = (envelopeLine, flags, keywords, folder)
    }
}
