/// What a message was learned as.
public enum MailLabel: UInt8, Sendable, Hashable, CaseIterable {
    case ham
    case spam

    /// The word for it.
    public var name: String { self == .ham ? "ham" : "spam" }
}
