import Values

/// Keeps the message that is being received, so that a large one takes no memory before it is whole.
public protocol MessageSpool: Sendable {
    /// Adds to the message. False when there is no room for it.
    func append(_ bytes: Bytes) -> Bool

    /// The whole message, which the spool then forgets; nil when it cannot be had.
    func take() -> Bytes?

    /// Forgets what there is of a message.
    func discard()
}
