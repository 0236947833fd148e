import DNS
import Values

/// Whether mail can be sent back to the domain of a reverse-path (RFC 5321 §3.6.2, §5.1; RFC 7505).
public enum MailDomainCheck {
    /// The mail exchangers that are looked at.
    public static let maximumExchangers = 10

    /// Checks `domain`, labels beyond ASCII taken as the A-labels they stand for.
    public static func evaluate(_ domain: String, dns: any DNSView) async -> MailDomainOutcome {
        var lookup = AddressLookup(dns: dns)
        guard let name = DKIMDomain.name(Bytes(domain), minimumLabels: 1) else {
            return MailDomainOutcome(.notFound, reason: "not a domain name", lookup)
        }
        switch await lookup.answer(to: DNSQuestion(name, .mx)) {
        case .nameError: return MailDomainOutcome(.notFound, lookup)
        case .unrecorded: return MailDomainOutcome(.unrecorded, lookup)
        case .serverFailure, .timeout: return MailDomainOutcome(.temperror, lookup)
        case .noData: return await implicit(name, &lookup)
        case .records(let records, _): return await explicit(records, &lookup)
        }
    }

    /// RFC 5321 §5.1: without MX records, the domain's own address is where its mail goes.
    private static func implicit(_ name: DomainName, _ lookup: inout AddressLookup) async -> MailDomainOutcome {
        let addresses = await addresses(of: name, &lookup)
        if addresses.contains(where: \.isPublic) { return MailDomainOutcome(.implicit, addresses: addresses, lookup) }
        if let result = open(lookup) { return MailDomainOutcome(result, addresses: addresses, lookup) }
        return addresses.isEmpty
            ? MailDomainOutcome(.notFound, reason: "neither MX nor address records", lookup)
            : MailDomainOutcome(.unreachable, addresses: addresses, reason: notPublic, lookup)
    }

    private static func explicit(_ records: [RecordData], _ lookup: inout AddressLookup) async -> MailDomainOutcome {
        let hosts = AddressLookup.exchangers(records)
        // RFC 7505 §3: one MX record that names the root says that the domain takes no mail.
        if hosts == [.root] { return MailDomainOutcome(.nullMX, lookup) }
        var found: [IPAddress] = []
        for host in hosts.prefix(maximumExchangers) where host != .root {
            let addresses = await addresses(of: host, &lookup)
            if addresses.contains(where: \.isPublic) {
                return MailDomainOutcome(.explicit, addresses: addresses, lookup)
            }
            found += addresses
        }
        if let result = open(lookup) { return MailDomainOutcome(result, addresses: found, lookup) }
        let reason = found.isEmpty ? "no mail exchanger has an address" : notPublic
        return MailDomainOutcome(.unreachable, addresses: found, reason: reason, lookup)
    }

    private static func addresses(of name: DomainName, _ lookup: inout AddressLookup) async -> [IPAddress] {
        let addresses = await lookup.addresses(of: name, .a)
        if addresses.contains(where: \.isPublic) || lookup.exchanges.last?.answer == .nameError { return addresses }
        return addresses + (await lookup.addresses(of: name, .aaaa))
    }

    /// What a result that hangs on a missing answer is.
    private static func open(_ lookup: AddressLookup) -> MailDomainOutcome.Result? {
        lookup.isUnrecorded ? .unrecorded : lookup.isTemporary ? .temperror : nil
    }

    private static let notPublic = "only addresses that are not public"
}

/// What the check of a reverse-path's domain gave.
public struct MailDomainOutcome: Sendable, Hashable {
    /// Where mail to the domain would go.
    public enum Result: String, Sendable, Hashable, CaseIterable {
        /// To a mail exchanger.
        case explicit
        /// To the domain's own address, for want of MX records.
        case implicit
        /// Nowhere, as the domain says itself (RFC 7505).
        case nullMX
        /// Nowhere: its mail exchangers have no address, or none on the public Internet.
        case unreachable
        /// Nowhere: there is no such domain, or it has neither MX nor address records.
        case notFound
        /// An answer could not be had for now.
        case temperror
        /// The recording does not hold an answer that the result hangs on.
        case unrecorded
    }

    /// The result.
    public let result: Result
    /// The addresses that were found.
    public let addresses: [IPAddress]
    /// Why, where the result does not say it all.
    public let reason: String?
    /// What was asked, in order, and what was answered.
    public let exchanges: [DNSExchange]

    init(_ result: Result, addresses: [IPAddress] = [], reason: String? = nil, _ lookup: AddressLookup) {
        (self.result, self.addresses, self.reason, exchanges) = (result, addresses, reason, lookup.exchanges)
    }

    /// The questions that nobody recorded an answer to.
    public var unrecorded: [DNSQuestion] { exchanges.filter { $0.answer == .unrecorded }.map(\.question) }
}
