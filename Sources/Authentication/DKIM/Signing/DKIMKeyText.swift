import Cryptography
import DNS
import Values

/// The record that publishes a key (RFC 6376 §3.6.1, RFC 8463 §4).
public struct DKIMKeyText: Sendable {
    /// The record's text, its strings joined.
    public let text: String
    /// The record's name in DNS.
    public let name: DomainName

    /// The record of the public half of `key`. `isTesting` gives `t=y`, `isStrict` gives `t=s`: `i=` must be in the
    /// signing domain itself. Nil when the name would be too long or libcrypto cannot write the key.
    public init?(_ key: DKIMSigningKey, domain: DomainName, isTesting: Bool = false, isStrict: Bool = false) {
        let published = key.key.publishedKey
        guard let name = DKIMSigner.keyName(selector: key.selector, domain: domain), !published.isEmpty else {
            return nil
        }
        let flags = [isTesting ? "y" : nil, isStrict ? "s" : nil].compactMap(\.self)
        let tags = [
            "v=DKIM1", "k=\(key.key.kind.rawValue)", flags.isEmpty ? nil : "t=\(flags.joined(separator: ":"))",
            "p=\(Base64.text(published))",
        ]
        self.text = tags.compactMap(\.self).joined(separator: "; ")
        self.name = name
    }

    /// The strings of the TXT record: the tags before `p=` first, then `p=`, cut where 255 bytes are full
    /// (RFC 1035 §3.3.14).
    public var strings: [String] {
        guard let data = text.firstRange(of: "; p=") else { return [text] }
        let head = String(text[..<data.lowerBound]) + "; "
        var strings = [head]
        var rest = text.utf8[text.utf8.index(data.lowerBound, offsetBy: 2)...]
        while !rest.isEmpty {
            strings.append(String(decoding: rest.prefix(255), as: UTF8.self))
            rest = rest.dropFirst(255)
        }
        return strings
    }

    /// The record as a line of a zone file, several where it has several strings (RFC 1035 §5.1).
    public var zoneLines: String {
        let quoted = strings.map { "\"\($0)\"" }
        return "\(name.text)\tIN\tTXT\t( \(quoted.joined(separator: "\n\t\t")) )\n"
    }
}
