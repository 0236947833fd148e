import DNS
import PublicSuffix
import Values

/// Where a DMARC report may go: an address that a policy record names, and whether its host wants such reports
/// (RFC 7489 §7.1).
public struct ReportDestination: Sendable, Hashable {
    /// Whether reports may be sent there.
    public enum Status: Sendable, Hashable {
        /// The host is of the organization whose policy it is.
        case own
        /// The host says that it wants the reports.
        case verified
        /// The host says no such thing.
        case refused
        /// The DNS gave no answer for now.
        case unavailable
        /// Nobody recorded an answer.
        case unrecorded
        /// The URI is none that mail can be sent to.
        case unsupported
    }

    /// The URI as the policy record has it.
    public let uri: DMARCReportURI
    public let status: Status
    /// The addresses that reports go to: none unless that is allowed. The host's own record may name others of its
    /// than the policy's does.
    public let addresses: [String]

    /// More destinations of a record than these are not looked at.
    public static let maximumCount = 20

    /// Verifies the destinations that the policy of `domain` names; `isFailure` tells whether they are those of `ruf=`
    /// rather than `rua=`. A question at most is asked for each.
    public static func verify(
        _ uris: [DMARCReportURI], ofPolicyAt domain: DomainName, isFailure: Bool, suffixes: PublicSuffixList = .builtIn,
        dns: any DNSView
    ) async -> [ReportDestination] {
        var destinations: [ReportDestination] = []
        for uri in uris.prefix(maximumCount) {
            destinations.append(await verify(uri, domain, isFailure: isFailure, suffixes: suffixes, dns: dns))
        }
        return destinations
    }

    private static func verify(
        _ uri: DMARCReportURI, _ domain: DomainName, isFailure: Bool, suffixes: PublicSuffixList, dns: any DNSView
    ) async -> ReportDestination {
        guard let address = uri.safeAddress, let host = host(of: address) else {
            return ReportDestination(uri: uri, status: .unsupported, addresses: [])
        }
        // RFC 7489 §7.1: hosts of the organization itself need no verification.
        if suffixes.organizationalDomain(of: host) == suffixes.organizationalDomain(of: domain) {
            return ReportDestination(uri: uri, status: .own, addresses: [address])
        }
        // RFC 7489 §7.1 steps 1 to 3: <policy domain>._report._dmarc.<host>.
        let labels = domain.labels + [Bytes("_report"), Bytes("_dmarc")] + host.labels
        guard let name = DomainName(labels: labels) else {
            return ReportDestination(uri: uri, status: .refused, addresses: [])
        }
        switch await dns.answer(to: DNSQuestion(name, .txt)) {
        case .nameError, .noData: return ReportDestination(uri: uri, status: .refused, addresses: [])
        case .serverFailure, .timeout: return ReportDestination(uri: uri, status: .unavailable, addresses: [])
        case .unrecorded: return ReportDestination(uri: uri, status: .unrecorded, addresses: [])
        case .records(let records, _):
            let texts = records.compactMap { record -> Bytes? in
                if case .txt(let strings) = record { Bytes(strings.flatMap(\.array)) } else { nil }
            }
            // RFC 7489 §7.1 steps 5 and 6: a record with no more than its version is enough.
            guard
                let record = texts.sorted(by: { $0.lexicographicallyPrecedes($1) }).lazy
                    .compactMap({ DMARCRecord($0) }).first
            else { return ReportDestination(uri: uri, status: .refused, addresses: []) }
            // RFC 7489 §7.1: what the host's own record names counts instead, as long as it is at the same host.
            let named = (isFailure ? record.failureReports : record.aggregateReports).prefix(maximumCount)
                .compactMap(\.safeAddress).filter { ReportDestination.host(of: $0) == host }
            return ReportDestination(uri: uri, status: .verified, addresses: named.isEmpty ? [address] : named)
        }
    }

    private static func host(of address: String) -> DomainName? {
        address.lastIndex(of: "@").flatMap { DMARCAuthor.name(String(address[address.index(after: $0)...])) }
    }
}

extension ReportDestination {
    /// Why nothing goes there; nil where reports do.
    public var reason: String? {
        switch status {
        case .own, .verified: nil
        case .refused: "its host does not say that it wants these reports"
        case .unavailable: "the DNS does not say for now whether its host wants these reports"
        case .unrecorded: "not verified: nobody recorded whether its host wants these reports"
        case .unsupported: "is no address that mail can be sent to"
        }
    }
}

extension DMARCReportURI {
    /// The address of a `mailto` URI, where it can stand in a header field.
    fileprivate var safeAddress: String? {
        guard let address, address.utf8.contains(.at),
            address.utf8.allSatisfy({ $0.isVisible && !"<>,;()\"".utf8.contains($0) })
        else { return nil }
        return address
    }
}
