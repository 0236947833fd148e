import Values

/// A host name or a set of them, as lists write it: `mail.example.org`, `*.dyn.example.net`, `dsl-?-*`, `bücher.example`,
/// and address literals as text, `[192.0.2.*]`. `.example.org` stands for every name below.
struct HostPattern: Sendable, Hashable {
    /// The pattern in the form in which names are compared.
    let text: String

    /// Whether it has wildcards: else it is one name.
    let isWildcard: Bool

    /// What a list expects, for messages.
    static let expecting = "a host name, with * and ? for any characters"

    /// Reads a pattern; nil when no host name could match it.
    init?(_ text: some StringProtocol) {
        // Below the root is everybody, which whoever writes a dot alone has hardly meant.
        guard !text.isEmpty, text != ".", text.utf8.count <= 512,
            let canonical = HostName.canonical(pattern: text.utf8.first == .dot ? "*" + String(text) : String(text)),
            (1...255).contains(canonical.utf8.count), canonical.utf8.allSatisfy(HostPattern.isAllowed),
            !canonical.contains("..")
        else { return nil }
        (self.text, isWildcard) = (canonical, Wildcard.isPattern(canonical))
    }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        byte.isAlphanumeric || "-_.*?[]:".utf8.contains(byte)
    }

    /// Whether the pattern stands for `name`, which is in the form of `HostName.canonical`.
    func matches(_ name: String) -> Bool { isWildcard ? Wildcard.matches(text, name) : text == name }
}
