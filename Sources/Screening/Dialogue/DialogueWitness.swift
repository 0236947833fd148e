import SMTP
import Values

/// Sees a conversation as it goes on, for who records it. Called in the order of what happens; it must not wait.
public protocol DialogueWitness: Sendable {
    /// The client connected; `hasMoreBehind` when it did not wait for the banner.
    func connected(hasMoreBehind: Bool)
    /// A line of the client is about to be looked at.
    func took(_ line: TakenLine)
    /// The end of a message came: what is held of it, and its size in octets.
    func tookMessage(_ message: ReceivedMessage, size: Int)
    /// The message, whole, is about to be screened.
    func screens(_ message: Bytes)
    /// An AUTH exchange ended.
    func authenticated(_ attempt: AuthenticationAttempt)
    /// A TLS handshake ended.
    func secured(_ parameters: TLSParameters)
}
