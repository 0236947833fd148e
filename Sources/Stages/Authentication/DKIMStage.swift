import Authentication
import DNS
import Mail
import Policy
import Screening
import Values

/// Verifies the DKIM signatures of a message (RFC 6376): one finding per signature, saying which domain takes
/// responsibility, or why the signature does not hold and what seems to have been done to the message. Asks for the
/// signatures of outgoing mail.
public struct DKIMStage: Stage {
    static let pass: Symbol = "DKIM_PASS"
    static let fail: Symbol = "DKIM_FAIL"
    static let neutral: Symbol = "DKIM_NEUTRAL"
    static let permerror: Symbol = "DKIM_PERMERROR"
    static let temperror: Symbol = "DKIM_TEMPERROR"
    static let policy: Symbol = "DKIM_POLICY"
    static let none: Symbol = "DKIM_NONE"
    static let weak: Symbol = "DKIM_WEAK"
    static let approved: Symbol = "DKIM_APPROVED"
    static let partial: Symbol = "DKIM_PARTIAL_BODY"

    public static let manifest = StageManifest(
        id: "dkim", title: "DKIM",
        summary: "Verifies the DKIM signatures of messages, and has outgoing mail signed.",
        phases: [.message],
        needs: .dns,
        exemptions: [.authenticated, .trusted],
        symbols: [
            SymbolDeclaration(
                pass, "A signature is valid: its domain takes responsibility for the message.", weight: -100),
            SymbolDeclaration(fail, "A signature does not fit the message, or has expired.", weight: 1000),
            SymbolDeclaration(
                neutral, "A signature could not be processed, or failed with a key that its signer is only testing."),
            SymbolDeclaration(
                permerror,
                "A signature or its key can never verify, or none was found in a header too large to be read whole.",
                weight: 500),
            SymbolDeclaration(temperror, "The key of a signature could not be had for now."),
            SymbolDeclaration(policy, "A signature verifies, but is not acceptable (RFC 8301: too weak).", weight: 500),
            SymbolDeclaration(none, "The message has no signature."),
            SymbolDeclaration(weak, "A signature uses SHA-1 or a short key, counted or not.", weight: 200),
            SymbolDeclaration(approved, "A valid signature is by an approved signer.", weight: -500),
            SymbolDeclaration(
                partial, "A valid signature leaves the end of the body unsigned (RFC 6376 §8.2).", weight: 500),
        ],
        // Outgoing mail is signed for just those clients whose mail is not verified.
        runsWhenExempt: true)

    /// Which signatures count, and whose are welcome.
    public struct Settings: StageSettings {
        /// Which algorithms and keys count.
        public enum Requirements: String, Sendable, CaseIterable {
            /// RFC 8301: SHA-256, RSA keys from 1024 bits.
            case standard
            /// RFC 6376 as published: SHA-1 and RSA keys from 512 bits too.
            case legacy
        }

        /// What becomes of valid signatures whose `l=` leaves the end of the body unsigned.
        public enum PartialBody: String, Sendable, CaseIterable {
            case accept
            case refuse
        }

        let requirements: Requirements
        let partialBody: PartialBody
        let diagnosis: Bool
        let maximumSignatures: Int
        let approvedSigners: Set<String>
        /// Whose outgoing mail is signed, in the order of the policy.
        public let signing: [Placed<SigningRule>]
        let signedSenders: Set<Sender>

        public init(from reader: inout PolicyReader) {
            requirements = reader.choice(
                "requirements", default: Requirements.standard,
                "Which signatures count: standard (RFC 8301), or legacy (SHA-1 and short keys too).")
            partialBody = reader.choice(
                "partial_body", default: PartialBody.accept,
                "What becomes of valid signatures that leave the end of the body unsigned: accept, or refuse.")
            diagnosis = reader.flag(
                "diagnosis", default: true,
                "Whether the likely cause of a failure is looked for, by undoing what lists and gateways do.")
            maximumSignatures = reader.integer(
                "maximum_signatures", default: 10, in: 1...100, "Signatures of one message that are verified.")
            approvedSigners = Set(
                reader.texts("approved_signers", default: [], "Domains whose valid signatures are welcome.")
                    .map { $0.value.asciiLowercased })
            signing = reader.entries("sign", "The keys that outgoing mail is signed with.") { SigningRule(from: &$0) }
            signedSenders = Set(
                reader.values(
                    "sign_for", default: Sender.allCases.map(\.rawValue), expecting: "authenticated, trusted or lan",
                    "The clients whose mail is outgoing and gets signed.", parse: Sender.init(rawValue:)
                ).map(\.value))
        }
    }

