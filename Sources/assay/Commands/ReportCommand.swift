import Archives
import ArgumentParser
import Authentication
import Cases
import DNS
import Reports
import Values

/// `assay report`
struct ReportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Make reports of what a case holds.",
        discussion: """
            --html draws a run as one page that needs no network: what becomes of the mail and where, scores of ham and \
            spam with the thresholds, what the server did then with recorded sessions, what each symbol tells, who sends, \
            whose authentication passes, what could not be evaluated, and the story of a number of messages, mistakes \
            first. Nothing in it is loaded from anywhere, and what mail holds is shown as text. --json and --csv give the \
            same numbers to programs.

            With --redact, local parts and content are replaced by tokens in these, the same as in other output of the \
            case; domains stay. --compare takes the tokens of the first case for both.

            --dmarc-aggregate writes the aggregate reports (RFC 7489 §7.2, appendix C) that a receiver owes the domains \
            whose records ask for them: one for each policy domain and day at UTC, in a file named \
            receiver!policy-domain!begin!end.xml. --dmarc-failures writes a failure report (RFC 6591) for each message \
            that failed and whose policy domain asks for one; the messages' headers are read from the archives that \
            the case names.

            Nothing is sent. Where each report may be sent is told: addresses of the policy domain's own organization, \
            and of others whose hosts say in the DNS (--dns) that they want these reports (RFC 7489 §7.1). An aggregate \
            report with nowhere to go is written all the same, a failure report is not.

            With --since and --until, reports are on mail of that time, and mail of which the case knows no time is left \
            out. The same case always gives the same files, but for the time that a page says it was made at (--made). \
            Messages of which the case knows no time or no client are in no DMARC report; how many is told.
            """)

    @Argument(
        help: ArgumentHelp("The case file that assay replay --case wrote; two with --compare.", valueName: "case"))
    var paths: [String]

    @Flag(help: "Compare what the last runs of two cases came to, message by message, by the messages' ids.")
    var compare = false

    @Option(help: ArgumentHelp("Draw the run as a page in this file.", valueName: "file"))
    var html: String?

    @Option(help: ArgumentHelp("Write the run's numbers as one JSON object into this file.", valueName: "file"))
    var json: String?

    @Option(help: ArgumentHelp("Write the run's numbers as CSV files into this folder.", valueName: "folder"))
    var csv: String?

    @Option(
        name: .customLong("asn"),
        help: ArgumentHelp(
            "A list that says whose networks are whose, a line each: network, number of the autonomous system, name; or as "
                + "pfx2as and iptoasn write it. With it the report counts by system too.", valueName: "file"))
    var routes: String?

    @Option(help: ArgumentHelp("How many messages the page tells the story of.", valueName: "n"))
    var looks = 400

    @Option(
        help: ArgumentHelp(
            "The time that the page says it was made at (RFC 3339), to make the same page twice.", valueName: "time"))
    var made: Timestamp?

    @Option(
        name: .customLong("dmarc-aggregate"),
        help: ArgumentHelp("Write DMARC aggregate reports into this folder.", valueName: "folder"))
    var aggregateFolder: String?

    @Option(
        name: .customLong("dmarc-failures"),
        help: ArgumentHelp("Write DMARC failure reports into this folder.", valueName: "folder"))
    var failureFolder: String?

    @Option(name: .customLong("org-name"), help: ArgumentHelp("Who reports; the receiver's domain when left out."))
    var organization: String?

    @Option(help: ArgumentHelp("The reporter's address.", valueName: "address"))
    var email = "postmaster@localhost"

    @Option(
        help: ArgumentHelp(
            "The receiver's domain, for the names of files; that of --email when left out.", valueName: "domain"))
    var receiver: String?

    @OptionGroup var span: TimeSpan

    @Option(
        name: .customLong("run"),
        help: ArgumentHelp("The run that is reported; the last finished one when left out.", valueName: "n"))
    var runNumber: Int?

    @Flag(help: "Compress the aggregate reports (gzip).")
    var gzip = false

    @Flag(
        name: .customLong("no-namespace"),
        help: "Leave out the namespace of the schema, as most reporters do: for readers that stumble over it.")
    var noNamespace = false

    @Flag(help: "Put the whole message into failure reports, not only its header.")
    var wholeMessage = false

    @Flag(help: "Replace local parts and content by tokens, the same throughout a case; domains stay.")
    var redact = false

    @OptionGroup var dnsOptions: DNSOptions
    @OptionGroup var outputOptions: OutputOptions

    private var path: String { paths[0] }

    func validate() throws {
        if compare {
            guard paths.count == 2, runNumber == nil, span.isAll,
                [json, csv, aggregateFolder, failureFolder].allSatisfy({ $0 == nil })
            else {
                throw ValidationError("--compare takes two cases, and can draw a page of them: --html FILE.")
            }
            return
        }
        guard paths.count == 1 else { throw ValidationError("Name one case, or two with --compare.") }
        guard !redact || aggregateFolder == nil && failureFolder == nil else {
            throw ValidationError(
                "--redact is for --html, --json and --csv; DMARC reports go to those whose domains ask for them.")
        }
        let wanted = [html, json, csv, aggregateFolder, failureFolder]
        guard wanted.contains(where: { $0 != nil }) else {
            throw ValidationError(
                "Say what to report: --html FILE, --json FILE, --csv FOLDER, --dmarc-aggregate FOLDER or "
                    + "--dmarc-failures FOLDER.")
        }
        guard (0...100_000).contains(looks) else { throw ValidationError("--looks is a number of messages.") }
        guard let domain = receiverDomain, domain.utf8.allSatisfy({ $0.isAlphanumeric || $0 == .dot || $0 == .hyphen })
        else {
            throw ValidationError(
                receiver == nil
                    ? "--email is an address, as dmarc@example.org." : "--receiver is a domain, as example.org.")
        }
        guard email.utf8.allSatisfy({ $0.isVisible && $0 != .ascii("<") && $0 != .ascii(">") }) else {
            throw ValidationError("--email is an address, as dmarc@example.org.")
        }
    }

    private var receiverDomain: String? {
        let domain = receiver ?? email.lastIndex(of: "@").map { String(email[email.index(after: $0)...]) }
        return domain.flatMap { $0.isEmpty ? nil : $0.asciiLowercased }
    }

    func run() async throws {
        try await reportingFailure {
            if compare {
                try writeComparison()
                return
            }
            let file = try CaseFile(reading: path)
            let run = try file.run(runNumber)
            let domain = receiverDomain ?? "localhost"
            let reporter = AggregateReporting.Reporter(
                organization: organization ?? domain, email: email, receiver: domain)
            var output = try FileOutput(path: outputOptions.output, inputs: [path] + dnsOptions.inputs)
            if html != nil || json != nil || csv != nil {
                try CaseReport(
                    path: path, run: runNumber, html: html, json: json, csvFolder: csv, looks: looks,
                    span: span, routes: routes, time: made ?? WallClock.now, isRedacted: redact
                ).write(&output, format: outputOptions.format)
            }
            if aggregateFolder != nil || failureFolder != nil {
                let dns = try dnsOptions.source()(WallClock.now)
                if let aggregateFolder { try await writeAggregates(file, run, reporter, dns, aggregateFolder, &output) }
                if let failureFolder { try await writeFailures(file, run, reporter, dns, failureFolder, &output) }
            }
            try output.flush()
        }
    }

    private func writeComparison() throws {
        // One key for both: who is in both is seen to be the same.
        let redactor =
            redact ? Redactor(key: try CaseFile(reading: path).redactionKey(proposed: RandomKey.make())) : nil
        let diff = try FateDiff(
            FateDiff.Side(path: paths[0], run: nil), FateDiff.Side(path: paths[1], run: nil),
            selection: FateDiff.Selection(), redactor: redactor)
        for note in diff.notes { StandardError.write(TerminalLine.safe(note) + "\n") }
        var output = try FileOutput(path: outputOptions.output, inputs: paths)
        switch outputOptions.format {
        case .text: output.append(folding: FateDiffText(diff, limit: 50, columns: output.columns).text)
        case .ndjson: for line in diff.json { try output.append(line: line) }
        }
        try output.flush()
        if let html { try ReplacedFile(path: html, inputs: paths).finish(Array(diff.page.html.utf8)) }
    }

    private func writeAggregates(
        _ file: CaseFile, _ run: Int, _ reporter: AggregateReporting.Reporter, _ dns: any DNSView, _ folder: String,
        _ output: inout FileOutput
    ) async throws {
        var reporting = AggregateReporting(reporter)
        try file.authentication(run: run, stages: AggregateReporting.stages, since: span.since, until: span.until) {
            message in
            reporting.add(message)
            return true
        }
        try OutputFolder.make(folder)
        var unverified = 0
        for product in reporting.products {
            let text = Bytes(product.report.xml(hasNamespace: !noNamespace))
            var bytes = text
            if gzip {
                guard let packed = Deflation.gzip(text) else { throw Failure(.inputOutput, "not enough memory") }
                bytes = packed
            }
            let name = "\(folder)/\(product.name).xml\(gzip ? ".gz" : "")"
            try ReplacedFile(path: name, inputs: [path]).finish(bytes.array)
            let messages = product.report.records.reduce(0) { $0 + $1.count }
            let mailing = await ReportMailing(
                product.destinations, ofPolicyAt: product.report.policy.domain ?? "", isFailure: false,
                size: bytes.count, dns: dns)
            if mailing.addresses.isEmpty { unverified += 1 }
            switch outputOptions.format {
            case .ndjson:
                try output.append(
                    line: .object([
                        "file": .string(name), "domain": JSON(product.report.policy.domain),
                        "begin": JSON(product.report.begin?.rfc3339), "end": JSON(product.report.end?.rfc3339),
                        "messages": .integer(messages), "records": .integer(product.report.records.count),
                        "report_id": JSON(product.report.reportID), "type": "aggregate",
                        "to": .array(mailing.addresses.map(JSON.string)), "not_to": mailing.json,
                    ]))
            case .text: output.append(lines: ["\(name)  \(messages) messages"] + mailing.lines)
            }
        }
        if unverified > 0 {
            StandardError.write(
                "\(unverified) reports have nowhere to go: no destination is verified (RFC 7489 section 7.1; --dns)\n")
        }
        if reporting.products.isEmpty {
            StandardError.write(
                "no aggregate report is owed: no message has a DMARC policy that asks for one "
                    + "(\(reporting.withoutPolicy) without a policy to follow, \(reporting.unwanted) whose policy asks "
                    + "for none, \(reporting.incomplete) without a time or a client, \(reporting.notEvaluated) not "
                    + "evaluated)\n")
            return
        }
        if reporting.unwanted > 0 {
            StandardError.write("\(reporting.unwanted) messages are of domains that ask for no aggregate reports\n")
        }
        if reporting.incomplete > 0 {
            StandardError.write("\(reporting.incomplete) messages are in no report: no time or no client is known\n")
        }
    }

    private func writeFailures(
        _ file: CaseFile, _ run: Int, _ reporter: AggregateReporting.Reporter, _ dns: any DNSView, _ folder: String,
        _ output: inout FileOutput
    ) async throws {
        try OutputFolder.make(folder)
        var unwanted = 0
        var unread = 0
        var unverified = 0
        var mailings: [String: ReportMailing] = [:]
        // Where reports may go is asked once a policy, before any is written.
        var asked: [String: (domain: String, destinations: [DMARCReportURI])] = [:]
        func key(_ reporting: FailureReporting) -> String {
            ([reporting.policyDomain] + reporting.destinations.map(\.uri)).joined(separator: " ")
        }
        try file.authentication(run: run, stages: AggregateReporting.stages, since: span.since, until: span.until) {
            message in
            guard let reporting = FailureReporting(message), !reporting.destinations.isEmpty else { return true }
            asked[key(reporting)] = (reporting.policyDomain, reporting.destinations)
            return true
        }
        for (key, policy) in asked.sorted(by: { $0.key < $1.key }) {
            mailings[key] = await ReportMailing(
                policy.destinations, ofPolicyAt: policy.domain, isFailure: true, size: 0, dns: dns)
        }
        try file.authentication(run: run, stages: AggregateReporting.stages, since: span.since, until: span.until) {
            message in
            guard let reporting = FailureReporting(message) else { return true }
            guard !reporting.destinations.isEmpty else {
                unwanted += 1
                return true
            }
            // What is in a failure report is no business of somebody who has not asked for it.
            guard let mailing = mailings[key(reporting)], !mailing.addresses.isEmpty else {
                unverified += 1
                return true
            }
            guard let entry = try? MessagePlace(message.source).entry(id: message.id) else {
                unread += 1
                StandardError.write(
                    TerminalLine.safe("\(message.source): the message is not there any more; no report on it") + "\n")
                return true
            }
            let name = "\(folder)/\(reporting.name)"
            let report = reporting.report(
                about: entry.message, isWhole: wholeMessage, to: mailing.addresses, reporter: reporter,
                version: Assay.version)
            try ReplacedFile(path: name, inputs: [path]).finish(report.array)
            switch outputOptions.format {
            case .ndjson:
                try output.append(
                    line: .object([
                        "file": .string(name), "message": .integer(message.message), "source": .string(message.source),
                        "to": .array(mailing.addresses.map(JSON.string)), "not_to": mailing.json, "type": "failure",
                    ]))
            case .text: output.append(lines: ["\(name)  \(message.source)"] + mailing.lines)
            }
            return true
        }
        if unwanted > 0 {
            StandardError.write("\(unwanted) messages failed and their domains ask for no failure report\n")
        }
        if unverified > 0 {
            StandardError.write(
                "\(unverified) messages have no failure report: nowhere that one may go is verified (RFC 7489 section 7.1; "
                    + "--dns)\n")
        }
        if unread > 0 { throw Failure(.noInput, []) }
    }
}
