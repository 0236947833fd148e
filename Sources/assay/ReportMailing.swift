import Authentication
import DNS
import Values

/// Where a DMARC report may be sent, and where not.
struct ReportMailing {
    /// The addresses it may be sent to.
    let addresses: [String]
    /// What the policy names besides, with why nothing is to be sent there.
    let refused: [(uri: String, reason: String)]

    /// Verifies the destinations of a report of `size` bytes; 0 is not known.
    init(
        _ uris: [DMARCReportURI], ofPolicyAt domain: String, isFailure: Bool, size: Int, dns: any DNSView
    ) async {
        guard let domain = DomainName(domain) else {
            (addresses, refused) = ([], uris.map { ($0.uri, "the policy's domain is no name") })
            return
        }
        var addresses: [String] = []
        var refused: [(uri: String, reason: String)] = []
        for destination in await ReportDestination.verify(uris, ofPolicyAt: domain, isFailure: isFailure, dns: dns) {
            if let reason = destination.reason {
                refused.append((destination.uri.uri, reason))
            } else if let limit = destination.uri.maximumSize, size > limit {
                // RFC 7489 §6.3: no report that is larger than the URI allows.
                refused.append((destination.uri.uri, "takes no more than \(limit) bytes"))
            } else {
                addresses += destination.addresses.filter { !addresses.contains($0) }
            }
        }
        (self.addresses, self.refused) = (addresses, refused)
    }

    /// Where nothing is to be sent.
    var json: JSON {
        .array(refused.map { .object(["uri": .string($0.uri), "reason": .string($0.reason)]) })
    }

    /// Both for people.
    var lines: [String] {
        addresses.map { "  to           \($0)" } + refused.map { "  not to       \($0.uri): \($0.reason)" }
    }
}
