/// The three fields of a set (RFC 8617 §4.1), in the order in which a seal covers them (§5.1.1).
public enum ARCFieldKind: String, Sendable, Hashable, CaseIterable {
    /// What the sealer found (RFC 8617 §4.1.1).
    case results = "ARC-Authentication-Results"
    /// The message as the sealer sent it on (RFC 8617 §4.1.2).
    case messageSignature = "ARC-Message-Signature"
    /// The chain as the sealer sent it on (RFC 8617 §4.1.3).
    case seal = "ARC-Seal"
}
