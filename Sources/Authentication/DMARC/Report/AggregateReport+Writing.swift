import Values

extension AggregateReport {
    /// The report as RFC 7489 appendix C has it.
    ///
    /// The schema there has a namespace, which its element `feedback` and no other is in. Most reporters leave it out,
    /// and some readers cannot do with it: `hasNamespace` says whether it is written.
    public func xml(hasNamespace: Bool = true) -> String {
        var writer = XMLWriter()
        let root = hasNamespace ? "dmarc:feedback" : "feedback"
        writer.open(root, hasNamespace ? " xmlns:dmarc=\"http://dmarc.org/dmarc-xml/0.1\"" : "")
        writer.add("version", version ?? "1.0")
        writer.open("report_metadata")
        writer.add("org_name", organization ?? "")
        writer.add("email", email ?? "")
        writer.add("extra_contact_info", contact)
        writer.add("report_id", reportID ?? "")
        writer.open("date_range")
        writer.add("begin", String(begin?.seconds ?? 0))
        writer.add("end", String(end?.seconds ?? 0))
        writer.close("date_range")
        for error in errors { writer.add("error", error) }
        writer.close("report_metadata")
        writer.open("policy_published")
        writer.add("domain", policy.domain ?? "")
        writer.add("adkim", policy.adkim)
        writer.add("aspf", policy.aspf)
        writer.add("p", policy.p ?? "none")
        writer.add("sp", policy.sp ?? policy.p ?? "none")
        writer.add("pct", String(policy.pct ?? 100))
        writer.add("fo", policy.fo ?? "0")
        writer.close("policy_published")
        for record in records { record.write(to: &writer) }
        writer.close(root)
        return writer.text
    }
}

extension AggregateReport.Record {
    fileprivate func write(to writer: inout XMLWriter) {
        writer.open("record")
        writer.open("row")
        writer.add("source_ip", sourceIP ?? "")
        writer.add("count", String(count))
        writer.open("policy_evaluated")
        writer.add("disposition", disposition ?? "none")
        writer.add("dkim", dkim)
        writer.add("spf", spf)
        for reason in reasons {
            writer.open("reason")
            writer.add("type", reason.type ?? "other")
            writer.add("comment", reason.comment)
            writer.close("reason")
        }
        writer.close("policy_evaluated")
        writer.close("row")
        writer.open("identifiers")
        writer.add("envelope_to", envelopeTo)
        writer.add("envelope_from", envelopeFrom ?? "")
        writer.add("header_from", headerFrom ?? "")
        writer.close("identifiers")
        writer.open("auth_results")
        for result in dkimResults {
            writer.open("dkim")
            writer.add("domain", result.domain ?? "")
            writer.add("selector", result.selector)
            writer.add("result", result.result ?? "none")
            writer.add("human_result", result.humanResult)
            writer.close("dkim")
        }
        for result in spfResults {
            writer.open("spf")
            writer.add("domain", result.domain ?? "")
            writer.add("scope", result.scope ?? "mfrom")
            writer.add("result", result.result ?? "none")
            writer.close("spf")
        }
        writer.close("auth_results")
        writer.close("record")
    }
}

/// Writes elements, one a line.
private struct XMLWriter {
    private(set) var text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    private var depth = 0

    private var indent: String { String(repeating: "  ", count: depth) }

    mutating func open(_ name: String, _ attributes: String = "") {
        text += "\(indent)<\(name)\(attributes)>\n"
        depth += 1
    }

    mutating func close(_ name: String) {
        depth -= 1
        text += "\(indent)</\(name)>\n"
    }

    /// Adds an element with a text; nil adds none.
    mutating func add(_ name: String, _ value: String?) {
        if let value { text += "\(indent)<\(name)>\(XMLWriter.escaped(value))</\(name)>\n" }
    }

    /// XML 1.0 §2.2, §2.4: markup escaped, and what is no character there replaced.
    private static func escaped(_ value: String) -> String {
        var output = ""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "&": output += "&amp;"
            case "<": output += "&lt;"
            case ">": output += "&gt;"
            case "\t", "\n", "\r": output += " "
            default:
                let isCharacter = scalar.value >= 0x20 && scalar.value != 0xFFFE && scalar.value != 0xFFFF
                output.unicodeScalars.append(isCharacter ? scalar : "\u{FFFD}")
            }
        }
        return output
    }
}
