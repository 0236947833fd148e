import Mail
import Policy
import Screening
import State
import Values

/// Tells how connections are protected, requires TLS where the policy does, and remembers clients whose handshake
/// failed.
public struct TLSStage: Stage {
    static let secured: Symbol = "TLS_SECURED"
    static let plaintext: Symbol = "TLS_PLAINTEXT"
    static let weakVersion: Symbol = "TLS_WEAK_VERSION"
    static let weakCipher: Symbol = "TLS_WEAK_CIPHER"
    static let required: Symbol = "TLS_REQUIRED"
    static let requiredRecipient: Symbol = "TLS_REQUIRED_RECIPIENT"
    static let insufficient: Symbol = "TLS_INSUFFICIENT"
    static let authenticatedPlainly: Symbol = "TLS_AUTH_PLAINTEXT"
    static let failed: Symbol = "TLS_HANDSHAKE_FAILED"
    static let notOffered: Symbol = "TLS_NOT_OFFERED"

    public static let manifest = StageManifest(
        id: "tls", title: "SSL & TLS",
        summary: "Tells how connections are protected by TLS, and requires it where the policy does.",
        phases: [.connect, .helo, .tls, .auth, .mail, .rcpt, .observe],
        after: ["trusted-hosts", "lan-ips"],
        needs: .dns,
        exemptions: [.trusted, .lan, .localhost],
        symbols: [
            SymbolDeclaration(secured, "The connection is protected by TLS."),
            SymbolDeclaration(
                plaintext, "Mail came without TLS though STARTTLS was offered, or as a Received field says."),
            SymbolDeclaration(weakVersion, "The version of TLS is older than `weak_below`."),
            SymbolDeclaration(weakCipher, "The cipher suite protects little."),
            SymbolDeclaration(
                required, "TLS is required of the client, the listener or the sender's domain, and there is none.",
                // RFC 3207 §4.
                action: .reject, reply: ReplyText(30, 7, 0, "Must issue a STARTTLS command first")),
            SymbolDeclaration(
                requiredRecipient, "TLS is required for mail to the recipient's domain, and there is none.",
                action: .reject, reply: ReplyText(50, 7, 10, "Mail to this recipient is taken under TLS only")),
            SymbolDeclaration(
                insufficient, "TLS is required, and the version or the client's certificate is not enough.",
                // RFC 3207 §4.1.
                action: .reject, reply: ReplyText(54, 7, 0, "Command refused due to lack of security")),
            SymbolDeclaration(
                authenticatedPlainly, "The client authenticated without TLS: its password went in clear."),
            SymbolDeclaration(failed, "A TLS handshake with the client failed."),
            SymbolDeclaration(notOffered, "STARTTLS was kept from the client: by a list, or since a handshake failed."),
        ],
        runsWhenExempt: true)

    let settings: Settings

    public init(settings: Settings, site: Site) { self.settings = settings }

    public var idlePhases: Set<Phase> { settings.recipients.isEmpty ? [.rcpt] : [] }

    public var quietPhases: Set<Phase> { settings.requiresAnything ? [.helo] : [.helo, .mail, .rcpt] }

    public func evaluate(_ checkpoint: Checkpoint, in surroundings: Surroundings) async throws -> StageReport {
        switch checkpoint {
        case .connect(let session):
            // From its first byte on, or as an archived message tells.
            guard let tls = session.tls.value else { return .nothing }
            return await protected(session, tls, in: surroundings)
        case .tls(let session, let tls): return await protected(session, tls, in: surroundings)
        case .helo(let session): return try await greeting(session, in: surroundings)
        case .auth(let session, let attempt):
            guard case .plain = TLSStage.protection(session) else { return .nothing }
            return StageReport(findings: [TLSStage.authenticated(attempt.identity, attempt.mechanism)])
        case .mail(let transaction): return await mail(transaction, in: surroundings)
        case .rcpt(let transaction, let recipient): return rcpt(transaction, recipient, in: surroundings)
        case .observe(let session, .tlsFailed(let reason)):
            return try await handshakeFailed(session, reason, in: surroundings)
        case .observe, .message: return .nothing
        }
    }

