import Authentication
import DNS
import Mail
import Policy
import Screening
import Values

/// Looks up what the client says of itself: the name of its address, the name in HELO, the domain of the reverse-path.
public struct ReverseLookup: Stage {
    static let pass: Symbol = "REVERSE_PASS"
    static let temperror: Symbol = "REVERSE_TEMPERROR"
    static let heloPass: Symbol = "HELO_PASS"
    static let heloTemperror: Symbol = "HELO_TEMPERROR"
    static let mailDomainPass: Symbol = "MAIL_DOMAIN_PASS"
    static let implicitMX: Symbol = "MAIL_DOMAIN_IMPLICIT_MX"
    static let mailDomainTemperror: Symbol = "MAIL_DOMAIN_TEMPERROR"

    public static let manifest = StageManifest(
        id: "reverse-lookup", title: "Reverse Lookup",
        summary: "Looks up the name of the client's address, its HELO name and the domain of the reverse-path.",
        phases: [.connect, .helo, .mail],
        needs: .dns,
        exemptions: [.authenticated, .trusted, .localhost],
        symbols: [
            SymbolDeclaration(pass, "A name of the client's address has that address."),
            noName.declaration,
            unconfirmedName.declaration,
            SymbolDeclaration(temperror, "The name of the client's address could not be had for now."),
            SymbolDeclaration(heloPass, "The HELO name has the client's address, or the literal is it."),
            malformedHelo.declaration,
            unknownHelo.declaration,
            mismatchedHelo.declaration,
            forgedHelo.declaration,
            SymbolDeclaration(heloTemperror, "The HELO name could not be looked up for now."),
            SymbolDeclaration(mailDomainPass, "The domain of the reverse-path has a mail exchanger."),
            SymbolDeclaration(
                implicitMX, "The domain of the reverse-path has no MX record; mail goes to its own address."),
            unknownMailDomain.declaration,
            nullMX.declaration,
            unreachableMailDomain.declaration,
            SymbolDeclaration(mailDomainTemperror, "The domain of the reverse-path could not be looked up for now."),
        ],
        isEnabledByDefault: false)

    let settings: Settings
    let site: Site

    public init(settings: Settings, site: Site) { (self.settings, self.site) = (settings, site) }

    public var idlePhases: Set<Phase> { settings.idlePhases }

    public func evaluate(_ checkpoint: Checkpoint, in surroundings: Surroundings) async throws -> StageReport {
        let dns = surroundings.dns
        if let reason = settings.allowed.reason(for: checkpoint.session.client.value) { return .notEvaluated(reason) }
        switch checkpoint {
        case .connect(let session): return await checkName(of: session, scope: .session, dns: dns)
        case .helo(let session): return await checkHelo(of: session, scope: .session, dns: dns)
        case .mail(let transaction):
            let isLate = !settings.isEarly
            let session = transaction.session
            async let name =
                isLate && settings.checksName
                ? checkName(of: session, scope: .transaction, dns: dns) : .nothing
            async let helo =
                isLate && settings.checksHelo
                ? checkHelo(of: session, scope: .transaction, dns: dns) : .nothing
            async let domain =
                settings.checksMailDomain ? checkMailDomain(of: transaction, dns: dns) : .nothing
            var report = StageReport()
            for part in [await name, await helo, await domain] {
                report.findings += part.findings
                report.notEvaluated += part.notEvaluated.filter { !report.notEvaluated.contains($0) }
            }
            report.effects = fields(for: surroundings.earlier.findings + report.findings)
            return report
        case .tls, .auth, .rcpt, .message, .observe: return .nothing
        }
    }

    /// The report of a finding unless the policy does not look for it.
    private func report(_ check: Check, _ evidence: Evidence, _ scope: Finding.Scope) -> StageReport {
        settings.response(check) == .off
            ? .nothing : StageReport(findings: [Finding(check.symbol, evidence, scope: scope)])
    }

    /// The client's address where lookups have a use for it, or why there is none.
    private enum Client {
        case known(IPAddress)
        case unknown(StageReport)

        init(of session: Session) {
            if let client = session.client.value {
                self =
                    client.isPublic
                    ? .known(client)
                    : .unknown(.notEvaluated("client address is not public", detail: client.description))
            } else {
                self = .unknown(.notEvaluated("client address not known"))
            }
        }
    }

    /// RFC 8601 §2.7.3: the names of the address, and whether one of them leads back to it.
    private func checkName(of session: Session, scope: Finding.Scope, dns: any DNSView) async -> StageReport {
        let client: IPAddress
        switch Client(of: session) {
        case .unknown(let report): return report
        case .known(let address): client = address
        }
        let outcome = await ReverseNameCheck.evaluate(client, dns: dns)
        var evidence: Evidence = ["client": .address(client)]
        if !outcome.names.isEmpty { evidence.add("names", .list(outcome.names.map(\.relativeText))) }
        if !outcome.confirmed.isEmpty { evidence.add("confirmed", .list(outcome.confirmed.map(\.relativeText))) }
        evidence.add("dns", .answers(outcome.exchanges))
        switch outcome.result {
        case .pass: return StageReport(findings: [Finding(ReverseLookup.pass, evidence, scope: scope)])
        case .fail: return report(ReverseLookup.unconfirmedName, evidence, scope)
        case .permerror: return report(ReverseLookup.noName, evidence, scope)
        case .temperror: return StageReport(findings: [Finding(ReverseLookup.temperror, evidence, scope: scope)])
        case .unrecorded:
            // What the receiving host wrote of it stands in for the answers that are gone.
            guard let name = session.reverseName.value else { return .unrecorded(outcome.unrecorded) }
            let told: Evidence = [
                "client": .address(client), "confirmed": .list([name]), "source": .text(session.reverseName.provenance),
            ]
            return StageReport(findings: [Finding(ReverseLookup.pass, told, scope: scope)])
        }
    }

