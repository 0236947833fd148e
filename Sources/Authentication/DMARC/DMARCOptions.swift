import PublicSuffix

/// How DMARC is evaluated.
public struct DMARCOptions: Sendable {
    /// How the organizational domain of a name, and its policy, are found.
    public enum Discovery: Sendable {
        /// By the Public Suffix List (RFC 7489 §3.2, §6.6.3).
        case publicSuffix(PublicSuffixList)
        /// By asking for records up the tree (RFC 9989 §4.10). `pct=` is then unknown, as that RFC has it.
        case treeWalk
    }

    public let discovery: Discovery

    /// Options; without any, the organizational domain is found by the list that libpsl was made with.
    public init(discovery: Discovery = .publicSuffix(.builtIn)) { self.discovery = discovery }

    var isTreeWalk: Bool { if case .treeWalk = discovery { true } else { false } }
}
