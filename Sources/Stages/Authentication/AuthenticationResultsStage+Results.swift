import Authentication
import Mail
import Screening
import Values

extension AuthenticationResultsStage {
    /// What stages found, as results of their methods (RFC 8601 §2.7), in the order in which it was found. The message
    /// is asked for what tells its signatures apart.
    public static func results(
        of findings: [Finding], _ transaction: Transaction, _ message: Message? = nil
    ) -> [AuthenticationMethodResult] {
        let session = transaction.session
        var results: [AuthenticationMethodResult] = []
        if let identity = session.authenticated.value { results.append(.auth("pass", identity: identity)) }
        let parts = message.map { signatures(findings, $0) } ?? [:]
        for (index, finding) in findings.enumerated() {
            switch finding.symbol {
            case ReverseLookup.pass, ReverseLookup.noName.symbol, ReverseLookup.unconfirmedName.symbol,
                ReverseLookup.temperror:
                add(iprev(finding, session), to: &results)
            case DKIMStage.pass, DKIMStage.fail, DKIMStage.neutral, DKIMStage.permerror, DKIMStage.temperror,
                DKIMStage.policy, DKIMStage.none:
                results.append(dkim(finding, signature: parts[index]))
            default:
                if let result = spf(finding, transaction) {
                    add(result, to: &results)
                } else if let result = other(finding, session) {
                    results.append(result)
                }
            }
        }
        return results
    }

    /// Adds a result in place of an earlier one about the same identity: a client that greets again is checked again.
    private static func add(_ result: AuthenticationMethodResult?, to results: inout [AuthenticationMethodResult]) {
        guard let result else { return }
        results.removeAll { $0.method == result.method && $0.properties.first?.key == result.properties.first?.key }
        results.append(result)
    }

    /// RFC 8601 §3: permerror where there is no name to look up.
    private static func iprev(_ finding: Finding, _ session: Session) -> AuthenticationMethodResult? {
        guard let client = session.client.value else { return nil }
        let result =
            switch finding.symbol {
            case ReverseLookup.pass: "pass"
            case ReverseLookup.temperror: "temperror"
            case ReverseLookup.noName.symbol: "permerror"
            default: "fail"
            }
        return .iprev(result, client: client)
    }

    /// RFC 8601 §2.7.2. The null reverse-path is checked by the HELO name (RFC 7208 §2.4).
    private static func spf(_ finding: Finding, _ transaction: Transaction) -> AuthenticationMethodResult? {
        guard let (result, identity) = SPFStage.result(finding.symbol) else { return nil }
        let reason = result == .permerror || result == .temperror ? finding.text("reason") : nil
        let path = transaction.reversePath.value
        if identity == .mailFrom, let path, !path.isNull {
            return .spf(result, identity: .mailFrom, path.address, reason: reason)
        }
        return .spf(
            result, identity: .helo, finding.text("domain") ?? transaction.session.helo.value ?? "", reason: reason)
    }

    private static func dkim(_ finding: Finding, signature: String?) -> AuthenticationMethodResult {
        let result =
            switch finding.symbol {
            case DKIMStage.pass: "pass"
            case DKIMStage.fail: "fail"
            case DKIMStage.neutral: "neutral"
            case DKIMStage.permerror: "permerror"
            case DKIMStage.temperror: "temperror"
            case DKIMStage.policy: "policy"
            default: "none"
            }
        return .dkim(
            result, domain: finding.text("domain"), identity: finding.text("identity"),
            selector: finding.text("selector"), algorithm: finding.text("algorithm"), signature: signature,
            reason: result == "pass" ? nil : finding.text("reason"))
    }

    /// By the place of each finding of DKIM what header.b says of its signature.
    private static func signatures(_ findings: [Finding], _ message: Message) -> [Int: String] {
        var places: [Int] = []
        var values: [String] = []
        for (index, finding) in findings.enumerated() where finding.symbol.name.hasPrefix("DKIM_") {
            guard let span = finding.span("signature"), let field = HeaderBlock(message.bytes[span]).first,
                case .success(let tags) = DKIMTagList.parse(field.rawValue), let value = tags["b"], !value.isEmpty
            else { continue }
            places.append(index)
            values.append(value.lossyString)
        }
        let parts = AuthenticationMethodResult.signatureParts(values)
        return Dictionary(zip(places, parts)) { first, _ in first }
    }

    /// DMARC (RFC 7489 §11.2), ARC (RFC 8617 §10.2) and VBR (RFC 6212).
    private static func other(_ finding: Finding, _ session: Session) -> AuthenticationMethodResult? {
        switch finding.symbol {
        case "DMARC_PASS": dmarc("pass", finding)
        // RFC 8617 §7.2.1: that a chain excuses the failure makes no pass of it.
        case "DMARC_FAIL", "DMARC_QUARANTINE", "DMARC_REJECT", "DMARC_RESTORED": dmarc("fail", finding)
        // RFC 7489 §11.2: `none` too when "no aligned identifier could be extracted".
        case "DMARC_NONE", "DMARC_NO_FROM": dmarc("none", finding)
        case "DMARC_TEMPERROR": dmarc("temperror", finding)
        case "DMARC_PERMERROR", "DMARC_UNREADABLE": dmarc("permerror", finding)
        case "ARC_PASS": arc("pass", finding, session)
        case "ARC_FAIL": arc("fail", finding, session)
        case "ARC_NONE": arc("none", finding, session)
        case "VBR_PASS": .vbr("pass", domain: finding.text("domain"), certifier: finding.text("certifier"))
        case "VBR_FAIL": .vbr("fail", domain: finding.text("domain"), certifier: finding.text("certifier"))
        case "VBR_NONE": .vbr("none", domain: finding.text("domain"))
        case "VBR_TEMPERROR": .vbr("temperror", domain: finding.text("domain"))
        default: nil
        }
    }

    private static func dmarc(_ result: String, _ finding: Finding) -> AuthenticationMethodResult {
        .dmarc(result, from: finding.text("domain"), policy: finding.text("policy"))
    }

    private static func arc(_ result: String, _ finding: Finding, _ session: Session) -> AuthenticationMethodResult {
        .arc(
            result, client: result == "none" ? nil : session.client.value,
            oldestPass: result == "pass" ? finding.number("oldest_pass") : nil,
            reason: result == "fail" ? finding.text("reason") : nil)
    }
}

extension Finding {
    fileprivate func value(_ key: String) -> EvidenceValue? { evidence.items.first { $0.key == key }?.value }

    fileprivate func text(_ key: String) -> String? {
        if case .text(let text) = value(key) { text } else { nil }
    }

    fileprivate func number(_ key: String) -> Int? {
        if case .number(let number) = value(key) { number } else { nil }
    }

    fileprivate func span(_ key: String) -> Range<Int>? {
        if case .span(let span) = value(key) { span } else { nil }
    }
}
