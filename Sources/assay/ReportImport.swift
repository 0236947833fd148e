import Archives
import Authentication
import Cases
import Mail
import Reports
import Values

/// Reads files with DMARC reports, and puts what they hold where it is wanted.
struct ReportImport {
    private let writer: CaseReportWriter?
    private let format: OutputFormat
    private var output: FileOutput
    private var new = 0
    private var known = 0
    private var failures = 0
    private var knownFailures = 0
    private var records = 0
    private var withoutReport = 0
    private var problem: Failure.Code?

    /// Files larger than this are taken for archives of mail.
    private static let maximumFile = AggregateReport.maximumSize

    init(casePath: String?, format: OutputFormat, output: FileOutput) throws {
        writer = try casePath.map { try CaseReportWriter($0) }
        (self.format, self.output) = (format, output)
    }

    /// Folders within folders are followed this far.
    private static let maximumDepth = 8

    /// Reads one file, folder or archive.
    mutating func read(_ path: String, depth: Int = 0) throws {
        if path != "-", let names = FolderNames.of(path) {
            // A Maildir is read as the archive it is.
            if names.contains("cur") || names.contains("new") { return try readMail(path) }
            let names = names.filter { !$0.hasPrefix(".") }
            if names.isEmpty { note(.badData, "\(path): the folder is empty; check the name") }
            guard depth < ReportImport.maximumDepth else {
                return note(.badData, "\(path): folders are nested deeper than \(ReportImport.maximumDepth)")
            }
            for name in names { try read("\(path)/\(name)", depth: depth + 1) }
            return
        }
        var tooLarge: String?
        switch InputFile.contents(of: path, limit: ReportImport.maximumFile) {
        case .success(let content):
            if let reports = ReceivedReport.reports(in: content) {
                for report in reports { try take(report, source: path) }
                return
            }
            if ZipFile.isLikely(content) { return note(.badData, "\(path): the zip file holds no XML report") }
            // What was read from a pipe cannot be read again.
            if path == "-" { return try take(Message(content), source: path) }
        case .failure(let error):
            // What can be read of a damaged file may be all there is of a report, as before bytes that do not belong.
            if path != "-", let begun = InputFile.beginning(of: path, limit: ReportImport.maximumFile),
                let reports = ReceivedReport.reports(in: begun), !reports.isEmpty, reports.allSatisfy(\.isReadable)
            {
                StandardError.write(TerminalLine.safe(error.description) + "\n")
                for report in reports { try take(report, source: path) }
                return
            }
            // A large file may be a mailbox, which is not read whole.
            guard error.code == .badData, path != "-" else { return note(error.code, error.description) }
            tooLarge = error.description
        }
        try readMail(path, tooLarge: tooLarge)
    }

    private mutating func take(_ message: Message, source: String) throws {
        let found = ReceivedReport.reports(in: message)
        if found.isEmpty { note(.badData, "\(source): there is no DMARC report in it") }
        for (part, report) in found { try take(report, source: part.isEmpty ? source : "\(source) part \(part)") }
    }

    /// Reads an archive of mail. `tooLarge` is what there is to say of a file that turns out to be none.
    private mutating func readMail(_ path: String, tooLarge: String? = nil) throws {
        var reader: ArchiveReader
        do {
            reader = try ArchiveReader(path == "-" ? .standardInput : .path(path))
        } catch {
            note(error.code.exitStatus, error.description)
            return
        }
        var messages = 0
        var empty = 0
        while let event = reader.next() {
            switch event {
            case .problem(let part):
                let isNoMail = part.error.code == .notMail && messages == 0
                note(
                    part.error.code.exitStatus,
                    isNoMail
                        ? tooLarge
                            ?? "\(part.source): is no DMARC report (XML, or XML in gzip or zip) and no mail with one"
                        : part.error.description)
            case .transcript(let piece):
                if piece.isLast { note(.badData, "\(piece.file): holds recorded sessions, and no DMARC report") }
            case .message(let entry):
                messages += 1
                let found = ReceivedReport.reports(in: Message(entry.message))
                if found.isEmpty { empty += 1 }
                for (part, report) in found {
                    try take(report, source: part.isEmpty ? entry.source : "\(entry.source) part \(part)")
                }
            }
        }
        withoutReport += empty
        if messages == 1, empty == 1 { note(.badData, "\(path): there is no DMARC report in it") }
    }

