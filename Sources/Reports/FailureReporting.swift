import Authentication
import Cases
import Mail
import Values

/// Turns a message that failed DMARC into the failure report that its policy domain asks for (RFC 7489 §7.3, RFC 6591).
public struct FailureReporting {
    private let message: CaseFile.Authentication
    private let finding: DMARCFinding
    private let record: DMARCRecord
    /// Where the policy asks for the report to be sent (`ruf=`), none where `fo=` wants no report of this message.
    /// Whether it may be sent there is another matter.
    public let destinations: [DMARCReportURI]
    /// The domain whose policy it is.
    public var policyDomain: String { finding.policyDomain }

    /// Nil when the message did not fail, or what DMARC found is not known.
    public init?(_ message: CaseFile.Authentication) {
        guard let finding = DMARCFinding(message),
            let record = DMARCRecord(Bytes(finding.record)), message.time != nil
        else { return nil }
        (self.message, self.finding, self.record) = (message, finding, record)
        let isWanted = FailureReporting.isWanted(record, finding, message)
        // A message that passed is only of interest where `fo=` asks for more.
        guard finding.isFailure || isWanted else { return nil }
        destinations = isWanted ? record.failureReports : []
    }

    /// RFC 7489 §6.3 `fo=`.
    private static func isWanted(
        _ record: DMARCRecord, _ finding: DMARCFinding, _ message: CaseFile.Authentication
    ) -> Bool {
        record.failureOptions.contains { option in
            switch option {
            case .all: !finding.isSPFAligned && !finding.isDKIMAligned
            case .any: !finding.isSPFAligned || !finding.isDKIMAligned
            case .dkim: finding.dkimResults(of: message).contains { $0.result == "fail" || $0.result == "permerror" }
            case .spf: ["fail", "softfail", "permerror"].contains(finding.spfResult(of: message).result)
            }
        }
    }

    /// A name for the report's file.
    public var name: String {
        let digits = message.id.map { $0.hasPrefix("sha256:") ? $0.dropFirst(7) : $0[...] } ?? ""
        return "\(finding.policyDomain)!\(message.message)!\(digits.prefix(16)).eml"
    }

    /// The report about `original` to `recipients`, as a message (RFC 6591 §3). Of the original it has the header alone,
    /// unless `isWhole`.
    public func report(
        about original: Bytes, isWhole: Bool, to recipients: [String], reporter: AggregateReporting.Reporter,
        version: String
    ) -> Bytes {
        let header = Message(original).header.bytes
        let report = FailureReport(fields: fields(reporter, version), original: isWhole ? original : header)
        let time = message.time ?? Timestamp(seconds: 0)
        let envelope = FailureReport.Envelope(
            from: reporter.email, to: recipients,
            subject: "DMARC failure report for \(finding.domain)",
            date: time.mailDate,
            messageID: "\(message.message).\(time.seconds).dmarc-failure@\(reporter.receiver)")
        let text = """
            A message from \(finding.domain) was received from \(message.client?.description ?? "an unknown host")\r
            on \(time.rfc3339) and failed DMARC.\r
            """
        return report.message(envelope, text: text, isWhole: isWhole)
    }

    /// RFC 6591 §3.1, §3.2; RFC 7489 §7.3.1.
    private func fields(_ reporter: AggregateReporting.Reporter, _ version: String) -> [FailureReport.Field] {
        typealias Field = FailureReport.Field
        let spf = finding.spfResult(of: message)
        let signatures = finding.dkimResults(of: message)
        var fields = [
            Field("Feedback-Type", "auth-failure"), Field("User-Agent", "assay/\(version)"), Field("Version", "1"),
        ]
        if let path = message.mailFrom { fields.append(Field("Original-Mail-From", path == "<>" ? path : "<\(path)>")) }
        fields.append(Field("Arrival-Date", (message.time ?? Timestamp(seconds: 0)).mailDate))
        if let client = message.client { fields.append(Field("Source-IP", client.description)) }
        fields.append(Field("Reported-Domain", finding.domain))
        fields.append(Field("Authentication-Results", results(reporter, spf, signatures)))
        // RFC 7489 §7.3: the failure type of DMARC, and which mechanisms were aligned.
        fields.append(Field("Auth-Failure", "dmarc"))
        fields.append(Field("Delivery-Result", delivery))
        let aligned = [finding.isDKIMAligned ? "dkim" : nil, finding.isSPFAligned ? "spf" : nil].compactMap(\.self)
        fields.append(Field("Identity-Alignment", aligned.isEmpty ? "none" : aligned.joined(separator: ", ")))
        if let signature = signatures.first(where: { $0.result != "pass" }) {
            if let domain = signature.domain { fields.append(Field("DKIM-Domain", domain)) }
            if let selector = signature.selector { fields.append(Field("DKIM-Selector", selector)) }
        }
        return fields
    }

    /// RFC 6591 §3.2.2.
    private var delivery: String {
        switch message.disposition {
        case "reject", "disconnect", "discard", "defer": "reject"
        case "quarantine", "tag": "policy"
        default: "delivered"
        }
    }

    private func results(
        _ reporter: AggregateReporting.Reporter, _ spf: AggregateReport.MechanismResult,
        _ signatures: [AggregateReport.MechanismResult]
    ) -> String {
        var parts = [reporter.receiver, "dmarc=\(finding.isFailure ? "fail" : "pass") header.from=\(finding.domain)"]
        let property = spf.scope == "helo" ? "smtp.helo" : "smtp.mailfrom"
        parts.append("spf=\(spf.result ?? "none")" + (spf.domain.map { " \(property)=\($0)" } ?? ""))
        for signature in signatures.prefix(20) {
            parts.append(
                "dkim=\(signature.result ?? "none")" + (signature.domain.map { " header.d=\($0)" } ?? "")
                    + (signature.selector.map { " header.s=\($0)" } ?? ""))
        }
        if signatures.isEmpty { parts.append("dkim=none") }
        return parts.joined(separator: "; ")
    }
}

extension Timestamp {
    /// The time as a Date field has it (RFC 5322 §3.3), at UTC.
    public var mailDate: String {
        let civil = CivilTime(self)
        let days = seconds >= 0 ? seconds / 86_400 : (seconds - 86_399) / 86_400
        // 1970-01-01 was a Thursday.
        let weekday = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"][Int((days % 7 + 7) % 7)]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        func padded(_ value: Int) -> String { value < 10 ? "0\(value)" : String(value) }
        return "\(weekday), \(civil.day) \(months[civil.month - 1]) \(civil.year) "
            + "\(padded(civil.hour)):\(padded(civil.minute)):\(padded(civil.second)) +0000"
    }
}
