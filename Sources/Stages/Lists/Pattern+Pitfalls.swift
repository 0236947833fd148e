import Policy
import Values

extension AddressPattern: PolicyPitfall {
    /// Host bits, and wildcards that the text of no address can match.
    public static func pitfall(of text: String) -> String? {
        guard case .wildcard(let pattern)? = AddressPattern(text) else { return IPNetwork.pitfall(of: text) }
        let isV6 = pattern.utf8.contains(.colon)
        let parts = pattern.split(separator: isV6 ? ":" : ".", omittingEmptySubsequences: false)
        // A part between separators (or ends) that has no wildcard is a whole octet or group of the address.
        let whole = parts.filter { !$0.isEmpty && !Wildcard.isPattern($0) }
        if isV6 {
            if let group = whole.first(where: { $0.utf8.count > 1 && $0.hasPrefix("0") && !$0.utf8.contains(.dot) }) {
                return "matches no address: RFC 5952 writes the group '\(group)' without leading zeros"
            }
            if parts.count > 9 || whole.contains(where: { $0.utf8.count > 4 && !$0.utf8.contains(.dot) }) {
                return "matches no IPv6 address"
            }
            return nil
        }
        let isOctet = { (part: Substring) in
            part.utf8.allSatisfy(\.isDigit) && (part == "0" || !part.hasPrefix("0")) && (Int(part) ?? 256) <= 255
        }
        // Hexadecimal digits without a colon may still be of an IPv6 address, where an asterisk stands for the colons.
        let hasRun = pattern.utf8.contains(.ascii("*"))
        if parts.count == 1, hasRun { return nil }
        if parts.count > 4 { return "matches no IPv4 address, which has four parts" }
        if parts.count < 4, !hasRun, !pattern.utf8.contains(.ascii("?")) {
            return "matches no IPv4 address, which has four parts"
        }
        if let part = whole.first(where: { !isOctet($0) }) { return "matches no address: '\(part)' is no octet" }
        if pattern.utf8.contains(where: { $0.hexDigitValue != nil && !$0.isDigit }) {
            return "matches no IPv4 address, which has no letters"
        }
        return nil
    }
}

extension HostPattern: PolicyPitfall {
    /// Names that are longer than names of hosts are, or have in them what those have not.
    static func pitfall(of text: String) -> String? {
        guard let pattern = HostPattern(text) else { return nil }
        let name = pattern.text
        let isLiteral = name.hasPrefix("[") || name.hasPrefix("*") || name.hasPrefix("?")
        if !isLiteral, name.utf8.contains(where: { $0 == .ascii("[") || $0 == .ascii("]") || $0 == .colon }) {
            return "matches no host name: brackets and colons are for address literals, '[192.0.2.1]'"
        }
        if name.utf8.allSatisfy({ $0.isDigit || $0 == .dot }) {
            return
                "matches no host name: ip-screen is for addresses, and '[\(name)]' for who greets with one"
        }
        if name.split(separator: ".").contains(where: { $0.utf8.count(where: { $0 != .ascii("*") }) > 63 }) {
            return "matches no host name: a label of one has 63 characters at most (RFC 1035 section 2.3.4)"
        }
        if name.utf8.count(where: { $0 != .ascii("*") }) > 253 {
            return "matches no host name, which has 253 characters at most (RFC 1035 section 2.3.4)"
        }
        return nil
    }
}

extension SenderPattern: PolicyPitfall {
    /// Domains that none is like, and local parts longer than they may be.
    static func pitfall(of text: String) -> String? {
        let bare = text.hasPrefix("<") && text.hasSuffix(">") ? text.dropFirst().dropLast() : text[...]
        guard SenderPattern(text) != nil, !bare.isEmpty else { return nil }
        guard let at = bare.lastIndex(of: "@") else { return HostPattern.pitfall(of: String(bare)) }
        if bare[..<at].utf8.count(where: { $0 != .ascii("*") }) > 64 {
            return "matches no address, whose local part has 64 characters at most (RFC 5321 section 4.5.3.1.1)"
        }
        return HostPattern.pitfall(of: String(bare[bare.index(after: at)...]))
    }
}

extension HostList.Entry: PolicyPitfall {
    /// A line of a list says the ruling first.
    static func pitfall(of line: String) -> String? { line.lastWord.flatMap { HostPattern.pitfall(of: $0) } }
}

extension SenderList.Entry: PolicyPitfall {
    /// A line of a list may be about a display name, which may be anything.
    static func pitfall(of line: String) -> String? {
        line.contains { $0 == " " || $0 == "\t" } ? nil : SenderPattern.pitfall(of: line)
    }
}

extension IPScreen.Settings.Entry: PolicyPitfall {
    /// A line of a list says the ruling first.
    static func pitfall(of line: String) -> String? { line.lastWord.flatMap { AddressPattern.pitfall(of: $0) } }
}

extension String {
    fileprivate var lastWord: String? { split { $0 == " " || $0 == "\t" }.last.map(String.init) }
}
