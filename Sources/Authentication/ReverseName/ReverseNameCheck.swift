import DNS
import Values

/// The forward-confirmed reverse lookup of a client (`iprev`, RFC 8601 §2.7.3): the names its address has, and which of
/// them have that address.
///
/// Every stage that goes by a client's name asks here, so that all of them mean the same name.
public enum ReverseNameCheck {
    /// The names looked at. RFC 7208 §4.6.4 has the same bound for the same reason: a zone can hold any number.
    public static let maximumNames = 10

    /// Looks up the names of `client` and confirms each of the first ten.
    public static func evaluate(_ client: IPAddress, dns: any DNSView) async -> ReverseNameOutcome {
        let question = DNSQuestion(.reverse(of: client), .ptr)
        let answer = await dns.answer(to: question)
        var exchanges = [DNSExchange(question, answer)]
        guard case .records(let records, _) = answer else {
            return ReverseNameOutcome(
                result: result(withoutNames: answer), names: [], confirmed: [], exchanges: exchanges)
        }
        var names: [DomainName] = []
        for case .name(let name) in records where !names.contains(name) { names.append(name) }
        names = Array(names.sorted().prefix(maximumNames))
        var confirmed: [DomainName] = []
        var isUnrecorded = false
        var isTemporary = false
        for name in names {
            let question = DNSQuestion(name, client.isV4 ? .a : .aaaa)
            let answer = await dns.answer(to: question)
            exchanges.append(DNSExchange(question, answer))
            switch answer {
            case .records(let records, _): if records.contains(.address(client)) { confirmed.append(name) }
            case .unrecorded: isUnrecorded = true
            case .serverFailure, .timeout: isTemporary = true
            case .noData, .nameError: break
            }
        }
        let result: ReverseNameOutcome.Result =
            if !confirmed.isEmpty { .pass } else if isUnrecorded { .unrecorded } else if isTemporary { .temperror } else
            {
                .fail
            }
        return ReverseNameOutcome(result: result, names: names, confirmed: confirmed, exchanges: exchanges)
    }

    private static func result(withoutNames answer: DNSAnswer) -> ReverseNameOutcome.Result {
        switch answer {
        case .nameError, .noData, .records: .permerror
        case .serverFailure, .timeout: .temperror
        case .unrecorded: .unrecorded
        }
    }
}

/// What the reverse lookup of a client gave.
public struct ReverseNameOutcome: Sendable, Hashable {
    /// The result, by RFC 8601 §2.7.3.
    public enum Result: String, Sendable, Hashable, CaseIterable {
        /// A name of the address has the address.
        case pass
        /// There are names, and none has the address.
        case fail
        /// There is no name.
        case permerror
        /// An answer could not be had for now.
        case temperror
        /// The recording does not hold an answer that the result hangs on.
        case unrecorded
    }

    /// The result.
    public let result: Result
    /// The names of the address, by their text; at most ten.
    public let names: [DomainName]
    /// Those that have the address.
    public let confirmed: [DomainName]
    /// What was asked, in order, and what was answered.
    public let exchanges: [DNSExchange]

    /// The questions that nobody recorded an answer to.
    public var unrecorded: [DNSQuestion] {
        exchanges.filter { $0.answer == .unrecorded }.map(\.question)
    }
}
