import Mail
import Values

/// An address or a set of them, as lists of senders and recipients write it.
enum SenderPattern: Sendable, Hashable {
    /// `<>`: the null reverse-path, and nothing else.
    case null
    /// `ann@example.org`.
    case address(String)
    /// `example.org`, `@example.org`, `*@example.org`: every address of the domain itself.
    case domain(String)
    /// `.example.org`, `*.example.org`: every address of a domain below.
    case subdomains(of: String)
    /// `news-*@example.org`, `*@mail?.example.org`: matched against the whole address.
    case addressWildcard(String)
    /// `mail?.*.example`: matched against the domain.
    case domainWildcard(String)

    /// What a list expects, for messages.
    static let expecting = "an address, a domain, .domain for those below it, or either with * and ?"

    /// Reads any of the forms; nil when the text is none of them, such as one with a wildcard in an internationalised
    /// label.
    init?(_ text: some StringProtocol) {
        var text = Array(text.utf8)
        guard (1...512).contains(text.count) else { return nil }
        if text.first == .ascii("<"), text.last == .ascii(">") { text = Array(text.dropFirst().dropLast()) }
        guard !text.isEmpty else {
            self = .null
            return
        }
        guard let at = text.lastIndex(of: .at) else {
            guard let host = HostPattern(String(decoding: text, as: UTF8.self)) else { return nil }
            self = SenderPattern.domain(host)
            return
        }
        let local = String(decoding: text[..<at], as: UTF8.self)
        guard let host = HostPattern(String(decoding: text[(at + 1)...], as: UTF8.self)) else { return nil }
        if local.isEmpty || local == "*" {
            self = SenderPattern.domain(host)
        } else if host.isWildcard || Wildcard.isPattern(local) {
            guard local.unicodeScalars.allSatisfy({ $0.value > 0x20 && $0.value != 0x7F }) else { return nil }
            self = .addressWildcard(local.asciiLowercased + "@" + host.text)
        } else {
            guard let path = SMTPPath(local + "@" + host.text), let address = SenderAddress(path) else { return nil }
            self = .address(address.text)
        }
    }

    private static func domain(_ host: HostPattern) -> SenderPattern {
        if !host.isWildcard { return .domain(host.text) }
        let rest = host.text.dropFirst(2)
        return host.text.hasPrefix("*.") && !rest.isEmpty && !Wildcard.isPattern(rest)
            ? .subdomains(of: String(rest)) : .domainWildcard(host.text)
    }
}

extension SenderPattern: CustomStringConvertible {
    /// The pattern in the form in which addresses are compared.
    var description: String {
        switch self {
        case .null: "<>"
        case .address(let text), .domain(let text), .addressWildcard(let text), .domainWildcard(let text): text
        case .subdomains(let domain): "*." + domain
        }
    }
}
