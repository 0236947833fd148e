import Values

/// The state of a chain (RFC 8617 §4.4), which is also what `cv=` of a seal says.
public enum ARCStatus: String, Sendable, Hashable, CaseIterable {
    /// There is no chain.
    case none
    /// The chain is whole.
    case pass
    /// The chain is broken, for good (RFC 8617 §5.2.1).
    case fail

    /// The state that a `cv=` names, or nil. The names are ABNF literals, so case does not matter (RFC 5234 §2.3).
    init?(tag value: Bytes) {
        guard value.count <= 8 else { return nil }
        self.init(rawValue: value.lowercasedText)
    }
}
