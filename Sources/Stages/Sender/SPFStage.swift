import Authentication
import DNS
import Mail
import Policy
import Screening
import Values

/// Checks whether the client may send for the domain of the reverse-path, and for its own HELO name (RFC 7208).
public struct SPFStage: Stage {
    static let pass: Symbol = "SPF_PASS"
    static let fail: Symbol = "SPF_FAIL"
    static let softfail: Symbol = "SPF_SOFTFAIL"
    static let neutral: Symbol = "SPF_NEUTRAL"
    static let none: Symbol = "SPF_NONE"
    static let permerror: Symbol = "SPF_PERMERROR"
    static let temperror: Symbol = "SPF_TEMPERROR"
    static let guessPass: Symbol = "SPF_GUESS_PASS"
    static let guessFail: Symbol = "SPF_GUESS_FAIL"
    static let heloPass: Symbol = "SPF_HELO_PASS"
    static let heloFail: Symbol = "SPF_HELO_FAIL"
    static let heloSoftfail: Symbol = "SPF_HELO_SOFTFAIL"
    static let heloNeutral: Symbol = "SPF_HELO_NEUTRAL"
    static let heloNone: Symbol = "SPF_HELO_NONE"
    static let heloPermerror: Symbol = "SPF_HELO_PERMERROR"
    static let heloTemperror: Symbol = "SPF_HELO_TEMPERROR"

    public static let manifest = StageManifest(
        id: "spf", title: "SPF",
        summary: "Checks that the client may send for the domain it names.",
        phases: [.helo, .mail],
        needs: .dns,
        exemptions: [.authenticated, .trusted],
        symbols: [
            SymbolDeclaration(pass, "The reverse-path's domain authorises the client.", weight: -100),
            // RFC 7372 §3.2: 550 5.7.23 for an SPF failure, 5.7.24 for an SPF error.
            SymbolDeclaration(
                fail, "The reverse-path's domain says the client is not authorised.", weight: 4000, action: .reject,
                reply: ReplyText(50, 7, 23, "SPF validation failed")),
            SymbolDeclaration(
                softfail, "The reverse-path's domain says the client is probably not authorised.", weight: 2000),
            SymbolDeclaration(neutral, "The reverse-path's domain says nothing about the client.", weight: 500),
            SymbolDeclaration(none, "The reverse-path's domain publishes no policy."),
            SymbolDeclaration(
                permerror, "The reverse-path's domain publishes a policy that cannot be used.", weight: 1000,
                reply: ReplyText(50, 7, 24, "SPF validation error")),
            SymbolDeclaration(
                temperror, "The policy of the reverse-path's domain could not be had for now.",
                reply: ReplyText(51, 7, 24, "SPF validation error, try again later")),
            SymbolDeclaration(
                guessPass, "No policy is published; the one that is guessed would authorise the client.", weight: -50),
            SymbolDeclaration(
                guessFail, "No policy is published; the one that is guessed says the client is not authorised.",
                weight: 500),
            SymbolDeclaration(heloPass, "The HELO name authorises the client."),
            SymbolDeclaration(
                heloFail, "The HELO name says the client is not authorised.", weight: 2000,
                reply: ReplyText(50, 7, 23, "SPF validation failed for the HELO name")),
            SymbolDeclaration(heloSoftfail, "The HELO name says the client is probably not authorised.", weight: 500),
            SymbolDeclaration(heloNeutral, "The HELO name says nothing about the client."),
            SymbolDeclaration(heloNone, "The HELO name publishes no policy."),
            SymbolDeclaration(heloPermerror, "The HELO name publishes a policy that cannot be used."),
            SymbolDeclaration(heloTemperror, "The policy of the HELO name could not be had for now."),
        ])

    /// Which identities are checked, and who forwards for us.
    public struct Settings: StageSettings {
        let checksHelo: Bool
        let forwarders: [AddressPattern]
        let addsField: Bool
        let quotesExplanation: Bool
        let bestGuess: SPFRecord?

        public init(from reader: inout PolicyReader) {
            checksHelo = reader.flag("helo", default: true, "Whether the HELO name is checked too.")
            forwarders = reader.values(
                "forwarders", default: [],
                expecting: "an address, a CIDR network, a range a-b, or an address with * and ?",
                "Hosts that forward mail to our users and so fail SPF rightly: not checked.",
                parse: { AddressPattern($0) }
            ).map(\.value)
            addsField = reader.flag("add_field", default: true, "Whether a Received-SPF field is added to the message.")
            quotesExplanation = reader.flag(
                "quote_explanation", default: true,
                "Whether a refusal quotes the explanation that the domain publishes (RFC 7208 §6.2).")
            bestGuess =
                reader.optionalValue(
                    "best_guess", expecting: "an SPF record, as v=spf1 a/24 mx/24 ptr",
                    "The policy that a domain without one is held against; what it says is told apart from results of SPF.",
                    parse: { try? SPFRecord(Array($0.utf8)) })?.value
        }
    }

    let settings: Settings
    private let receiver: String?

    public init(settings: Settings, site: Site) { (self.settings, receiver) = (settings, site.authservID) }

