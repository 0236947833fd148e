import Mail
import SMTP
import Values

/// The encrypted part of a connection: what its handshake says in clear, and how much there is.
struct OpaquePart: Sendable {
    private var client: TLSHelloReader? = TLSHelloReader()
    private var server: TLSHelloReader? = TLSHelloReader()
    private var tls = RecordedTLS()
    private var isTold = false
    private var octets: (client: Int, server: Int) = (0, 0)

    /// Takes octets of one side; hands out the handshake once both have said what they want.
    mutating func add(_ bytes: Bytes, missing: Int, from peer: TranscriptEvent.Peer) -> TranscriptEvent? {
        if peer == .client { octets.client += bytes.count + missing } else { octets.server += bytes.count + missing }
        if missing > 0 {
            if peer == .client { client = nil } else { server = nil }
        }
        let reader = peer == .client ? client : server
        guard var reader else { return nil }
        if peer == .client { client = nil } else { server = nil }
        switch reader.consume(bytes) {
        case .incomplete:
            if peer == .client { client = reader } else { server = reader }
        case .hello(.client(let name)): if peer == .client { tls.serverName = name }
        case .hello(.server(let version, let cipherSuite)):
            guard peer == .server else { break }
            tls.version = TLSProtocolVersion(wire: version)?.text
            tls.cipher = CipherSuiteName.of(cipherSuite)
            isTold = true
            return .tls(tls)
        case .other: break
        }
        return nil
    }

    /// What is left to tell at the end.
    mutating func finish() -> [TranscriptEvent] {
        var events: [TranscriptEvent] = []
        if !isTold {
            tls.failure = "the capture has no handshake to its end"
            events.append(.tls(tls))
        }
        return events + [.opaque(clientOctets: octets.client, serverOctets: octets.server)]
    }
}
