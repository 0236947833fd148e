import DNS
import Values

extension SPFEvaluation {
    /// RFC 7208 §5.5, with erratum 4751: a validated name must be the target or below it. A failing lookup is no match,
    /// never an error.
    mutating func matchPTR(_ spec: SPFMacroString?, domain: SPFDomain) throws(Interruption) -> Bool {
        try countTerm()
        guard let target = try targetName(spec, domain: domain) else { return false }
        let question = DNSQuestion(.reverse(of: query.ip), .ptr)
        switch try lookups.answer(to: question) {
        case .records(let records, _):
            var unrecorded: [DNSQuestion] = []
            // Whether a name below the target is the client's own decides; the others need not be asked for.
            for name in hosts(in: records) where name.isEqualOrBelow(target) {
                switch try validate(name) {
                case true?: return true
                case false?: continue
                case nil: unrecorded.append(DNSQuestion(name, addressType))
                }
            }
            lookups.want(unrecorded)
        case .noData, .nameError: try countVoidTerm()
        case .serverFailure, .timeout: break
        case .unrecorded: lookups.want([question])
        }
        return false
    }

    /// The `p` macro (RFC 7208 §7.3): of the client's validated names the domain itself, else one below it, else any;
    /// `unknown` when there is none.
    mutating func validatedName(for domain: SPFDomain) throws(Interruption) -> [UInt8] {
        let names = try allValidatedNames()
        let target = domain.name
        let best =
            names.first { $0 == target } ?? names.first { name in target.map { name.isEqualOrBelow($0) } ?? false }
            ?? names.first
        return Array((best?.relativeText ?? "unknown").utf8)
    }

    private mutating func allValidatedNames() throws(Interruption) -> [DomainName] {
        if let validatedNames { return validatedNames }
        var names: [DomainName] = []
        let question = DNSQuestion(.reverse(of: query.ip), .ptr)
        switch try lookups.answer(to: question) {
        case .records(let records, _):
            for name in hosts(in: records) {
                switch try validate(name) {
                case true?: names.append(name)
                case false?: continue
                case nil: lookups.want([DNSQuestion(name, addressType)])
                }
            }
        case .unrecorded: lookups.want([question])
        case .noData, .nameError, .serverFailure, .timeout: break
        }
        validatedNames = names
        return names
    }

    /// RFC 7208 §4.6.4: PTR records past the first ten are ignored.
    private func hosts(in records: [RecordData]) -> [DomainName] {
        records.prefix(limits.hosts).compactMap { if case .name(let name) = $0 { name } else { nil } }
    }

    /// Whether the client's address is among those of `name`; nil when nobody recorded them.
    private mutating func validate(_ name: DomainName) throws(Interruption) -> Bool? {
        switch try lookups.answer(to: DNSQuestion(name, addressType)) {
        case .records(let records, _): records.contains(.address(query.ip))
        case .unrecorded: nil
        case .noData, .nameError, .serverFailure, .timeout: false
        }
    }
}
