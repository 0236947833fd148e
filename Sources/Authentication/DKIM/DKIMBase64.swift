import Values

/// Base64 as DKIM tags carry it: folding white space may stand between any two characters (RFC 6376 §2.10).
public enum DKIMBase64 {
    /// The bytes that `text` encodes, or nil when it has a character that is neither base64 nor white space, anything
    /// but white space after its padding, or too much padding.
    ///
    /// Missing padding is taken: the grammar makes `=` optional.
    public static func decode(_ text: Bytes) -> [UInt8]? {
        text.withSpan { $0.decodedBase64() }
    }
}
