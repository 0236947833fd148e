import Mail
import Values

/// What is to be evaluated: who a message is from, and whom the mechanisms vouch for.
public struct DMARCQuery: Sendable {
    /// The author's domains.
    public let author: DMARCAuthor
    /// What SPF and DKIM said. Mechanisms that are left out said nothing.
    public let identifiers: [DMARCIdentifier]
    /// What `pct=` draws lots by: the same bytes are always drawn, or always left out.
    public let sample: Bytes

    /// A query about an author and what is authenticated.
    public init(author: DMARCAuthor, identifiers: [DMARCIdentifier], sample: Bytes = Bytes([])) {
        (self.author, self.identifiers, self.sample) = (author, identifiers, sample)
    }

    /// A query about `message`.
    public init(_ message: Message, identifiers: [DMARCIdentifier]) {
        self.init(author: DMARCAuthor(message), identifiers: identifiers, sample: message.bytes)
    }
}
