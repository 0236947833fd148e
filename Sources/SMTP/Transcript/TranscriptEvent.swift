import Values

/// What a transcript records of a session.
public enum TranscriptEvent: Sendable, Hashable {
    /// The connection came in: who from, on which local end, and the confirmed name of the client's address.
    case connect(client: Endpoint, server: Endpoint? = nil, reverseName: String? = nil)
    /// A line on the wire without its line end; message data is in `message` instead.
    case line(from: Peer, Bytes)
    /// The message of a transaction, at its end of data.
    case message(RecordedMessage)
    /// A TLS handshake ended, well or not.
    case tls(RecordedTLS)
    /// An AUTH exchange ended. The secret is never recorded; `isRepeated` when it is one that has failed before.
    case auth(mechanism: String, identity: String?, succeeded: Bool, isRepeated: Bool = false)
    /// What was decided, as the recorder's verdict says it.
    case verdict(JSON)
    /// The connection ended; why, where recorded.
    case close(reason: String?)
    /// A DNS answer that was used, this many times before another one to the same question.
    case dns(RecordedDNSAnswer, uses: Int = 1)
    /// A state answer that was used.
    case state(RecordedStateAnswer)
    /// What a virus scanner answered.
    case scan(RecordedScanAnswer)
    /// How the server presents itself to this session.
    case service(RecordedService)
    /// What the mail server behind answered.
    case hop(RecordedHopAnswer)
    /// A stage did not end within its deadline the time it was asked that this number says, from 1.
    case deadline(stage: String, limit: Duration, evaluation: Int)
    /// What became of a program that was run.
    case program(RecordedProgramAnswer)
    /// Octets of one side are missing, as where a capture lost packets; how many, where that is known.
    case gap(from: Peer, octets: Int?)
    /// From here on all is encrypted, and was not read: so many octets of either side.
    case opaque(clientOctets: Int, serverOctets: Int)
    /// An event of a name not known here: what a newer recorder wrote.
    case unknown(name: String)

    /// Who sent a line.
    public enum Peer: String, Sendable, Hashable {
        case client, server
    }

    /// The event's name in the `event` field; nil for a line on the wire, which has `from` instead.
    public var name: String? {
        switch self {
        case .connect: "connect"
        case .line: nil
        case .message: "message"
        case .tls: "tls"
        case .auth: "auth"
        case .verdict: "verdict"
        case .close: "close"
        case .dns: "dns"
        case .state: "state"
        case .scan: "scan"
        case .service: "service"
        case .hop: "hop"
        case .deadline: "deadline"
        case .program: "program"
        case .gap: "gap"
        case .opaque: "opaque"
        case .unknown(let name): name
        }
    }
}

/// A recorded message: its bytes, or where they are.
public struct RecordedMessage: Sendable, Hashable {
    /// The SHA-256 of the bytes in 64 lower-case hexadecimal digits, as recorded and not yet verified.
    public let sha256: String?
    /// The bytes, or where they are.
    public let content: Content
    /// What the data had that it must not have, for which it was refused (RFC 5321 §2.3.8).
    public let defects: LineDefects

    /// Where the bytes of a message are.
    public enum Content: Sendable, Hashable {
        /// In the transcript, in base64.
        case inline(Bytes)
        /// In a file beside the transcript.
        case file(String)
        /// Not kept: the message was larger than the server takes. Its size in octets.
        case size(Int)
    }

    /// A message with the digest recorded for it.
    public init(sha256: String?, content: Content, defects: LineDefects = []) {
        (self.sha256, self.content, self.defects) = (sha256, content, defects)
    }
}
