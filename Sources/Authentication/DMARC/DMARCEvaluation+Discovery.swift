import DNS
import PublicSuffix
import Values

extension DMARCEvaluation {
    /// A policy record and where it was found, or what is to be said instead.
    struct Discovery {
        var record: DMARCRecord?
        var policyDomain: DomainName?
        var organizationalDomain: DomainName?
        /// Without a record: `none`, `temperror`, or nil where nothing was recorded.
        var result: DMARCResult?
        var reason: String?

        init(_ record: DMARCRecord, at domain: DomainName, organization: DomainName?) {
            (self.record, policyDomain, organizationalDomain) = (record, domain, organization)
        }

        init(_ result: DMARCResult?, _ reason: String) { (self.result, self.reason) = (result, reason) }
    }

    /// What one name has.
    enum Finding {
        case record(DMARCRecord)
        case nothing
        case several
        case unavailable
        case unrecorded
    }

    /// The most names of a tree that are asked (RFC 9989 §4.10).
    private static let maximumSteps = 8

    private static let label = DomainName("_dmarc")

    /// The record of `domain` (RFC 7489 §6.1, §6.6.3 steps 1 and 2).
    mutating func record(of domain: DomainName) async -> Finding {
        guard let name = DMARCEvaluation.label?.below(domain) else { return .nothing }
        let question = DNSQuestion(name, .txt)
        switch await lookups.answer(to: question) {
        case .noData, .nameError: return .nothing
        case .serverFailure, .timeout: return .unavailable
        case .unrecorded:
            lookups.want([question])
            return .unrecorded
        case .records(let data, _):
            let texts = data.compactMap { data -> Bytes? in
                guard case .txt(let strings) = data else { return nil }
                return strings.count == 1 ? strings[0] : Bytes(strings.flatMap(\.array))
            }.filter(DMARCRecord.isRecord)
            guard let text = texts.first else { return .nothing }
            guard texts.count == 1, let record = DMARCRecord(text) else { return .several }
            return .record(record)
        }
    }

    /// The policy record for mail from `domain`.
    mutating func discover(_ domain: DomainName) async -> Discovery {
        switch options.discovery {
        case .publicSuffix(let list):
            let organization = list.organizationalDomain(of: domain)
            let own = await record(of: domain)
            // RFC 7489 §6.6.3 step 3: the organizational domain is asked when the domain itself has no record.
            if case .nothing = own, organization != domain {
                return discovery(await record(of: organization), at: organization, organization)
            }
            return discovery(own, at: domain, organization)
        case .treeWalk: return await discoverByTreeWalk(domain)
        }
    }

    private func discovery(_ finding: Finding, at domain: DomainName, _ organization: DomainName?) -> Discovery {
        var discovery: Discovery
        switch finding {
        case .record(let record): return Discovery(record, at: domain, organization: organization)
        case .nothing: discovery = Discovery(DMARCResult.none, "no policy record")
        // RFC 7489 §6.6.3 step 5: several records are none.
        case .several: discovery = Discovery(DMARCResult.none, "several policy records at \(domain.relativeText)")
        case .unavailable:
            discovery = Discovery(.temperror, "no answer for the policy record of \(domain.relativeText)")
        case .unrecorded: discovery = Discovery(nil, "unrecorded DNS")
        }
        discovery.organizationalDomain = organization
        return discovery
    }

    /// RFC 9989 §4.10.1: the domain's own record; else that of its organizational domain; else that of the public
    /// suffix above it.
    private mutating func discoverByTreeWalk(_ domain: DomainName) async -> Discovery {
        switch await record(of: domain) {
        case .record(let record): return Discovery(record, at: domain, organization: nil)
        case .unavailable: return discovery(.unavailable, at: domain, nil)
        case .unrecorded: return discovery(.unrecorded, at: domain, nil)
        case .nothing, .several: break
        }
        let walk = await walk(from: domain)
        if let end = walk.end { return discovery(end, at: domain, nil) }
        let organization = DMARCEvaluation.organization(of: domain, by: walk.found)
        let place =
            walk.found.first { $0.domain == organization } ?? walk.found.last { $0.record.suffixStatus == .suffix }
        guard let place else { return discovery(.nothing, at: domain, organization) }
        return Discovery(place.record, at: place.domain, organization: organization)
    }

    /// The records from a name up, its own first; with what ended the walk early, where nothing can be said for it.
    private struct Walk {
        var found: [(domain: DomainName, record: DMARCRecord)] = []
        var end: Finding?
    }

    /// RFC 9989 §4.10: eight names at most are asked; of a name with eight labels or more, the one asked after it has
    /// seven.
    private mutating func walk(from domain: DomainName) async -> Walk {
        var walk = Walk()
        var next: DomainName? = domain
        for step in 0..<DMARCEvaluation.maximumSteps {
            guard let name = next, name != .root else { break }
            switch await record(of: name) {
            case .record(let record):
                walk.found.append((name, record))
                // A record that says what its domain is ends the walk.
                if record.suffixStatus != .unknown { return walk }
            // Several records are none.
            case .nothing, .several: break
            case .unavailable, .unrecorded:
                walk.end = await record(of: name)
                return walk
            }
            next = name.parent
            if step == 0, domain.labelCount >= 8 { next = DomainName(labels: domain.labels.suffix(7)) }
        }
        return walk
    }

    /// RFC 9989 §4.10.2: the domain that says it is one; else the one below a public suffix; else the highest that
    /// has a record; without any, the name itself.
    private static func organization(
        of name: DomainName, by found: [(domain: DomainName, record: DMARCRecord)]
    ) -> DomainName {
        if let last = found.last {
            switch last.record.suffixStatus {
            case .organization: return last.domain
            case .suffix where last.domain != name:
                return DomainName(labels: name.labels.suffix(last.domain.labelCount + 1)) ?? name
            case .suffix, .unknown: return last.domain
            }
        }
        return name
    }

    /// The organizational domain of `name`.
    mutating func organization(of name: DomainName) async -> Organization {
        if let known = organizations[name] { return known }
        let organization: Organization
        switch options.discovery {
        case .publicSuffix(let list): organization = .found(list.organizationalDomain(of: name))
        case .treeWalk:
            let walk = await walk(from: name)
            switch walk.end {
            case .unavailable?: organization = .unavailable
            case nil: organization = .found(DMARCEvaluation.organization(of: name, by: walk.found))
            default: organization = .unrecorded
            }
        }
        organizations[name] = organization
        return organization
    }
}