    private mutating func take(_ report: ReceivedReport, source: String) throws {
        switch report {
        case .problem(let text):
            note(.badData, "\(source)\(text.first?.isNumber == true ? ":" : ": ")\(text)")
        case .failure(let report):
            guard let writer else {
                failures += 1
                return try write(report, source)
            }
            if try writer.add(report, source: source) { failures += 1 } else { knownFailures += 1 }
        case .aggregate(let report):
            for fault in report.faults { StandardError.write(TerminalLine.safe("\(source):\(fault)") + "\n") }
            guard let writer else {
                new += 1
                records += report.records.count
                try write(report, source)
                return
            }
            if try writer.add(report, source: source) {
                new += 1
                records += report.records.count
            } else {
                known += 1
            }
        }
    }

    private mutating func note(_ code: Failure.Code, _ text: String) {
        problem = problem ?? code
        StandardError.write(TerminalLine.safe(text) + "\n")
    }

    private mutating func write(_ report: AggregateReport, _ source: String) throws {
        switch format {
        case .ndjson:
            guard case .object(var members) = report.json else { return }
            members["source"] = .string(source)
            members["type"] = "aggregate"
            try output.append(line: .object(members))
        case .text: try append(report.lines(source: source))
        }
    }

    private mutating func write(_ report: FailureReport, _ source: String) throws {
        switch format {
        case .ndjson:
            try output.append(
                line: .object(["source": .string(source), "type": "failure", "report": report.json]))
        case .text:
            try append(["failure report in \(source)"] + report.fields.map { "  \($0.name): \($0.value)" })
        }
    }

    private mutating func append(_ lines: [String]) throws {
        output.append(lines: lines)
        try output.flush()
    }

    /// Tells what became of it all. Throws when something could not be read.
    mutating func finish() throws {
        writer?.finish()
        if writer != nil {
            let counts: [(String, Int)] = [
                ("reports", new), ("already_there", known), ("records", records), ("failure_reports", failures),
                ("failure_reports_already_there", knownFailures),
                ("messages_without_report", withoutReport),
            ]
            switch format {
            case .ndjson:
                try output.append(
                    line: .object(Dictionary(uniqueKeysWithValues: counts.map { ($0.0, JSON.integer($0.1)) })))
            case .text:
                try append([
                    Counted.words(new, "report", "reports") + " with " + Counted.words(records, "record", "records")
                        + " put into the case, \(known) \(known == 1 ? "was" : "were") there already",
                    Counted.words(failures, "failure report", "failure reports")
                        + " put into the case, \(knownFailures) \(knownFailures == 1 ? "was" : "were") there already",
                    "\(Counted.messages(withoutReport)) had no report",
                ])
            }
        } else if withoutReport > 0 {
            StandardError.write("\(Counted.messages(withoutReport)) had no report\n")
        }
        try output.flush()
        if let problem { throw Failure(problem, []) }
    }
}

extension AggregateReport {
    /// The report for people.
    fileprivate func lines(source: String) -> [String] {
        var lines = [
            "\(policy.domain ?? "?")  by \(organization ?? email ?? "?")  "
                + "\(begin?.rfc3339 ?? "?") to \(end?.rfc3339 ?? "?")  (\(source))"
        ]
        var words = ["p=\(policy.p ?? "?")"]
        if let sp = policy.sp { words.append("sp=\(sp)") }
        if let np = policy.np { words.append("np=\(np)") }
        if let pct = policy.pct { words.append("pct=\(pct)") }
        if let adkim = policy.adkim { words.append("adkim=\(adkim)") }
        if let aspf = policy.aspf { words.append("aspf=\(aspf)") }
        lines.append("  published    \(words.joined(separator: "; "))")
        for error in errors { lines.append("  error        \(error)") }
        for record in records {
            lines.append(
                "  \(record.count) × \(record.sourceIP ?? "?")  from \(record.headerFrom ?? "?"): "
                    + "\(record.disposition ?? "?"), dkim \(record.dkim ?? "?"), spf \(record.spf ?? "?")")
            for result in record.dkimResults {
                lines.append("      dkim=\(result.result ?? "?") d=\(result.domain ?? "?") s=\(result.selector ?? "?")")
            }
            for result in record.spfResults {
                lines.append("      spf=\(result.result ?? "?") \(result.domain ?? "?")")
            }
            for reason in record.reasons {
                lines.append("      because \(reason.type ?? "?")\(reason.comment.map { ": \($0)" } ?? "")")
            }
        }
        return lines
    }
}
