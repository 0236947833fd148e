import Authentication
import Cases
import Cryptography
import Values

/// Turns what a run of a case found into DMARC aggregate reports (RFC 7489 §7.2): one for each policy domain that asks
/// for reports, and day at UTC. The same run always gives the same reports.
public struct AggregateReporting: Sendable {
    /// Who reports.
    public struct Reporter: Sendable {
        /// `org_name`.
        public let organization: String
        /// `email`.
        public let email: String
        /// The domain of the receiver, for the names of files (RFC 7489 §7.2.1.1).
        public let receiver: String

        /// A reporter.
        public init(organization: String, email: String, receiver: String) {
            (self.organization, self.email, self.receiver) = (organization, email, receiver)
        }
    }

    /// A report and the name of its file, the extension left out.
    public struct Product: Sendable {
        public let name: String
        public let report: AggregateReport
        /// Where the policy asks for the report to be sent (`rua=`); whether it may be is another matter.
        public let destinations: [DMARCReportURI]
    }

    /// Messages that passed or failed and are in no report: without a time or a client's address.
    public private(set) var incomplete = 0
    /// Messages whose policy domain asks for no reports.
    public private(set) var unwanted = 0

    /// Messages that neither passed nor failed: their authors' domains have no policy that could be followed.
    public private(set) var withoutPolicy = 0
    /// Messages that DMARC was not evaluated of.
    public private(set) var notEvaluated = 0

    private let reporter: Reporter
    private var groups: [Key: [AggregateReport.Record: Int]] = [:]

    private struct Key: Hashable {
        let domain: String
        let day: Int64
        let record: String
    }

    private static let secondsPerDay: Int64 = 86_400

    /// No reports yet.
    public init(_ reporter: Reporter) { self.reporter = reporter }

    /// The stages whose findings are needed.
    public static let stages = ["spf", "dkim", "dmarc"]

    /// Adds a message.
    public mutating func add(_ message: CaseFile.Authentication) {
        guard let finding = DMARCFinding(message) else {
            if message.findings.contains(where: { $0.stage == "dmarc" }) {
                withoutPolicy += 1
            } else {
                notEvaluated += 1
            }
            return
        }
        guard let record = DMARCRecord(Bytes(finding.record)), !record.aggregateReports.isEmpty else {
            unwanted += 1
            return
        }
        guard let time = message.time, let client = message.client else {
            incomplete += 1
            return
        }
        // Rounded down, before 1970 too.
        let day = (time.seconds - (time.seconds % 86_400 + 86_400) % 86_400) / AggregateReporting.secondsPerDay
        let key = Key(domain: finding.policyDomain, day: day, record: finding.record)
        groups[key, default: [:]][AggregateReporting.row(message, finding, client), default: 0] += 1
    }

    /// The reports so far, by domain and day.
    public var products: [Product] {
        let keys = groups.keys.sorted { ($0.domain, $0.day, $0.record) < ($1.domain, $1.day, $1.record) }
        var names: Set<String> = []
        return keys.map { key in
            let report = report(key, groups[key] ?? [:])
            let begin = report.begin?.seconds ?? 0
            let end = report.end?.seconds ?? 0
            var name = "\(reporter.receiver)!\(key.domain)!\(begin)!\(end)"
            // The policy changed within the day: a report for each, told apart by RFC 7489 §7.2.1.1's unique-id.
            if !names.insert(name).inserted { name += "!\(report.reportID?.split(separator: ".").last ?? "")" }
            let destinations = DMARCRecord(Bytes(key.record))?.aggregateReports ?? []
            return Product(name: name, report: report, destinations: destinations)
        }
    }

    private func report(_ key: Key, _ rows: [AggregateReport.Record: Int]) -> AggregateReport {
        var report = AggregateReport()
        report.version = "1.0"
        (report.organization, report.email) = (reporter.organization, reporter.email)
        report.begin = Timestamp(seconds: key.day * AggregateReporting.secondsPerDay)
        report.end = Timestamp(seconds: (key.day + 1) * AggregateReporting.secondsPerDay - 1)
        report.policy.domain = key.domain
        if let record = DMARCRecord(Bytes(key.record))?.effective {
            report.policy.adkim = record.dkimAlignment.rawValue
            report.policy.aspf = record.spfAlignment.rawValue
            report.policy.p = record.policy?.rawValue
            report.policy.sp = (record.subdomainPolicy ?? record.policy)?.rawValue
            report.policy.pct = record.percentage
            report.policy.fo = record.failureOptions.map(\.rawValue).joined(separator: ":")
        }
        let sorted = rows.map { (text: $0.key.json.text, row: $0.key, count: $0.value) }.sorted { $0.text < $1.text }
        report.records = sorted.map { item in
            var row = item.row
            row.count = item.count
            return row
        }
        // RFC 7489 §7.2: the id is unique to the reporter; made from what is in the report, it is always the same.
        report.reportID = ""
        let digest = SHA256.hexadecimal(Bytes(report.json.text))
        report.reportID = "\(key.domain).\(key.day * AggregateReporting.secondsPerDay).\(digest.prefix(16))"
        return report
    }

    private static func row(
        _ message: CaseFile.Authentication, _ finding: DMARCFinding, _ client: IPAddress
    ) -> AggregateReport.Record {
        var row = AggregateReport.Record()
        row.sourceIP = client.uncompressed
        (row.disposition, row.reasons) = finding.disposition(of: message)
        row.dkim = finding.isDKIMAligned ? "pass" : "fail"
        row.spf = finding.isSPFAligned ? "pass" : "fail"
        row.headerFrom = finding.domain
        // RFC 7489 appendix C: empty for a null reverse-path.
        row.envelopeFrom = message.mailFrom.map(AggregateReporting.domain) ?? ""
        row.dkimResults = finding.dkimResults(of: message)
        row.spfResults = [finding.spfResult(of: message)]
        return row
    }

    static func domain(of path: String) -> String {
        path.lastIndex(of: "@").map { String(path[path.index(after: $0)...]).asciiLowercased } ?? ""
    }
}

extension IPAddress {
    /// The address as the schema of RFC 7489 appendix C wants it, whose pattern for IPv6 knows no `::`.
    fileprivate var uncompressed: String {
        guard !isV4 else { return description }
        let bytes = networkBytes
        return stride(from: 0, to: 16, by: 2).map { index in
            let digits = String(Int(bytes[index]) << 8 | Int(bytes[index + 1]), radix: 16)
            return String(repeating: "0", count: 4 - digits.utf8.count) + digits
        }.joined(separator: ":")
    }
}
