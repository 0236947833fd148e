import Tuning

/// Messages by label.
public struct LabelCounts: Sendable, Hashable {
    /// Messages, whatever their label.
    public private(set) var all = 0
    /// Messages labelled ham.
    public private(set) var ham = 0
    /// Messages labelled spam.
    public private(set) var spam = 0

    /// No messages.
    public init() {}

    mutating func add(_ label: RunFindings.Label) {
        all += 1
        switch label {
        case .ham: ham += 1
        case .spam: spam += 1
        case .unlabelled: break
        }
    }
}
