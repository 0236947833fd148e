import DNS
import Values

extension DKIMSigner {
    /// `text` as a domain that can sign, characters outside of ASCII in their A-label form (RFC 8616 §4); nil when it is
    /// none, as an IP address is.
    public static func domain(_ text: String) -> DomainName? {
        let text = text.hasSuffix(".") ? String(text.dropLast()) : text
        guard isMadeOfSubdomains(text),
            // No top-level domain is all digits; an IPv4 address looks like a name that ends so.
            text.split(separator: ".").last?.utf8.allSatisfy(\.isDigit) == false
        else { return nil }
        return DKIMDomain.name(Bytes(text), minimumLabels: 2)
    }

    /// `text` as a selector (RFC 6376 §3.1); nil when it is none.
    public static func selector(_ text: String) -> DomainName? {
        isMadeOfSubdomains(text) ? DKIMDomain.name(Bytes(text), minimumLabels: 1) : nil
    }

    /// Whether no label begins or ends with a hyphen. RFC 5321 §4.1.2: sub-domain = Let-dig [Ldh-str]. Verifying, such
    /// names are taken; new ones are not made.
    private static func isMadeOfSubdomains(_ text: String) -> Bool {
        text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { label in
            label.utf8.first != .hyphen && label.utf8.last != .hyphen
        }
    }

    /// Where the key of `selector` in `domain` is published (RFC 6376 §3.6.2.1); nil when the name is too long.
    public static func keyName(selector: DomainName, domain: DomainName) -> DomainName? {
        DKIMDomain.keyName(selector: selector, domain: domain)
    }
}
