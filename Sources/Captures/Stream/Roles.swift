import SMTP
import Values

/// Which end of a connection is the client's.
struct Roles {
    let client: Endpoint
    let server: Endpoint
    /// Whether the segment begins the connection.
    let isFromStart: Bool

    /// The ports that mail servers listen at: SMTP, SMTP with TLS, submission, and the one that stands for SMTP where
    /// 25 is blocked.
    static let ports: Set<UInt16> = [25, 465, 587, 2525]

    /// Told from the first segment of a connection; nil when it is one that none need begin with.
    init?(_ segment: TCPSegment, _ source: Endpoint, _ destination: Endpoint) {
        isFromStart = segment.flags.contains(.syn)
        if segment.flags.contains(.rst) { return nil }
        if isFromStart {
            // RFC 9293 §3.5: who answers a SYN is the server.
            (client, server) = segment.flags.contains(.ack) ? (destination, source) : (source, destination)
            return
        }
        guard !segment.payload.isEmpty else { return nil }
        let isFromServer: Bool
        switch (Roles.ports.contains(segment.sourcePort), Roles.ports.contains(segment.destinationPort)) {
        case (true, false): isFromServer = true
        case (false, true): isFromServer = false
        case (true, true), (false, false): isFromServer = ProtocolSigns.isReply(segment.payload)
        }
        (client, server) = isFromServer ? (destination, source) : (source, destination)
    }
}
