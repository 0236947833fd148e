import Values

extension Mailbox {
    /// The display name with its encoded words decoded (RFC 2047 §5 (3)): what a mail reader shows.
    public var decodedDisplayName: String? { displayName.map { EncodedWords.decode(Bytes($0)) } }
}
