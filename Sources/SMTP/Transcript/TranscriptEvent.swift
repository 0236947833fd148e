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
    /// An AUTH exchange ended. The secret is never recorded.
    case auth(mechanism: String, identity: String?, succeeded: Bool)
    /// What was decided, as the recorder's verdict says it.
    case verdict(JSON)
    /// The connection ended; why, where recorded.
    case close(reason: String?)
    /// A DNS answer that was used.
    case dns(RecordedDNSAnswer)
    /// A state answer that was used.
    case state(RecordedStateAnswer)
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

    /// Where the bytes of a message are.
    public enum Content: Sendable, Hashable {
        /// In the transcript, in base64.
        case inline(Bytes)
        /// In a file beside the transcript.
        case file(String)
    }

    /// A message with the digest recorded for it.
    public init(sha256: String?, content: Content) {
        (self.sha256, self.content) = (sha256, content)
    }
}
