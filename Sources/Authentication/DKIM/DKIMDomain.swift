import DNS
import Values

/// Domains and selectors as tags write them.
enum DKIMDomain {
    /// `value` as a name, labels with characters outside of ASCII in their A-label form (RFC 8616 §4), or nil when it
    /// is no `domain-name` of RFC 6376 §3.5.
    ///
    /// Hyphens anywhere and underscores are taken beyond that grammar: selectors in use have them.
    static func name(_ value: Bytes, minimumLabels: Int) -> DomainName? {
        guard !value.isEmpty, value.count <= 1024 else { return nil }
        // Nearly all are plain ASCII, whose labels stand as they are.
        let bytes = value.array
        if bytes.allSatisfy({ isPlain($0) || $0 == .dot }) {
            guard bytes.last != .dot, let name = DomainName(unescaped: bytes) else { return nil }
            return name.labelCount >= minimumLabels ? name : nil
        }
        guard let mapped = InternationalName.ascii(bytes), mapped.last != .dot,
            mapped.allSatisfy({ isPlain($0) || $0 == .dot }), let name = DomainName(unescaped: mapped)
        else { return nil }
        return name.labelCount >= minimumLabels ? name : nil
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        byte.isAlphanumeric || byte == .hyphen || byte == .ascii("_")
    }

    private static let keys = DomainName("_domainkey")

    /// Where the key of `selector` in `domain` is published (RFC 6376 §3.6.2.1), or nil when the name is too long.
    static func keyName(selector: DomainName, domain: DomainName) -> DomainName? {
        keys.flatMap { selector.below($0)?.below(domain) }
    }
}
