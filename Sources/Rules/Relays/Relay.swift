import Values

/// A hop that a Received field tells of.
struct Relay {
    var ip = ""
    var reverseName = ""
    var helo = ""
    var by = ""
    var ident = ""
    /// Nil where the field does not tell it.
    var envelopeFrom: String?
    var id = ""
    /// How the client proved who it is; empty where it did not.
    var authentication = ""
    /// Whether the server looked the name up and found none.
    var hasNoReverseName = false
    var isInternal = false
    var isSubmission = false

    var address: IPAddress? { IPAddress(ip) }

    /// Whether the address is one of a private network.
    var isPrivate: Bool { PrivateAddress.contains(ip) }

    /// The hop as rules about `X-Spam-Relays-…` see it.
    var text: String {
        "[ ip=\(ip) rdns=\(reverseName) helo=\(helo) by=\(by) ident=\(ident) envfrom=\(envelopeFrom ?? "")"
            + " intl=\(isInternal ? 1 : 0) id=\(id) auth=\(authentication) msa=\(isSubmission ? 1 : 0) ]"
    }
}

/// Addresses that no client on the Internet has.
enum PrivateAddress {
    private static let networks = [
        "10.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fe80::/10",
        "::1/128",
    ].compactMap { IPNetwork($0) }

    static func contains(_ text: some StringProtocol) -> Bool {
        let lower = text.lowercased()
        let mapped = lower.hasPrefix("::ffff:") ? String(lower.dropFirst(7)) : lower
        guard let address = IPAddress(mapped) else { return false }
        return networks.contains { $0.contains(address) }
    }

    /// Whether `text` is an IPv4 address.
    static func isV4(_ text: some StringProtocol) -> Bool {
        guard let address = IPAddress(text) else { return false }
        return address.isV4
    }
}
