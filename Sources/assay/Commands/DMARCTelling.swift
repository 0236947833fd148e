import Authentication
import DNS
import Screening
import Values

/// What `assay check dmarc` prints.
struct DMARCTelling {
    let outcome: DMARCOutcome
    /// What SPF said; nil when it was not evaluated.
    let spf: SPFOutcome?
    /// Why it was not; nil when it was.
    let spfAbsence: String?
    let signatures: [DKIMOutcome]
    /// Why no signature was found although there may be one.
    let signatureFault: DKIMFault?

    /// The result's word; what hangs on unrecorded answers could not be had.
    private var word: String { outcome.result?.rawValue ?? "temperror" }

    /// What was asked and has no answer.
    var unrecorded: [DNSQuestion] {
        var questions = outcome.unrecorded + (spf?.unrecorded ?? [])
        questions += signatures.filter(\.isUnrecorded).compactMap(\.keyQuestion)
        return questions.enumerated().filter { questions.firstIndex(of: $1) == $0 }.map(\.element)
    }

    var json: JSON {
        var members: [String: JSON] = [
            "result": .string(word), "disposition": .string(outcome.disposition.rawValue),
            "domain": JSON(outcome.domain?.relativeText), "policy_domain": JSON(outcome.policyDomain?.relativeText),
            "record": JSON(outcome.record?.text), "policy": JSON(outcome.deciding?.policy?.rawValue),
            "policy_from": JSON(outcome.deciding?.policyTag),
            "aligned": .object(["spf": .bool(outcome.isSPFAligned), "dkim": .bool(outcome.isDKIMAligned)]),
            "reason": JSON(outcome.reasons.isEmpty ? nil : outcome.reasons.joined(separator: "; ")),
            "identifiers": .array(outcome.identifiers.map(\.json)),
            "spf": JSON(spf.map { $0.result?.rawValue ?? "temperror" }),
            "dkim": .string(DKIMOutcome.word(signatures, without: signatureFault)),
        ]
        if let organization = outcome.deciding?.organizationalDomain {
            members["organizational_domain"] = .string(organization.relativeText)
        }
        if let record = outcome.record { members["published"] = record.json }
        if outcome.domains.count > 1 {
            members["author_domains"] = .array(
                outcome.domains.map { domain in
                    .object([
                        "domain": .string(domain.domain.relativeText), "result": JSON(domain.result?.rawValue),
                        "disposition": .string(domain.disposition.rawValue),
                        "policy_domain": JSON(domain.policyDomain?.relativeText),
                    ])
                })
        }
        if spf == nil { members["not_evaluated"] = .array(["spf"]) }
        if !unrecorded.isEmpty { members["unrecorded"] = .array(unrecorded.map { .string($0.description) }) }
        return .object(members)
    }

    var lines: [String] {
        var lines = ["\(word)  \(outcome.domain?.relativeText ?? "(no author domain)")"]
        if let record = outcome.record, let domain = outcome.policyDomain {
            lines.append("  record       \(record.text)")
            lines.append("  found at     \(domain.relativeText)")
        }
        if let policy = outcome.deciding?.policy, let tag = outcome.deciding?.policyTag {
            lines.append("  policy       \(policy.rawValue), by \(tag)=")
            lines.append("  disposition  \(outcome.disposition.rawValue)")
        }
        for identifier in outcome.identifiers {
            let isAligned = outcome.deciding?.aligned.contains(identifier) ?? false
            lines.append("  \(identifier.description)\(isAligned ? ", aligned" : "")")
        }
        if let spfAbsence { lines.append("  spf not evaluated: \(spfAbsence)") }
        if signatures.isEmpty, let signatureFault { lines.append("  dkim=permerror (\(signatureFault))") }
        for reason in outcome.reasons { lines.append("  because      \(reason)") }
        for exchange in outcome.answersUsed { lines.append("  \(exchange.question) → \(exchange.answer.summary)") }
        return lines
    }
}

extension DMARCIdentifier {
    fileprivate var json: JSON {
        .object([
            "method": .string(method.rawValue), "domain": JSON(domainText),
            "result": .string(result), "selector": JSON(selector),
        ])
    }
}

extension DMARCRecord {
    /// The record tag by tag, defaults filled in.
    var json: JSON {
        func uris(_ uris: [DMARCReportURI]) -> JSON {
            .array(
                uris.map {
                    .object(["uri": .string($0.uri), "maximum_size": $0.maximumSize.map(JSON.integer) ?? .null])
                })
        }
        return .object([
            "p": JSON(policy?.rawValue), "sp": JSON(subdomainPolicy?.rawValue), "np": JSON(nonexistentPolicy?.rawValue),
            "adkim": .string(dkimAlignment.rawValue), "aspf": .string(spfAlignment.rawValue),
            "pct": .integer(percentage), "fo": .array(failureOptions.map { .string($0.rawValue) }),
            "rf": .array(failureFormats.map(JSON.string)), "ri": .integer(reportInterval),
            "rua": uris(aggregateReports), "ruf": uris(failureReports), "psd": .string(suffixStatus.rawValue),
            "t": .bool(isTesting), "faults": .array(faults.map(JSON.string)),
        ])
    }
}
