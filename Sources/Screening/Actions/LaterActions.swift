import Mail
import Values

/// Takes over what is to be done about messages once their fate is settled.
public protocol LaterActions: Sendable {
    /// Sees to it that `actions` are carried out, though not at once: when this returns they outlive a power cut, or it
    /// has been told that they do not.
    func promise(_ actions: [LaterAction], about message: Message, of transaction: Transaction, at now: Timestamp) async
}
