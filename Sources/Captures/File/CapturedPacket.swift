import Values

/// A packet as a capture file holds it.
public struct CapturedPacket: Sendable, Hashable {
    /// When it was seen; that of the packet before where the file does not say.
    public let time: Timestamp
    /// What its bytes begin with: a number of the link types that tcpdump.org registers.
    public let linkType: Int
    /// The bytes that were kept, from the link's header on.
    public let bytes: Bytes
    /// How many octets it had on the wire; more than were kept where the capture cut packets.
    public let length: Int
}
