import DNS

/// Whose word counts (RFC 5518 §3 step 3).
public enum VBRTrust: Sendable, Hashable {
    /// Of the certifiers that a message names, those on this list.
    case listed([DomainName])
    /// All on this list, whether the message names them or not.
    case preferred([DomainName])
    /// Whoever the message names: for looking at what a message claims, never for believing it.
    case everyone

    /// The certifiers to ask about what `info` says, in order.
    func certifiers(for info: VBRInfo) -> [DomainName] {
        switch self {
        case .listed(let names): info.certifiers.filter(names.contains)
        case .preferred(let names): names
        case .everyone: info.certifiers
        }
    }
}
