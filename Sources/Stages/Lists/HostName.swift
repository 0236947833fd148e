import DNS
import Values

/// Host and domain names in the one form in which lists and mail are compared.
enum HostName {
    /// `name` in lower case, U-labels as A-labels (RFC 5890 §2.3.2.1), without final dots. Non-ASCII capitals are put
    /// in lower case first, as a U-label has none. A label that has no ASCII form stays as it is: no pattern names it.
    static func canonical(_ name: some StringProtocol) -> String {
        var bytes = Array(name.utf8)
        while bytes.last == .dot { bytes.removeLast() }
        guard bytes.contains(where: { $0 > 127 }) else { return String(decoding: bytes, as: UTF8.self).asciiLowercased }
        // By bytes: a dot with a combining mark after it is still a dot, though no Character is one.
        return String(decoding: bytes, as: UTF8.self).lowercased().utf8
            .split(separator: .dot, omittingEmptySubsequences: false)
            .map { label in
                let label = Bytes(Array(label))
                return (Punycode.asciiLabel(label) ?? label).lossyString
            }
            .joined(separator: ".")
    }

    /// `pattern` in the form of `canonical`; nil where it has an internationalised label with `*` or `?` in it, which
    /// has no ASCII form that could be matched, or one that is too long.
    static func canonical(pattern: some StringProtocol) -> String? {
        let result = canonical(pattern)
        let isWildInside = Array(pattern.utf8).split(separator: .dot).contains { label in
            label.contains { $0 > 127 } && label.contains { $0 == .ascii("*") || $0 == .ascii("?") }
        }
        return isWildInside || result.utf8.contains { $0 > 127 } ? nil : result
    }
}
