import Authentication
import DNS
import Mail
import Screening
import Values

extension DMARCStage {
    /// What the stages `spf` and `dkim` said of the message. What they did not look at is unknown, and may have passed.
    static func identifiers(
        _ transaction: Transaction, _ message: Message, _ earlier: EarlierFindings
    ) -> [DMARCIdentifier] {
        [spf(transaction, earlier)].compactMap(\.self) + dkim(message, earlier)
    }

    /// RFC 7489 §4.1: what counts of SPF is the reverse-path's domain; for a null one the HELO name, which the stage
    /// checks as that identity.
    private static func spf(_ transaction: Transaction, _ earlier: EarlierFindings) -> DMARCIdentifier? {
        // A later transaction's finding stands behind an earlier one's.
        for finding in earlier.findings.reversed() {
            guard let (result, identity) = SPFStage.result(finding.symbol), identity == .mailFrom,
                let domain = finding.evidence.text("domain")
            else { continue }
            return DMARCIdentifier(spf: domain, result)
        }
        guard let path = transaction.reversePath.value else { return DMARCIdentifier(.spf, nil, .unknown) }
        if !path.isNull { return DMARCIdentifier(.spf, text: path.domain ?? "", .unknown) }
        guard let helo = transaction.session.helo.value else { return DMARCIdentifier(.spf, nil, .unknown) }
        return DMARCIdentifier(.spf, text: helo, .unknown)
    }

    private static let dkimResults: [Symbol: (status: DMARCIdentifier.Status, word: DKIMResult)] = [
        DKIMStage.pass: (.pass, .pass), DKIMStage.temperror: (.temperror, .temperror),
        DKIMStage.fail: (.fail, .fail), DKIMStage.neutral: (.fail, .neutral),
        DKIMStage.permerror: (.fail, .permerror), DKIMStage.policy: (.fail, .policy),
    ]

    private static func dkim(_ message: Message, _ earlier: EarlierFindings) -> [DMARCIdentifier] {
        var evaluated: Set<Range<Int>> = []
        var identifiers: [DMARCIdentifier] = []
        for finding in earlier.findings {
            guard let result = dkimResults[finding.symbol], let span = finding.evidence.span("signature"),
                evaluated.insert(span).inserted
            else { continue }
            identifiers.append(
                DMARCIdentifier(
                    .dkim, text: finding.evidence.text("domain") ?? "", result.status,
                    selector: finding.evidence.text("selector"), result: result.word.rawValue))
        }
        for field in message.header.all("DKIM-Signature") where !evaluated.contains(field.range) {
            // Of a signature that the stage told nothing about, the name is there to be read.
            guard case .success(let tags) = DKIMTagList.parse(field.rawValue), let domain = tags["d"] else { continue }
            identifiers.append(DMARCIdentifier(.dkim, text: domain.lossyString, .unknown))
            if identifiers.count >= 100 { break }
        }
        return identifiers
    }
}

extension Evidence {
    /// The text under `key`.
    func text(_ key: String) -> String? {
        guard case .text(let text)? = items.first(where: { $0.key == key })?.value else { return nil }
        return text
    }

    /// The texts under `key`.
    func texts(_ key: String) -> [String] {
        guard case .list(let texts)? = items.first(where: { $0.key == key })?.value else { return [] }
        return texts
    }

    /// The place under `key`.
    fileprivate func span(_ key: String) -> Range<Int>? {
        guard case .span(let range)? = items.first(where: { $0.key == key })?.value else { return nil }
        return range
    }
}
