import DNS
import Values

/// The argument of HELO or EHLO held against the client's address (RFC 5321 §4.1.4).
public enum HeloNameCheck {
    /// The mail exchangers of a name that are looked at.
    public static let maximumExchangers = 10

    /// Checks what `helo` names against `client`.
    public static func evaluate(_ helo: String, client: IPAddress, dns: any DNSView) async -> HeloNameOutcome {
        if helo.utf8.first == .ascii("[") { return literal(helo, client) }
        // RFC 5321 §2.3.5, §4.1.1.1: a fully qualified domain name, or an address literal.
        guard let name = DomainName(unescaped: Array(helo.utf8)), isHostName(name) else {
            return HeloNameOutcome(.malformed, reason: "not a host name")
        }
        guard IPAddress(helo) == nil else {
            return HeloNameOutcome(.malformed, reason: "an address without brackets")
        }
        guard name.labels.count >= 2 else { return HeloNameOutcome(.malformed, reason: "not fully qualified") }
        var lookup = AddressLookup(dns: dns)
        return await resolve(name, client, &lookup)
    }

    private static func resolve(
        _ name: DomainName, _ client: IPAddress, _ lookup: inout AddressLookup
    ) async -> HeloNameOutcome {
        let own: RecordType = client.isV4 ? .a : .aaaa
        let other: RecordType = client.isV4 ? .aaaa : .a
        var addresses = await lookup.addresses(of: name, own)
        if addresses.contains(client) { return HeloNameOutcome(.match, addresses: addresses, lookup) }
        // RFC 8020 §2: a name that does not exist has no records of other types either.
        if lookup.exchanges.last?.answer == .nameError { return HeloNameOutcome(.notFound, lookup) }
        addresses += await lookup.addresses(of: name, other)
        var isFound = !addresses.isEmpty
        for exchange in await lookup.exchangers(of: name).prefix(maximumExchangers) {
            isFound = true
            guard exchange != .root else { continue }
            let found = await lookup.addresses(of: exchange, own)
            if found.contains(client) { return HeloNameOutcome(.match, addresses: found, lookup) }
            addresses += found.filter { !addresses.contains($0) }
        }
        if lookup.isUnrecorded { return HeloNameOutcome(.unrecorded, lookup) }
        if lookup.isTemporary { return HeloNameOutcome(.temperror, lookup) }
        return HeloNameOutcome(isFound ? .mismatch : .notFound, addresses: addresses, lookup)
    }

    /// An address literal (RFC 5321 §4.1.3), which is right when it is the client's address.
    private static func literal(_ helo: String, _ client: IPAddress) -> HeloNameOutcome {
        let inner = helo.utf8.last == .ascii("]") ? helo.dropFirst().dropLast() : ""
        let isTagged = inner.prefix(5).equalsIgnoringASCIICase("IPv6:")
        let text = isTagged ? inner.dropFirst(5) : inner
        guard text.utf8.count <= 45, text.utf8.contains(.colon) == isTagged, let address = IPAddress(text) else {
            return HeloNameOutcome(.malformed, reason: "not an address literal")
        }
        return HeloNameOutcome(address == client ? .literalMatch : .literalMismatch, addresses: [address])
    }

    /// Letters, digits and hyphens (RFC 5321 §2.3.5), and the underscores that are in use.
    private static func isHostName(_ name: DomainName) -> Bool {
        !name.labels.isEmpty
            && name.labels.allSatisfy { label in
                label.array.allSatisfy { $0.isAlphanumeric || $0 == .hyphen || $0 == .ascii("_") }
            }
    }
}

/// What the check of a HELO name gave.
public struct HeloNameOutcome: Sendable, Hashable {
    /// What the name is to the client.
    public enum Result: String, Sendable, Hashable, CaseIterable {
        /// The name, or a mail exchanger of it, has the client's address.
        case match
        /// The literal is the client's address.
        case literalMatch
        /// The literal is another address.
        case literalMismatch
        /// The name exists, and the client's address is not among its own.
        case mismatch
        /// The name has neither addresses nor mail exchangers.
        case notFound
        /// The argument is neither a fully qualified domain name nor an address literal.
        case malformed
        /// An answer could not be had for now.
        case temperror
        /// The recording does not hold an answer that the result hangs on.
        case unrecorded
    }

    /// The result.
    public let result: Result
    /// The addresses that were found, in the order in which they were.
    public let addresses: [IPAddress]
    /// Why the argument is malformed.
    public let reason: String?
    /// What was asked, in order, and what was answered.
    public let exchanges: [DNSExchange]

    init(_ result: Result, addresses: [IPAddress] = [], reason: String? = nil) {
        (self.result, self.addresses, self.reason, exchanges) = (result, addresses, reason, [])
    }

    init(_ result: Result, addresses: [IPAddress] = [], _ lookup: AddressLookup) {
        (self.result, self.addresses, reason, exchanges) = (result, addresses, nil, lookup.exchanges)
    }

    /// The questions that nobody recorded an answer to.
    public var unrecorded: [DNSQuestion] { exchanges.filter { $0.answer == .unrecorded }.map(\.question) }
}
