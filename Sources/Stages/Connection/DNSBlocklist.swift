import DNS
import Mail
import Policy
import Screening
import Values

/// Asks DNS lists about the client's address, and about addresses in Received fields (RFC 5782).
public struct DNSBlocklist: Stage {
    static let zoneError: Symbol = "DNSBL_ZONE_ERROR"
    static let temperror: Symbol = "DNSBL_TEMPERROR"

    public static let manifest = StageManifest(
        id: "dnsbl", title: "DNS Black Lists",
        summary: "Asks lists in the DNS whether the client is known for good or ill.",
        phases: [.connect, .mail, .message],
        needs: .dns,
        exemptions: [.authenticated, .trusted],
        symbols: [
            SymbolDeclaration(
                zoneError, "A list gave an answer that is no listing: it refuses to answer, or is no list any more."),
            SymbolDeclaration(temperror, "A list could not be asked for now."),
        ])

    /// Whether `symbol` says that an allow list has the client.
    static func isAllowListing(_ symbol: Symbol) -> Bool { symbol.name.hasPrefix("DNSWL_") }

    let settings: Settings
    private let ownNetworks: [IPNetwork]

    public init(settings: Settings, site: Site) {
        self.settings = settings
        ownNetworks = site.trustedRelays + site.trustedNetworks
    }

    public var idlePhases: Set<Phase> { settings.idlePhases }

    public func evaluate(_ checkpoint: Checkpoint, in surroundings: Surroundings) async throws -> StageReport {
        switch checkpoint {
        case .connect(let session): return await checkClient(of: session, scope: .session, in: surroundings)
        case .mail(let transaction):
            return await checkClient(of: transaction.session, scope: .transaction, in: surroundings)
        case .message(let transaction, let message):
            let subjects = subjects(in: message, client: transaction.session.client.value)
            return await check(subjects, by: .received, scope: .transaction, in: surroundings)
        case .helo, .tls, .auth, .rcpt, .observe: return .nothing
        }
    }

    /// An address that lists are asked about, and the Received field it stands in.
    private struct Subject {
        let address: IPAddress
        let field: String?
    }

    private func checkClient(
        of session: Session, scope: Finding.Scope, in surroundings: Surroundings
    ) async -> StageReport {
        guard let client = session.client.value else { return .notEvaluated("client address not known") }
        if let reason = settings.allowed.reason(for: client) { return .notEvaluated(reason) }
        guard client.isPublic else {
            return .notEvaluated("client address is not public", detail: client.description)
        }
        return await check([Subject(address: client, field: nil)], by: .client, scope: scope, in: surroundings)
    }

    /// The public addresses in the Received fields that the settings choose, newest first, each once. Neither the
    /// client nor the site's own relays are among them.
    private func subjects(in message: Message, client: IPAddress?) -> [Subject] {
        let rule = settings.received
        let fields = message.header.all("Received").enumerated()
            .dropFirst(rule.skipNewest).dropLast(rule.skipOldest).prefix(rule.depth)
        var subjects: [Subject] = []
        for (ordinal, field) in fields {
            guard let address = ReceivedField(field.rawValue).clientAddress, address.isPublic, address != client,
                !ownNetworks.contains(where: { $0.contains(address) }),
                settings.allowed.reason(for: address) == nil,
                !subjects.contains(where: { $0.address == address })
            else { continue }
            subjects.append(Subject(address: address, field: "Received[\(ordinal)]"))
        }
        return subjects
    }

    private struct Query {
        let subject: Subject
        let zone: Placed<Zone>
        let name: DomainName
    }

    private func check(
        _ subjects: [Subject], by kind: Zone.Subject, scope: Finding.Scope, in surroundings: Surroundings
    ) async -> StageReport {
        var queries: [[Query]] = []
        for subject in subjects {
            queries.append(
                settings.zones.compactMap { zone in
                    guard zone.value.appliesTo.contains(kind), subject.address.isV4 || zone.value.takesV6 else {
                        return nil
                    }
                    return zone.value.list.name(of: subject.address).map {
                        Query(subject: subject, zone: zone, name: $0)
                    }
                })
        }
        var report = StageReport()
        var unrecorded: [String] = []
        for (query, lookup) in await answers(to: queries, dns: surroundings.dns) {
            if lookup.listing == .unrecorded { unrecorded.append("\(DNSQuestion(query.name, .a))") }
            if let finding = finding(query, lookup, scope) { report.findings.append(finding) }
        }
        if !unrecorded.isEmpty {
            report.notEvaluated = [StageReport.Omission("unrecorded DNS", detail: unrecorded.joined(separator: ", "))]
        }
        return report
    }

    /// The answers in the order of the questions: all asked at once, or one by one until an address is listed.
    private func answers(to queries: [[Query]], dns: any DNSView) async -> [(Query, DNSListLookup)] {
        guard settings.stopsAtFirst else {
            let all = queries.flatMap(\.self)
            let lookups = await DNSListLookup.evaluate(
                all: all.map { ($0.name, $0.zone.value.list) }, wantsText: settings.asksForText, dns: dns)
            return Array(zip(all, lookups))
        }
        var results: [(Query, DNSListLookup)] = []
        for subject in queries {
            for query in subject {
                let lookup = await DNSListLookup.evaluate(
                    query.name, in: query.zone.value.list, wantsText: settings.asksForText, dns: dns)
                results.append((query, lookup))
                if case .listed = lookup.listing { break }
            }
        }
        return results
    }

    /// What an answer is found as; nil where it says nothing.
    private func finding(_ query: Query, _ lookup: DNSListLookup, _ scope: Finding.Scope) -> Finding? {
        let zone = query.zone.value
        var evidence: Evidence = [
            query.subject.field == nil ? "client" : "address": .address(query.subject.address)
        ]
        evidence.add("field", query.subject.field.map(EvidenceValue.text))
        evidence.add("zone", .text(zone.list.zone.relativeText))
        return lookup.finding(
            evidence, listedAs: query.subject.field == nil ? zone.symbol : zone.receivedSymbol,
            unusableAs: DNSBlocklist.zoneError, failedAs: DNSBlocklist.temperror, entry: query.zone.place,
            repliesWithText: zone.repliesWithText, scope: scope)
    }
}