    public func evaluate(_ checkpoint: Checkpoint, in surroundings: Surroundings) async throws -> StageReport {
        switch checkpoint {
        case .helo(let session):
            guard settings.checksHelo else { return .nothing }
            guard let helo = session.helo.value else { return .notEvaluated("HELO name not known") }
            return await check(.helo, session, mailFrom: "", helo: helo, in: surroundings)
        case .mail(let transaction):
            guard let path = transaction.reversePath.value else { return .notEvaluated("reverse-path not known") }
            let helo = transaction.session.helo.value
            // RFC 7208 §2.4: the null reverse-path is checked by the HELO name.
            if path.isNull, helo == nil { return .notEvaluated("HELO name not known") }
            return await check(
                .mailFrom, transaction.session, mailFrom: path.address, helo: helo ?? "", in: surroundings)
        case .connect, .tls, .auth, .rcpt, .message, .observe:
            return .nothing
        }
    }

    private func check(
        _ identity: SPFQuery.Identity, _ session: Session, mailFrom: String, helo: String, in surroundings: Surroundings
    ) async -> StageReport {
        guard let client = session.client.value else { return .notEvaluated("client address not known") }
        if let entry = settings.forwarders.first(where: { $0.matches(client) }) {
            return .notEvaluated("client forwards mail to our users", detail: entry.description)
        }
        let query = SPFQuery(
            ip: client, helo: helo, mailFrom: mailFrom, identity: identity, receiver: receiver,
            now: surroundings.now)
        let outcome = await SPFCheck.evaluate(query, dns: surroundings.dns)
        guard let result = outcome.result else {
            let wanted = outcome.unrecorded.map(\.description).joined(separator: ", ")
            return .notEvaluated("unrecorded DNS", detail: wanted)
        }
        var report = StageReport(findings: [finding(result, query, outcome)])
        if identity == .mailFrom, result == .none, let record = settings.bestGuess {
            let guess = await SPFCheck.evaluate(query, dns: surroundings.dns, record: record)
            SPFStage.add(guess, query, to: &report)
        }
        if identity == .mailFrom, settings.addsField {
            let field = ReceivedSPF.value(result, query, outcome)
            report.effects.append(.addHeader(name: ReceivedSPF.fieldName, value: field))
        }
        return report
    }

    private static func symbol(_ result: SPFResult, _ identity: SPFQuery.Identity) -> Symbol {
        switch (result, identity) {
        case (.pass, .mailFrom): pass
        case (.fail, .mailFrom): fail
        case (.softfail, .mailFrom): softfail
        case (.neutral, .mailFrom): neutral
        case (.none, .mailFrom): none
        case (.permerror, .mailFrom): permerror
        case (.temperror, .mailFrom): temperror
        case (.pass, .helo): heloPass
        case (.fail, .helo): heloFail
        case (.softfail, .helo): heloSoftfail
        case (.neutral, .helo): heloNeutral
        case (.none, .helo): heloNone
        case (.permerror, .helo): heloPermerror
        case (.temperror, .helo): heloTemperror
        }
    }

    /// The result and the identity that a symbol stands for.
    static func result(_ symbol: Symbol) -> (SPFResult, SPFQuery.Identity)? { results[symbol] }

    private static let results: [Symbol: (SPFResult, SPFQuery.Identity)] = {
        var results: [Symbol: (SPFResult, SPFQuery.Identity)] = [:]
        for identity in SPFQuery.Identity.allCases {
            for result in SPFResult.allCases { results[symbol(result, identity)] = (result, identity) }
        }
        return results
    }()

    /// What the guessed policy says, where it says anything. It is no result of SPF: no domain stands behind it.
    private static func add(_ guess: SPFOutcome, _ query: SPFQuery, to report: inout StageReport) {
        let symbol: Symbol
        switch guess.result {
        case .pass: symbol = guessPass
        case .fail, .softfail: symbol = guessFail
        case .neutral, SPFResult.none?, .temperror, .permerror: return
        case nil:
            let wanted = guess.unrecorded.map(\.description).joined(separator: ", ")
            report.notEvaluated.append(StageReport.Omission("unrecorded DNS", detail: wanted))
            return
        }
        report.findings.append(Finding(symbol, evidence(query, guess)))
    }

    private func finding(_ result: SPFResult, _ query: SPFQuery, _ outcome: SPFOutcome) -> Finding {
        // RFC 7208 §6.2: the explanation is the domain's, and to be shown as such.
        var note: String?
        if settings.quotesExplanation, let explanation = outcome.explanation {
            note = "\(outcome.mechanismDomain ?? outcome.domain) explains: \(explanation)"
        }
        return Finding(
            SPFStage.symbol(result, query.identity), SPFStage.evidence(query, outcome),
            scope: query.identity == .helo ? .session : .transaction, replyNote: note)
    }

    private static func evidence(_ query: SPFQuery, _ outcome: SPFOutcome) -> Evidence {
        var evidence: Evidence = [
            "client": .address(query.ip), "domain": .text(outcome.domain), "identity": .text(query.identity.rawValue),
        ]
        if !outcome.matches.isEmpty { evidence.add("matched", .list(outcome.matches.map(\.description))) }
        evidence.add("reason", outcome.reason.map(EvidenceValue.text))
        evidence.add("explanation", outcome.explanation.map(EvidenceValue.text))
        evidence.add("lookups", .number(outcome.lookups))
        evidence.add(answers: outcome.answersUsed)
        return evidence
    }
}
