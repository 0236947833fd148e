import DNS
import Values

extension SPFEvaluation {
    /// Whether a mechanism matches (RFC 7208 §5): the terms that matched inside it, none but for `include`; nil when
    /// it does not.
    mutating func match(_ mechanism: SPFMechanism, domain: SPFDomain) throws(Interruption) -> [SPFMatch]? {
        switch mechanism {
        case .all: return []
        case .ip4(let network), .ip6(let network): return network.contains(query.ip) ? [] : nil
        case .include(let spec): return try matchInclude(spec, domain: domain)
        case .a(let spec, let lengths): return try matchA(spec, lengths, domain: domain) ? [] : nil
        case .mx(let spec, let lengths): return try matchMX(spec, lengths, domain: domain) ? [] : nil
        case .ptr(let spec): return try matchPTR(spec, domain: domain) ? [] : nil
        case .exists(let spec): return try matchExists(spec, domain: domain) ? [] : nil
        }
    }

    /// RFC 7208 §5.2.
    private mutating func matchInclude(
        _ spec: SPFMacroString, domain: SPFDomain
    ) throws(Interruption) -> [SPFMatch]? {
        try countTerm()
        guard let target = try target(spec, domain: domain) else { return nil }
        let verdict = try checkHost(target)
        switch verdict.result {
        case .pass: return verdict.matches
        case .fail, .softfail, .neutral: return nil
        case SPFResult.none?, .temperror, .permerror, nil:
            throw SPFEvaluation.permanent("include:\(spec.text): \(verdict.reason ?? "no SPF record")")
        }
    }

    /// RFC 7208 §5.3.
    private mutating func matchA(
        _ spec: SPFMacroString?, _ lengths: SPFPrefixLengths, domain: SPFDomain
    ) throws(Interruption) -> Bool {
        try countTerm()
        guard let name = try targetName(spec, domain: domain) else { return false }
        let question = DNSQuestion(name, addressType)
        switch try lookups.answer(to: question) {
        case .records(let records, _):
            return records.contains { matches($0, lengths) }
        case .noData, .nameError:
            try countVoidTerm()
            return false
        case .serverFailure, .timeout:
            throw temporary(question)
        case .unrecorded:
            lookups.want([question])
            return false
        }
    }

    /// RFC 7208 §5.4. The hosts are asked for in order of preference and only until one matches, so a policy fails for
    /// its eleventh host only when the first ten do not match.
    private mutating func matchMX(
        _ spec: SPFMacroString?, _ lengths: SPFPrefixLengths, domain: SPFDomain
    ) throws(Interruption) -> Bool {
        try countTerm()
        guard let name = try targetName(spec, domain: domain) else { return false }
        let question = DNSQuestion(name, .mx)
        var exchanges: [(preference: UInt16, name: DomainName)] = []
        switch try lookups.answer(to: question) {
        case .records(let records, _):
            for case .mx(let preference, let exchange) in records { exchanges.append((preference, exchange)) }
            // Stable, so that hosts of equal preference stay in the order of the answer, which mostly has them in order.
            if !zip(exchanges, exchanges.dropFirst()).allSatisfy({ $0.preference <= $1.preference }) {
                exchanges = exchanges.enumerated()
                    .sorted { ($0.element.preference, $0.offset) < ($1.element.preference, $1.offset) }.map(\.element)
            }
        case .noData, .nameError:
            try countVoidTerm()
            return false
        case .serverFailure, .timeout:
            throw temporary(question)
        case .unrecorded:
            lookups.want([question])
            return false
        }
        var foundNothing = false
        var unrecorded: [DNSQuestion] = []
        for (index, exchange) in exchanges.enumerated() {
            // RFC 7208 §4.6.4: more than ten address lookups for one mx are a permerror.
            guard index < limits.hosts else {
                lookups.want(unrecorded)
                throw SPFEvaluation.permanent("\(name.relativeText) has more than \(limits.hosts) MX hosts")
            }
            // RFC 7505 §3: the root as exchange says that there is no host.
            guard exchange.name != .root else { continue }
            let address = DNSQuestion(exchange.name, addressType)
            switch try lookups.answer(to: address) {
            case .records(let records, _):
                if records.contains(where: { matches($0, lengths) }) { return true }
            case .noData, .nameError:
                foundNothing = true
            case .serverFailure, .timeout:
                lookups.want(unrecorded)
                throw temporary(address)
            case .unrecorded:
                unrecorded.append(address)
            }
        }
        lookups.want(unrecorded)
        if foundNothing { try countVoidTerm() }
        return false
    }

    /// RFC 7208 §5.7: any A record matches, whatever the client's family.
    private mutating func matchExists(_ spec: SPFMacroString, domain: SPFDomain) throws(Interruption) -> Bool {
        try countTerm()
        guard let name = try targetName(spec, domain: domain) else { return false }
        let question = DNSQuestion(name, .a)
        switch try lookups.answer(to: question) {
        case .records: return true
        case .noData, .nameError:
            try countVoidTerm()
            return false
        case .serverFailure, .timeout: throw temporary(question)
        case .unrecorded:
            lookups.want([question])
            return false
        }
    }

    /// The record type of the client's family (RFC 7208 §5.3).
    var addressType: RecordType { query.ip.isV4 ? .a : .aaaa }

    private func matches(_ record: RecordData, _ lengths: SPFPrefixLengths) -> Bool {
        if case .address(let host) = record { lengths.match(query.ip, host: host) } else { false }
    }

    /// RFC 7208 §5: a lookup that fails for now ends the check.
    private func temporary(_ question: DNSQuestion) -> Interruption {
        .failure(.temperror, "the lookup of \(question) failed")
    }
}
