import Screening

/// Keeps messages aside.
public protocol MessageStore: Sendable {
    /// Keeps a message with its envelope and verdict so that it outlives a power cut.
    func keep(_ delivery: Delivery) async -> Keeping
}
