/// Why a part of a message is left as it is.
public enum RewritingRefusal: String, Error, Sendable, Hashable, CaseIterable {
    /// It is signed, by S/MIME or OpenPGP: any change would break the signature.
    case signed
    /// It is encrypted.
    case encrypted
    /// The message has no text that a reader would be shown first.
    case noText = "no-text"
    /// It lies within a message that is transfer-encoded, against RFC 2045 §6.4.
    case withinEncodedMessage = "within-encoded-message"
    /// Its transfer encoding is none that is known.
    case unknownEncoding = "unknown-encoding"
    /// Its charset is not known, or the text is damaged, so that it cannot be told what it says.
    case unreadableText = "unreadable-text"
    /// Another change takes it away.
    case alreadyChanged = "already-changed"
    /// The message is nested deeper, or in more parts, than is looked into.
    case notTakenApart = "not-taken-apart"
}
