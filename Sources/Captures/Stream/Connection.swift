import SMTP
import Values

/// One TCP connection of a capture, and the dialogue it carries.
struct Connection: Sendable {
    /// Why a connection ended.
    enum End: Sendable, Hashable {
        /// Both sides closed it.
        case closed
        /// This side broke it off.
        case reset(TranscriptEvent.Peer)
        /// The capture, or the room for what is held, ended before the connection did.
        case unseen
    }

    let client: Endpoint
    let server: Endpoint
    let number: Int
    /// Whether its beginning was captured.
    let isFromStart: Bool
    private(set) var dialogue: CapturedDialogue
    private(set) var end: End?
    private var clientStream = StreamAssembler()
    private var serverStream = StreamAssembler()

    /// A connection that begins with a segment from `client`, or from `server`.
    init(client: Endpoint, server: Endpoint, number: Int, isFromStart: Bool, at time: Moment) {
        (self.client, self.server, self.number, self.isFromStart) = (client, server, number, isFromStart)
        dialogue = CapturedDialogue(client: client, server: server, isFromStart: isFromStart, at: time)
    }

    /// Octets that are held of it.
    var heldOctets: Int { clientStream.heldOctets + serverStream.heldOctets + dialogue.heldOctets }

    /// Octets that came again as others.
    var conflicts: Int { clientStream.conflicts + serverStream.conflicts }
    /// Octets that were not believed.
    var strays: Int { clientStream.strays + serverStream.strays }

    /// Whether a SYN with this sequence number from `sender` begins another connection between the same ends.
    func isOther(_ segment: TCPSegment, from sender: TranscriptEvent.Peer) -> Bool {
        guard segment.flags.contains(.syn) else { return false }
        if segment.flags.contains(.ack) { return false }
        if end != nil { return true }
        return sender == .server || clientStream.isOpen && !clientStream.began(at: segment.sequence &+ 1)
    }

    /// Takes a segment.
    mutating func add(_ segment: TCPSegment, from sender: TranscriptEvent.Peer, at time: Moment) {
        guard end == nil else { return }
        let isSYN = segment.flags.contains(.syn)
        if isSYN {
            // RFC 9293 §3.4: the SYN takes a sequence number.
            if sender == .client {
                clientStream.open(at: segment.sequence &+ 1)
            } else {
                serverStream.open(at: segment.sequence &+ 1)
            }
        }
        if segment.flags.contains(.rst) {
            // RFC 5961 §3: a reset far from where the stream is may be anybody's.
            let distance =
                sender == .client
                ? clientStream.distance(to: segment.sequence) : serverStream.distance(to: segment.sequence)
            guard abs(distance) < 1 << 24 else { return }
            return finish(.reset(sender), at: time)
        }
        if segment.flags.contains(.ack), !isSYN || sender == .server {
            let pieces =
                sender == .client
                ? serverStream.acknowledge(segment.acknowledgement) : clientStream.acknowledge(segment.acknowledgement)
            take(pieces, of: sender == .client ? .server : .client)
        }
        let start = isSYN ? segment.sequence &+ 1 : segment.sequence
        let isLast = segment.flags.contains(.fin)
        if segment.length > 0 || isLast {
            let pieces =
                sender == .client
                ? clientStream.add(start, segment.payload, length: segment.length, isLast: isLast, at: time)
                : serverStream.add(start, segment.payload, length: segment.length, isLast: isLast, at: time)
            take(pieces, of: sender)
        }
        if clientStream.isFinished, serverStream.isFinished { finish(.closed, at: time) }
    }

    /// The connection is over, as far as the capture tells.
    mutating func finish(_ end: End, at time: Moment) {
        guard self.end == nil else { return }
        self.end = end
        take(clientStream.finish(), of: .client)
        take(serverStream.finish(), of: .server)
        // Octets that were missing kept it from being known before.
        let isClosed = clientStream.isFinished && serverStream.isFinished
        dialogue.finish(end == .unseen && isClosed ? .closed : end, at: time)
        clientStream.forget()
        serverStream.forget()
    }

    /// Its dialogue was handed on.
    mutating func tell() { dialogue.tell() }

    private mutating func take(_ pieces: [StreamAssembler.Piece], of sender: TranscriptEvent.Peer) {
        dialogue.add(pieces, from: sender)
    }
}
