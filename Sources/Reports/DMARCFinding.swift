import Authentication
import Cases
import Values

/// What the stage `dmarc` found of a message whose policy domain it knows.
struct DMARCFinding {
    let symbol: String
    let domain: String
    let policyDomain: String
    let record: String
    let isSPFAligned: Bool
    let isDKIMAligned: Bool
    /// What the policy comes to for the message.
    let asked: DMARCPolicy
    let reasons: [String]
    let sealer: String?

    /// Nil when the message neither passed nor failed.
    init?(_ message: CaseFile.Authentication) {
        let known: Set = ["DMARC_PASS", "DMARC_FAIL", "DMARC_QUARANTINE", "DMARC_REJECT", "DMARC_RESTORED"]
        guard let found = message.findings.last(where: { $0.stage == "dmarc" && known.contains($0.symbol) }),
            let domain = found.text("domain"), let policyDomain = found.text("policy_domain"),
            let record = found.text("record")
        else { return nil }
        symbol = found.symbol
        (self.domain, self.policyDomain, self.record) = (domain, policyDomain, record)
        isSPFAligned = found.flag("aligned_spf")
        isDKIMAligned = found.flag("aligned_dkim")
        asked = found.text("disposition").flatMap(DMARCPolicy.init(rawValue:)) ?? .none
        reasons = found.texts("reason")
        sealer = found.text("sealer")
    }

    /// Whether the message failed.
    var isFailure: Bool { symbol != "DMARC_PASS" }

    /// What was done with the message on behalf of the policy, and why it was something else than the policy asks for
    /// (RFC 7489 appendix C, PolicyOverrideType).
    func disposition(of message: CaseFile.Authentication) -> (String, [AggregateReport.Reason]) {
        guard isFailure else { return (DMARCPolicy.none.rawValue, []) }
        var given: [AggregateReport.Reason] = []
        if let pct = reasons.first(where: { $0.hasPrefix("left out by pct=") }) {
            given.append(AggregateReport.Reason(type: "sampled_out", comment: pct))
        }
        if symbol == "DMARC_RESTORED" {
            // RFC 8617 §7.2.2: a chain that excuses the failure is told as a local policy.
            given.append(
                AggregateReport.Reason(type: "local_policy", comment: "arc=pass" + (sealer.map { " as.d=\($0)" } ?? ""))
            )
            return (DMARCPolicy.none.rawValue, given)
        }
        let done: DMARCPolicy =
            switch message.disposition {
            case "reject", "disconnect", "discard": .reject
            case "quarantine", "defer": .quarantine
            default: .none
            }
        guard done < asked else { return (asked.rawValue, given) }
        given.append(
            AggregateReport.Reason(type: "local_policy", comment: "the policy asks for \(asked.rawValue)"))
        return (done.rawValue, given)
    }

    /// What was found of each signature.
    func dkimResults(of message: CaseFile.Authentication) -> [AggregateReport.MechanismResult] {
        let results = [
            "DKIM_PASS": "pass", "DKIM_FAIL": "fail", "DKIM_NEUTRAL": "neutral", "DKIM_PERMERROR": "permerror",
            "DKIM_TEMPERROR": "temperror", "DKIM_POLICY": "policy",
        ]
        return message.findings.compactMap { finding in
            guard finding.stage == "dkim", let result = results[finding.symbol] else { return nil }
            var told = AggregateReport.MechanismResult(
                domain: finding.text("domain"), selector: finding.text("selector"), result: result)
            told.humanResult = finding.text("reason")
            return told
        }
    }

    /// What was found of the reverse-path, or of the HELO name where that is null; `none` where nobody looked.
    func spfResult(of message: CaseFile.Authentication) -> AggregateReport.MechanismResult {
        let isNull = message.mailFrom == "<>"
        let results = ["PASS", "FAIL", "SOFTFAIL", "NEUTRAL", "NONE", "PERMERROR", "TEMPERROR"]
        for prefix in ["SPF_", "SPF_HELO_"] {
            for finding in message.findings.reversed() where finding.stage == "spf" {
                guard finding.symbol.hasPrefix(prefix),
                    results.contains(String(finding.symbol.dropFirst(prefix.utf8.count)))
                else { continue }
                let isHelo = isNull || prefix == "SPF_HELO_"
                return AggregateReport.MechanismResult(
                    domain: finding.text("domain"), scope: isHelo ? "helo" : "mfrom",
                    result: finding.symbol.dropFirst(prefix.utf8.count).asciiLowercased)
            }
        }
        let domain = isNull ? message.helo : message.mailFrom.map(AggregateReporting.domain)
        return AggregateReport.MechanismResult(domain: domain, scope: isNull ? "helo" : "mfrom", result: "none")
    }
}

extension CaseFile.Authentication.Finding {
    /// The text under `key`.
    func text(_ key: String) -> String? { if case .string(let text)? = evidence[key] { text } else { nil } }

    /// The flag under `key`.
    fileprivate func flag(_ key: String) -> Bool { evidence[key] == .bool(true) }

    /// The texts under `key`.
    fileprivate func texts(_ key: String) -> [String] {
        guard case .array(let items)? = evidence[key] else { return [] }
        return items.compactMap { if case .string(let text) = $0 { text } else { nil } }
    }
}