    /// What there is to say of TLS once it is there.
    private func protected(
        _ session: Session, _ tls: TLSParameters, in surroundings: Surroundings
    ) async -> StageReport {
        let suite = tls.cipher.map { CipherSuite($0) }
        let told = TLSStage.evidence(of: tls, suite, session.tls)
        var report = StageReport(findings: [Finding(TLSStage.secured, told, scope: .session)])
        if let version = tls.version.flatMap({ TLSProtocolVersion(written: $0) }), version < settings.weakBelow {
            report.findings.append(Finding(TLSStage.weakVersion, ["version": .text(version.text)], scope: .session))
        }
        if let cipher = tls.cipher, let weakness = TLSStage.weakness(of: suite, bits: tls.bits) {
            report.findings.append(
                Finding(
                    TLSStage.weakCipher, ["cipher": .text(cipher), "weakness": .text(weakness)], scope: .session))
        }
        guard settings.requiresAnything else { return report }
        let (requirement, omission) = await requirement(
            of: session, isExempt: surroundings.exemption != nil, dns: surroundings.dns)
        if let omission { report.notEvaluated.append(omission) }
        if let requirement { add(shortcoming(of: tls, for: requirement), requirement, to: &report, scope: .session) }
        return report
    }

    private func add(
        _ outcome: (text: String?, omission: StageReport.Omission?), _ requirement: Requirement,
        to report: inout StageReport, scope: Finding.Scope
    ) {
        if let omission = outcome.omission { report.notEvaluated.append(omission) }
        guard let text = outcome.text else { return }
        var evidence = requirement.evidence
        evidence.add("reason", .text(text))
        report.findings.append(Finding(TLSStage.insufficient, evidence, scope: scope))
    }

    /// Keeps STARTTLS from clients that are better off without it.
    private func greeting(_ session: Session, in surroundings: Surroundings) async throws -> StageReport {
        guard session.tls.value == nil, session.offersTLS.value == true else { return .nothing }
        var names: [String] = []
        if settings.notOffered.namesHosts {
            names = await ClientNames.look(up: session, dns: surroundings.dns).names.filter(\.isConfirmed).map(\.text)
        }
        if let hit = settings.notOffered.hit(address: session.client.value, names: names) {
            return withheld(
                "on the list of clients not offered STARTTLS",
                ["entry": .text(hit.entry), "matched": .text(hit.matched), "listed_at": .text(hit.place.description)])
        }
        guard settings.retry > .zero, let client = session.client.value else { return .nothing }
        let entry: StateEntry?
        do {
            entry = try await surroundings.state.get(TLSStage.key(client), at: surroundings.now)
        } catch let error as StateError {
            return .notEvaluated("failed handshakes not known", detail: error.description)
        }
        guard let entry else { return .nothing }
        let (requirement, _) = await requirement(
            of: session, isExempt: surroundings.exemption != nil, dns: surroundings.dns)
        if requirement != nil { return .nothing }
        return withheld(
            "a handshake failed",
            [
                "failed_at": .text(entry.created.rfc3339), "failure": .text(entry.value),
                "until": .text(entry.expires.rfc3339),
            ])
    }

    private func withheld(_ reason: String, _ details: Evidence) -> StageReport {
        var evidence: Evidence = ["reason": .text(reason)]
        for item in details.items { evidence.add(item.key, item.value) }
        return StageReport(
            findings: [Finding(TLSStage.notOffered, evidence, scope: .session)], effects: [.withholdTLS(reason: reason)]
        )
    }

    private func handshakeFailed(
        _ session: Session, _ reason: String, in surroundings: Surroundings
    ) async throws -> StageReport {
        let reason = String(reason.prefix(200))
        var report = StageReport(findings: [Finding(TLSStage.failed, ["reason": .text(reason)], scope: .session)])
        // Where TLS begins with the connection there is nothing that could be kept from the client.
        guard settings.retry > .zero, session.offersTLS.value == true, let client = session.client.value else {
            return report
        }
        do {
            try await surroundings.state.put(
                TLSStage.key(client), reason, expires: surroundings.now + settings.retry, at: surroundings.now)
        } catch let error as StateError {
            report.notEvaluated.append(.init("failed handshake not remembered", detail: error.description))
        }
        return report
    }

