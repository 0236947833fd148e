import DNS
import Values

extension EvidenceValue {
    /// The value as JSON: durations in seconds, byte spans as `[start, end)`.
    public var json: JSON {
        switch self {
        case .text(let text): .string(text)
        case .number(let number): .integer(number)
        case .flag(let flag): .bool(flag)
        case .duration(let duration): .thousandths(Int(duration.milliseconds))
        case .address(let address): .string(address.description)
        case .network(let network): .string(network.description)
        case .list(let items): .array(items.map(JSON.string))
        case .span(let range): .array([.integer(range.lowerBound), .integer(range.upperBound)])
        case .answers(let exchanges): .array(exchanges.map { .string($0.description) })
        }
    }

    /// The value for people.
    public var text: String {
        switch self {
        case .text(let text): text
        case .number(let number): String(number)
        case .flag(let flag): flag ? "yes" : "no"
        case .duration(let duration): JSON.decimal(thousandths: Int(duration.milliseconds)) + " s"
        case .address(let address): address.description
        case .network(let network): network.description
        case .list(let items): items.joined(separator: ", ")
        case .span(let range): "bytes \(range.lowerBound)–\(range.upperBound)"
        case .answers(let exchanges): exchanges.map(\.description).joined(separator: "; ")
        }
    }
}

extension DNSExchange: CustomStringConvertible {
    /// The exchange on one line: `example.org. TXT → "v=spf1 -all"`.
    public var description: String { "\(question) → \(answer.summary)" }
}

extension DNSAnswer {
    /// The answer in a few words; records in presentation form, sorted, since a server may give them in any order.
    public var summary: String {
        switch self {
        case .records(let records, let authentic):
            records.count == 1 && !authentic
                ? records[0].presentation
                : records.map(\.presentation).sorted().joined(separator: " ") + (authentic ? " (authentic)" : "")
        case .noData: "no data"
        case .nameError: "NXDOMAIN"
        case .serverFailure: "SERVFAIL"
        case .timeout: "time-out"
        case .unrecorded: "unrecorded"
        }
    }
}
