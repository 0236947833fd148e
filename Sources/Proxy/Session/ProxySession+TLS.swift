import Screening
import Values

extension ProxySession {
    /// How a handshake ended.
    enum Handshake {
        case established(TLSParameters)
        case failed(String)
    }

    /// Makes the handshake that the client asked for. False when it failed.
    func startTLS(_ conversation: inout Conversation, _ recording: SessionRecording?) async -> Bool {
        switch await secured(conversation.session) {
        case .established(let parameters):
            // Nothing is to be said before the client greets anew (RFC 3207 §4.2).
            _ = await conversation.tlsEstablished(parameters, at: now(recording))
            return true
        case .failed(let reason):
            await conversation.tlsFailed(reason, at: now(recording))
            return false
        }
    }

    /// Protects the connection. `early` is what came behind a balancer's header.
    func secured(_ session: Session, early: Bytes = Bytes([])) async -> Handshake {
        do throws(TLSFault) {
            guard let tls = configuration.tls else { throw TLSFault("there is no certificate") }
            if !early.isEmpty { stream.putBack(early.array) }
            return .established(try await stream.secure(by: tls, within: configuration.timeouts.handshake))
        } catch {
            let client = session.client.value?.description ?? "a client"
            configuration.onFault("session \(session.id): TLS handshake with \(client) failed: \(error)")
            return .failed(error.description)
        }
    }
}
