import Values

extension HeaderField {
    /// The unfolded value with its encoded words decoded (RFC 2047): what a mail reader shows of an unstructured
    /// field such as Subject.
    public var decodedText: String { EncodedWords.decode(value) }
}