    private func checkHelo(of session: Session, scope: Finding.Scope, dns: any DNSView) async -> StageReport {
        guard let helo = session.helo.value else { return .notEvaluated("HELO name not known") }
        let client: IPAddress
        switch Client(of: session) {
        case .unknown(let report): return report
        case .known(let address): client = address
        }
        let outcome = await HeloNameCheck.evaluate(helo, client: client, dns: dns)
        var evidence: Evidence = ["client": .address(client), "helo": .text(helo)]
        if !outcome.addresses.isEmpty { evidence.add("addresses", .list(outcome.addresses.map(\.description))) }
        evidence.add("reason", outcome.reason.map(EvidenceValue.text))
        let claim = claim(of: helo, outcome, session)
        evidence.add("claims", claim.map(EvidenceValue.text))
        if !outcome.exchanges.isEmpty { evidence.add("dns", .answers(outcome.exchanges)) }
        switch outcome.result {
        case .match, .literalMatch:
            return StageReport(findings: [Finding(ReverseLookup.heloPass, evidence, scope: scope)])
        case .malformed: return report(ReverseLookup.malformedHelo, evidence, scope)
        case .notFound:
            return report(claim == nil ? ReverseLookup.unknownHelo : ReverseLookup.forgedHelo, evidence, scope)
        case .mismatch, .literalMismatch:
            return report(claim == nil ? ReverseLookup.mismatchedHelo : ReverseLookup.forgedHelo, evidence, scope)
        case .temperror: return StageReport(findings: [Finding(ReverseLookup.heloTemperror, evidence, scope: scope)])
        case .unrecorded: return .unrecorded(outcome.unrecorded)
        }
    }

    /// What a client whose HELO name is not its own pretends to be; nil where the name is merely wrong, as behind a
    /// translated address.
    private func claim(of helo: String, _ outcome: HeloNameOutcome, _ session: Session) -> String? {
        switch outcome.result {
        case .match, .literalMatch, .malformed, .temperror, .unrecorded: return nil
        case .mismatch, .literalMismatch, .notFound: break
        }
        if let client = session.client.value, site.lanNetworks.contains(where: { $0.contains(client) }) { return nil }
        if site.isLocal(domain: helo.hasSuffix(".") ? String(helo.dropLast()) : helo) { return "a local domain" }
        if let listener = session.listener.value, outcome.addresses.contains(listener) { return "this host" }
        // An address of the other family may be the client's too.
        if outcome.result == .literalMismatch,
            outcome.addresses.contains(where: { $0.isPublic && $0.isV4 == session.client.value?.isV4 })
        {
            return "another host's address"
        }
        return nil
    }

    private func checkMailDomain(of transaction: Transaction, dns: any DNSView) async -> StageReport {
        guard let path = transaction.reversePath.value else { return .notEvaluated("reverse-path not known") }
        // A bounce has no domain to look up (RFC 5321 §4.5.5), and a literal needs no DNS.
        guard let domain = path.domain, !domain.hasPrefix("[") else { return .nothing }
        if site.isLocal(domain: domain) { return .notEvaluated("domain of the reverse-path is local", detail: domain) }
        let outcome = await MailDomainCheck.evaluate(domain, dns: dns)
        var evidence: Evidence = ["domain": .text(domain)]
        if !outcome.addresses.isEmpty { evidence.add("addresses", .list(outcome.addresses.map(\.description))) }
        evidence.add("reason", outcome.reason.map(EvidenceValue.text))
        if !outcome.exchanges.isEmpty { evidence.add("dns", .answers(outcome.exchanges)) }
        switch outcome.result {
        case .explicit: return StageReport(findings: [Finding(ReverseLookup.mailDomainPass, evidence)])
        case .implicit: return StageReport(findings: [Finding(ReverseLookup.implicitMX, evidence)])
        case .nullMX: return report(ReverseLookup.nullMX, evidence, .transaction)
        case .unreachable: return report(ReverseLookup.unreachableMailDomain, evidence, .transaction)
        case .notFound: return report(ReverseLookup.unknownMailDomain, evidence, .transaction)
        case .temperror: return StageReport(findings: [Finding(ReverseLookup.mailDomainTemperror, evidence)])
        case .unrecorded: return .unrecorded(outcome.unrecorded)
        }
    }
}

extension StageReport {
    fileprivate static func unrecorded(_ questions: [DNSQuestion]) -> StageReport {
        .notEvaluated("unrecorded DNS", detail: questions.map(\.description).joined(separator: ", "))
    }
}