    private func mail(_ transaction: Transaction, in surroundings: Surroundings) async -> StageReport {
        let session = transaction.session
        let isExempt = surroundings.exemption != nil
        let sender = TLSStage.requirement(of: "sender", transaction.reversePath.value, among: settings.senders)
        var report = StageReport()
        if isExempt, sender != nil, let exemption = surroundings.exemption { report.notEvaluated.append(exemption) }
        switch TLSStage.protection(session) {
        case .unknown:
            report.notEvaluated.append(.init("TLS of the connection not known"))
        case .secured(let tls):
            // What concerns the client was looked at when TLS came; its greeting was not known then.
            guard settings.requiresAnything, !surroundings.earlier.contains(TLSStage.insufficient) else { break }
            let (client, _) = await requirement(of: session, isExempt: isExempt, dns: surroundings.dns)
            if let requirement = client ?? (isExempt ? nil : sender) {
                add(shortcoming(of: tls, for: requirement), requirement, to: &report, scope: .transaction)
            }
        case .plain(let type):
            if let identity = session.authenticated.value,
                !surroundings.earlier.contains(TLSStage.authenticatedPlainly)
            {
                report.findings.append(TLSStage.authenticated(identity, nil))
            }
            let isOffered = session.offersTLS.value == true && !surroundings.earlier.contains(TLSStage.notOffered)
            if isOffered || type != nil, !isExempt {
                var evidence: Evidence = [:]
                evidence.add("offered", isOffered ? .flag(true) : nil)
                evidence.add("with", type.map(EvidenceValue.text))
                evidence.add("from", type == nil ? nil : .text(session.transmission.provenance))
                report.findings.append(Finding(TLSStage.plaintext, evidence))
            }
            guard settings.requiresAnything else { break }
            let (client, omission) = await requirement(of: session, isExempt: isExempt, dns: surroundings.dns)
            if let requirement = client ?? (isExempt ? nil : sender) {
                report.findings.append(Finding(TLSStage.required, requirement.evidence))
            } else if let omission {
                report.notEvaluated.append(omission)
            }
        }
        return report
    }

    private func rcpt(
        _ transaction: Transaction, _ recipient: Recipient, in surroundings: Surroundings
    ) -> StageReport {
        guard
            let requirement = TLSStage.requirement(
                of: "recipient", recipient.path.value, among: settings.recipients)
        else { return .nothing }
        if let exemption = surroundings.exemption { return .notEvaluated(exemption) }
        var report = StageReport()
        switch TLSStage.protection(transaction.session) {
        case .unknown: report.notEvaluated.append(.init("TLS of the connection not known"))
        case .secured(let tls):
            add(shortcoming(of: tls, for: requirement), requirement, to: &report, scope: .transaction)
        case .plain: report.findings.append(Finding(TLSStage.requiredRecipient, requirement.evidence))
        }
        return report
    }
}

extension TLSStage {
    fileprivate static func key(_ client: IPAddress) -> StateKey { StateKey("tls", "failed", client.description) }

    fileprivate static func authenticated(_ identity: String?, _ mechanism: String?) -> Finding {
        var evidence: Evidence = [:]
        evidence.add("mechanism", mechanism.map(EvidenceValue.text))
        evidence.add("identity", identity.map(EvidenceValue.text))
        return Finding(authenticatedPlainly, evidence, scope: .session)
    }

    fileprivate static func evidence(
        of tls: TLSParameters, _ suite: CipherSuite?, _ fact: Fact<TLSParameters>
    ) -> Evidence {
        var evidence: Evidence = [:]
        evidence.add("version", tls.version.map(EvidenceValue.text))
        evidence.add("cipher", tls.cipher.map(EvidenceValue.text))
        evidence.add("bits", (tls.bits ?? suite?.bits).map(EvidenceValue.number))
        evidence.add("sni", tls.serverName.map(EvidenceValue.text))
        evidence.add("certificate", (tls.certificate?.subject).map(EvidenceValue.text))
        evidence.add("verified", (tls.certificate?.isVerified).map(EvidenceValue.flag))
        evidence.add("from", fact.source.map { .text($0.description) })
        return evidence
    }

    /// Why a cipher suite protects little; nil when it does not. RFC 9325 §4.1: keys under 112 bits are for nothing,
    /// and those of 3DES count for no more.
    fileprivate static func weakness(of suite: CipherSuite?, bits: Int?) -> String? {
        suite?.weakness ?? bits.flatMap { $0 < 112 ? "a key of \($0) bits" : nil }
    }
}
