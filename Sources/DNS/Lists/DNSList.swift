import Values

/// A list of addresses or domains that is published in the DNS (RFC 5782), to block or to allow.
public struct DNSList: Sendable, Hashable {
    /// The zone that the list is.
    public let zone: DomainName
    /// The return codes that count as a listing; empty for all there are.
    public let codes: [DNSListCode]
    /// Return codes that say the list refuses to answer, such as Spamhaus's 127.255.255.254 for a client that asks
    /// through a public resolver. Never a listing.
    public let refusals: [DNSListCode]

    /// A list. `codes` are those that count, `refusals` those that mean an answer is refused.
    public init(_ zone: DomainName, codes: [DNSListCode] = [], refusals: [DNSListCode] = []) {
        (self.zone, self.codes, self.refusals) = (zone, codes, refusals)
    }

    /// The name at which `address` is listed (RFC 5782 §2.1, §2.4); nil when it is too long.
    public func name(of address: IPAddress) -> DomainName? {
        DomainName(labels: DomainName.reverseLabels(of: address).map { Bytes($0) } + zone.labels)
    }

    /// The name at which `domain` is listed (RFC 5782 §3); nil when it is too long.
    public func name(of domain: DomainName) -> DomainName? { DomainName(labels: domain.labels + zone.labels) }

    /// What an answer to the A question at a listed name means.
    public func meaning(of answer: DNSAnswer) -> DNSListing {
        switch answer {
        // RFC 5782 §2.1: what has no A record is not listed.
        case .nameError, .noData: return .notListed
        case .serverFailure, .timeout: return .failed(answer)
        case .unrecorded: return .unrecorded
        case .records(let records, _):
            var addresses: [IPAddress] = []
            for case .address(let address) in records where !addresses.contains(address) { addresses.append(address) }
            addresses.sort()
            guard !addresses.isEmpty else { return .notListed }
            // RFC 5782 §2.3: codes lie in 127.0.0.0/8. A zone that answers anything else has died and been taken over,
            // and answers so for every name.
            if addresses.contains(where: { !DNSList.loopback.matches($0) }) { return .unusable(.outside, addresses) }
            if addresses.contains(where: { code in refusals.contains { $0.matches(code) } }) {
                return .unusable(.refusal, addresses)
            }
            let counted = addresses.filter { code in codes.isEmpty || codes.contains { $0.matches(code) } }
            return counted.isEmpty ? .otherCodes(addresses) : .listed(counted)
        }
    }

    /// The return codes by which the lists of Spamhaus, and others after them, refuse to answer.
    public static let refusals = ["127.255.255.0/24"].compactMap { DNSListCode($0) }

    private static let loopback = DNSListCode.range(IPAddress.v4(0x7F00_0000)...IPAddress.v4(0x7FFF_FFFF))
}

/// What a DNS list says of an address or a domain.
public enum DNSListing: Sendable, Hashable {
    /// It is listed, with these codes that count, in ascending order.
    case listed([IPAddress])
    /// It is listed with codes that do not count.
    case otherCodes([IPAddress])
    /// It is not listed.
    case notListed
    /// The list answers something that is no listing: dead, taken over, or unwilling.
    case unusable(Fault, [IPAddress])
    /// No answer could be had: SERVFAIL or a time-out.
    case failed(DNSAnswer)
    /// The recording does not hold the answer.
    case unrecorded

    /// Why an answer is no listing.
    public enum Fault: String, Sendable, Hashable, CaseIterable {
        /// The answer lies outside of 127.0.0.0/8.
        case outside = "the answer is no return code (RFC 5782 section 2.3): the list is gone or has been taken over"
        /// The answer is one of those that mean a refusal.
        case refusal = "the list refuses to answer"
    }
}
