import DNS
import Mail
import Policy
import PublicSuffix
import Rules
import Screening
import Values

/// Asks DNS lists about the domains and addresses that the links of a message lead to: lists of the kind of SURBL,
/// URIBL and DBL (RFC 5782 §3).
public struct URIBlocklist: Stage {
    static let zoneError: Symbol = "URIBL_ZONE_ERROR"
    static let temperror: Symbol = "URIBL_TEMPERROR"

    public static let manifest = StageManifest(
        id: "uribl", title: "URI Black Lists",
        summary: "Asks lists in the DNS about the domains that the links of a message lead to.",
        phases: [.message],
        needs: .dns,
        exemptions: [.authenticated, .trusted],
        symbols: [
            SymbolDeclaration(
                zoneError, "A list gave an answer that is no listing: it refuses to answer, or is no list any more."),
            SymbolDeclaration(temperror, "A list could not be asked for now."),
        ])

    private let settings: Settings
    private let site: Site
    private let skipped: HostIndex
    private let workers = RuleWorkers(matchLimit: RuleEngine.Options().matchLimit)

    public init(settings: Settings, site: Site) {
        (self.settings, self.site) = (settings, site)
        skipped = HostIndex(settings.skipped)
    }

    public var idlePhases: Set<Phase> { settings.zones.isEmpty ? [.message] : [] }

    public func evaluate(_ checkpoint: Checkpoint, in surroundings: Surroundings) async throws -> StageReport {
        guard case .message(_, let message) = checkpoint else { return .nothing }
        guard !settings.zones.isEmpty else { return .notEvaluated("no zones are named") }
        let uris = workers.withWorker { worker in
            MessageURIs(message.bytes, worker: worker, isTopLevel: PublicSuffixList.builtIn.hasTopLevelDomain)
        }
        var report = StageReport()
        let all = subjects(uris.all)
        let asked = Array(all.prefix(settings.limit))
        if all.count > asked.count || uris.isTruncated {
            let left = all.dropFirst(asked.count).prefix(10).map(\.name)
            report.notEvaluated.append(
                StageReport.Omission(
                    "more domains than are asked about", detail: left.isEmpty ? nil : left.joined(separator: ", ")))
        }
        let queries = queries(asked)
        let lookups = await DNSListLookup.evaluate(
            all: queries.map { ($0.question, $0.zone.value.list) }, wantsText: settings.asksForText,
            dns: surroundings.dns)
        var listed: [Symbol: Int] = [:]
        var unrecorded: [String] = []
        for (query, lookup) in zip(queries, lookups) {
            if lookup.listing == .unrecorded { unrecorded.append("\(DNSQuestion(query.question, .a))") }
            guard let finding = finding(query, lookup) else { continue }
            // A message is no worse for a hundred links to one site: what a zone says counts once.
            if finding.symbol == query.zone.value.symbol {
                listed[finding.symbol, default: 0] += 1
                if listed[finding.symbol] ?? 0 > 1 { continue }
            }
            report.findings.append(finding)
        }
        if !unrecorded.isEmpty {
            report.notEvaluated.append(
                StageReport.Omission("unrecorded DNS", detail: unrecorded.joined(separator: ", ")))
        }
        return report
    }

    /// What a list is asked about, and the first link that leads there.
    private struct Subject {
        enum Kind: Hashable { case domain(DomainName), host(DomainName), address(IPAddress) }
        let kind: Kind
        let uri: MessageURIs.URI

        var name: String {
            switch kind {
            case .domain(let name), .host(let name): name.relativeText
            case .address(let address): address.description
            }
        }
    }

    /// The domains, hosts and addresses of the links, each once, in the order in which they are met.
    private func subjects(_ uris: [MessageURIs.URI]) -> [Subject] {
        var seen: Set<Subject.Kind> = []
        var result: [Subject] = []
        let wanted = settings.zones.reduce(into: Set<Zone.Subject>()) { $0.formUnion($1.value.appliesTo) }
        func add(_ kind: Subject.Kind, _ uri: MessageURIs.URI) {
            if seen.insert(kind).inserted { result.append(Subject(kind: kind, uri: uri)) }
        }
        for uri in uris where settings.asksAboutMail || !uri.isMail {
            for host in uri.hosts {
                if let address = IPAddress(host) {
                    if wanted.contains(.address), address.isPublic { add(.address(address), uri) }
                    continue
                }
                guard let name = DomainName(host), let domain = PublicSuffixList.builtIn.registrableDomain(of: name),
                    !site.isLocal(domain: domain.relativeText), !site.isLocal(domain: host),
                    skipped.first(for: domain.relativeText) == nil, skipped.first(for: host) == nil
                else { continue }
                if wanted.contains(.domain) { add(.domain(domain), uri) }
                if wanted.contains(.host) { add(.host(name), uri) }
            }
        }
        return result
    }

    private struct Query {
        let subject: Subject
        let zone: Placed<Zone>
        let question: DomainName
    }

    private func queries(_ subjects: [Subject]) -> [Query] {
        subjects.flatMap { subject in
            settings.zones.compactMap { zone in
                let question: DomainName? =
                    switch subject.kind {
                    case .domain(let name) where zone.value.appliesTo.contains(.domain): zone.value.list.name(of: name)
                    case .host(let name) where zone.value.appliesTo.contains(.host): zone.value.list.name(of: name)
                    case .address(let address)
                    where zone.value.appliesTo.contains(.address) && (address.isV4 || zone.value.takesV6):
                        zone.value.list.name(of: address)
                    default: nil
                    }
                return question.map { Query(subject: subject, zone: zone, question: $0) }
            }
        }
    }

    /// What an answer is found as; nil where it says nothing.
    private func finding(_ query: Query, _ lookup: DNSListLookup) -> Finding? {
        let zone = query.zone.value
        var evidence: Evidence = ["uri": .text(query.subject.uri.text[0..<200].lossyString)]
        evidence.add("part", query.subject.uri.part.map(EvidenceValue.text))
        evidence.add("domain", .text(query.subject.name))
        evidence.add("zone", .text(zone.list.zone.relativeText))
        return lookup.finding(
            evidence, listedAs: zone.symbol, unusableAs: URIBlocklist.zoneError, failedAs: URIBlocklist.temperror,
            entry: query.zone.place, repliesWithText: zone.repliesWithText)
    }
}
