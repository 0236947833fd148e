import Screening

/// Keeps messages aside.
public protocol MessageStore: Sendable {
    /// Keeps a message with its envelope and verdict so that it outlives a power cut.
    func keep(_ delivery: Delivery) async -> Keeping

    /// Keeps parts of a message that is passed on without them, as a message of their own with the same envelope.
    func keep(_ parts: SetAsideParts, of delivery: Delivery) async -> Keeping

    /// Forgets what was kept under this id.
    func forget(_ id: String) async
}
