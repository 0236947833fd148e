/// What a server offers, and the words in which it said so: most servers say the same each time, and who has read it once
/// need not read it again.
public struct PeerOffers: Sendable {
    /// The lines of the reply to EHLO but the first, which may greet each client by its name.
    public let lines: ArraySlice<String>
    /// What they offer.
    public let extensions: PeerExtensions

    /// Reads the reply to EHLO.
    public init(_ reply: SMTPReply) {
        lines = reply.lines.dropFirst()
        extensions = PeerExtensions(reply)
    }
}
