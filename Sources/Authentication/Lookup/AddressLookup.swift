import DNS
import Values

/// Asks for addresses and mail exchangers and keeps what was asked. Bounded by whoever asks: it follows nothing itself.
struct AddressLookup {
    let dns: any DNSView
    /// What was asked, in order, and what was answered.
    private(set) var exchanges: [DNSExchange] = []

    init(dns: any DNSView) { self.dns = dns }

    /// Whether an answer is missing from the recording.
    var isUnrecorded: Bool { exchanges.contains { $0.answer == .unrecorded } }
    /// Whether an answer could not be had for now.
    var isTemporary: Bool { exchanges.contains { $0.answer == .serverFailure || $0.answer == .timeout } }

    /// The answer to `question`.
    mutating func answer(to question: DNSQuestion) async -> DNSAnswer {
        let answer = await dns.answer(to: question)
        exchanges.append(DNSExchange(question, answer))
        return answer
    }

    /// The addresses of `name` of the family that `type` (A or AAAA) is for, each once, in ascending order; none where
    /// there are none or no answer could be had.
    mutating func addresses(of name: DomainName, _ type: RecordType) async -> [IPAddress] {
        guard case .records(let records, _) = await answer(to: DNSQuestion(name, type)) else { return [] }
        var addresses: Set<IPAddress> = []
        for case .address(let address) in records { addresses.insert(address) }
        return addresses.sorted()
    }

    /// The hosts in the MX records of `name`, most preferred first, those of one preference by their text.
    mutating func exchangers(of name: DomainName) async -> [DomainName] {
        guard case .records(let records, _) = await answer(to: DNSQuestion(name, .mx)) else { return [] }
        return AddressLookup.exchangers(records)
    }

    /// The hosts in MX records, most preferred first (RFC 5321 §5.1), those of one preference by their text.
    static func exchangers(_ records: [RecordData]) -> [DomainName] {
        var hosts: [(preference: UInt16, name: DomainName)] = []
        for case .mx(let preference, let exchange) in records { hosts.append((preference, exchange)) }
        return hosts.sorted { ($0.preference, $0.name) < ($1.preference, $1.name) }.map(\.name)
    }
}