    let settings: Settings
    let site: Site
    private let options: DKIMOptions

    public init(settings: Settings, site: Site) {
        (self.settings, self.site) = (settings, site)
        var requirements: DKIMRequirements = settings.requirements == .legacy ? .legacy : .standard
        requirements.acceptsPartialBody = settings.partialBody == .accept
        options = DKIMOptions(
            requirements: requirements, maximumSignatures: settings.maximumSignatures,
            diagnosis: settings.diagnosis ? DKIMDiagnosisLimits() : .none)
    }

    public func evaluate(_ checkpoint: Checkpoint, in surroundings: Surroundings) async throws -> StageReport {
        guard case .message(let transaction, let message) = checkpoint else { return .nothing }
        let effects = signatures(transaction.session, message, surroundings)
        if let exemption = surroundings.exemption {
            var report = StageReport.notEvaluated(exemption)
            report.effects = effects
            return report
        }
        let outcomes = await DKIMVerifier.verify(
            message, dns: surroundings.dns, now: surroundings.now, options: options)
        guard !outcomes.isEmpty else {
            // A signature may stand beyond what was indexed of the header.
            let fault = DKIMVerifier.fault(withoutSignaturesIn: message.header)
            let finding =
                fault.map { Finding(DKIMStage.permerror, ["reason": .text($0.description)]) } ?? Finding(DKIMStage.none)
            return StageReport(findings: [finding], effects: effects)
        }
        var report = StageReport(effects: effects)
        for outcome in outcomes {
            if outcome.isUnrecorded {
                report.notEvaluated.append(
                    StageReport.Omission("unrecorded DNS", detail: outcome.keyQuestion?.description))
            } else {
                report.findings += findings(outcome)
            }
        }
        return report
    }

    private func findings(_ outcome: DKIMOutcome) -> [Finding] {
        let evidence = DKIMStage.evidence(outcome)
        // RFC 6376 §3.6.1: a failing signature by a testing key counts as none.
        let isTest = outcome.isTesting && outcome.result != .pass
        var findings = [Finding(isTest ? DKIMStage.neutral : DKIMStage.symbol(outcome.result), evidence)]
        if outcome.isWeak { findings.append(Finding(DKIMStage.weak, evidence)) }
        guard outcome.result == .pass else { return findings }
        if outcome.unsignedBodyLength > 0 { findings.append(Finding(DKIMStage.partial, evidence)) }
        if let domain = outcome.domain, settings.approvedSigners.contains(domain) {
            findings.append(Finding(DKIMStage.approved, ["domain": .text(domain)]))
        }
        return findings
    }

    private static func symbol(_ result: DKIMResult) -> Symbol {
        switch result {
        case .pass: pass
        case .fail: fail
        case .neutral: neutral
        case .permerror: permerror
        case .temperror: temperror
        case .policy: policy
        }
    }

    private static func evidence(_ outcome: DKIMOutcome) -> Evidence {
        var evidence = Evidence(roomFor: 12)
        evidence.add("domain", outcome.domain.map(EvidenceValue.text))
        evidence.add("selector", outcome.selector.map(EvidenceValue.text))
        evidence.add("identity", outcome.identity.map(EvidenceValue.text))
        evidence.add("algorithm", outcome.algorithm.map(EvidenceValue.text))
        evidence.add("canonicalization", outcome.canonicalization.map { .text($0.description) })
        evidence.add("reason", outcome.reason.map(EvidenceValue.text))
        evidence.add("key_bits", outcome.keyBits.map(EvidenceValue.number))
        evidence.add("body_hash_matches", outcome.bodyHashMatches.map(EvidenceValue.flag))
        if outcome.result != .pass {
            evidence.add("header_hash_matches", outcome.headerHashMatches.map(EvidenceValue.flag))
        }
        if let change = outcome.diagnosis.text {
            evidence.add("likely_change", .text(change))
            evidence.add("proved", .flag(outcome.diagnosis.isProved))
        }
        if outcome.unsignedBodyLength > 0 {
            evidence.add("unsigned_body_bytes", .number(outcome.unsignedBodyLength))
        }
        if outcome.isTesting { evidence.add("testing_key", .flag(true)) }
        if outcome.isFromFuture { evidence.add("signed_in_future", .flag(true)) }
        if let question = outcome.keyQuestion, let answer = outcome.keyAnswer {
            evidence.add(answers: [DNSExchange(question, answer)])
        }
        evidence.add("signature", .span(outcome.fieldRange))
        return evidence
    }
}
