import DNS
import Values

extension DKIMSigner {
    /// `text` as a domain that can sign, characters outside of ASCII in their A-label form (RFC 8616 §4); nil when it is
    /// none.
    public static func domain(_ text: String) -> DomainName? {
        DKIMDomain.name(Bytes(text.hasSuffix(".") ? String(text.dropLast()) : text), minimumLabels: 2)
    }

    /// `text` as a selector (RFC 6376 §3.1); nil when it is none.
    public static func selector(_ text: String) -> DomainName? { DKIMDomain.name(Bytes(text), minimumLabels: 1) }

    /// Where the key of `selector` in `domain` is published (RFC 6376 §3.6.2.1); nil when the name is too long.
    public static func keyName(selector: DomainName, domain: DomainName) -> DomainName? {
        DKIMDomain.keyName(selector: selector, domain: domain)
    }
}
