import Archives
import ArgumentParser
import Cases
import DNS
import Replay
import Reports
import SMTP
import Screening
import State
import Values

/// `assay explain`
struct ExplainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Tell the story of a message: why it meets the verdict it does.",
        discussion: """
            Shows the session as reconstructed and from which header field, what each stage saw, the policy line that \
            weighed each finding, the sum and the verdict.

            MESSAGE is a file, ARCHIVE#N (the Nth message of an archive, as the source of a replay line says), or - for \
            standard input. --id picks a message of an archive by its id. Of an archive as such, each message's story \
            is told.

            MESSAGE can also be a transcript of SMTP sessions, TRANSCRIPT#N (its Nth session) or TRANSCRIPT#ID (the \
            session of that name, as the log of assayd has it): each of the session's transactions is told. With \
            --as-recorded the stages get the answers that were recorded.

            MESSAGE can also be CASE#N, the Nth message of a case file as assay query numbers them. The story is then \
            told from the case alone, as the last run (or --run) found it, without a look at the message or the DNS. \
            With --policy what that run found is weighed and ruled on anew, as that policy would have it; settings of \
            stages stay those of the run. What the server did then with a recorded session is told at the end.

            With --redact, local parts and content are replaced by tokens, of a case the same as in its queries and \
            exports; domains stay.
            """)

    @Argument(help: ArgumentHelp("The message: a file, ARCHIVE#N, CASE#N, or -.", valueName: "message"))
    var message: String

    @OptionGroup var policyOptions: PolicyOptions
    @OptionGroup var dnsOptions: DNSOptions
    @OptionGroup var recordOptions: RecordDNSOptions
    @OptionGroup var scanOptions: ScanOptions
    @OptionGroup var outputOptions: OutputOptions

    @Option(
        help: ArgumentHelp(
            "The id of the message (sha256:…, or its first digits), of those in an archive.", valueName: "id"))
    var id: String?

    @Option(
        name: .customLong("run"),
        help: ArgumentHelp("The run of a case file; the last one when left out.", valueName: "n"))
    var runNumber: Int?

    @Flag(
        name: .customLong("as-recorded"),
        help: "Give the stages the answers of the DNS, of state and of scanners that stand in the transcript.")
    var asRecorded = false

    @Flag(help: "Replace local parts and content by tokens, the same throughout a case; domains stay.")
    var redact = false

    func run() async throws {
        try await reportingFailure { try await explain() }
    }

    private func explain() async throws {
        if let id, let complaint = id.complaintAsID {
            throw Failure(.usage, TerminalLine.safe("--id \(id): \(complaint)"))
        }
        let place = MessagePlace(message)
        if let path = place.casePath { return try explain(place, inCase: path) }
        guard runNumber == nil else { throw Failure(.usage, "--run is for a message of a case file: CASE#N") }
        let sessions = TranscriptPlace(message)
        if sessions.isTranscript { return try await explain(sessions) }
        guard !asRecorded else { throw Failure(.usage, "--as-recorded is for a session of a transcript") }
        let policy = try policyOptions.load()
        let inputs = [message] + policyOptions.files + dnsOptions.inputs
        let dns = try recordOptions.recordedDNS(dnsOptions, inputs: inputs)
        let environment = environment(dns.view)
        var output = try FileOutput(path: outputOptions.output, inputs: inputs)
        let redactor = redact ? Redactor(key: RandomKey.make()) : nil
        // Where the stories go by on the same screen, they are the progress.
        var bar = output.columns == nil ? ProgressBar() : nil
        defer { bar?.clear() }
        var done = Progress()
        let problem = try await place.forEach(id: id) { entry, isOneOfMany in
            done = Progress(messages: done.messages + 1, bytes: done.bytes + entry.message.count)
            bar?.show(done)
            let record = await ReplayRun.record(of: entry, policy: policy, environment: environment)
            switch outputOptions.format {
            case .text:
                if isOneOfMany { output.append(lines: ["==> \(redactor?.place(entry.source) ?? entry.source) <=="]) }
                output.append(
                    folding: Explanation(record, policy: policy, message: entry.message, redactor: redactor).text)
                if isOneOfMany { output.append("\n") }
            case .ndjson: try output.append(line: redactor?.json(record.json) ?? record.json)
            }
            try output.flush()
        }
        try dns.finish()
        if let problem { throw Failure(problem, []) }
    }

    private func environment(_ dns: @escaping @Sendable (Timestamp) -> any DNSView) -> ScreeningEnvironment {
        var environment = ScreeningEnvironment(
            dns: dns, state: nil, stateAbsence: "needs what came before: see assay replay --simulate",
            scanner: scanOptions.scanner)
        environment.scannerAbsence = ScanOptions.absence
        return environment
    }

    /// Tells the story of the transactions of a recorded session.
    private func explain(_ place: TranscriptPlace) async throws {
        guard !asRecorded || dnsOptions.dns == "none" else {
            throw Failure(.usage, "--as-recorded takes the DNS as it was recorded; leave out --dns")
        }
        guard !asRecorded || !scanOptions.scan else {
            throw Failure(.usage, "--as-recorded takes the scanners' answers as they were recorded; leave out --scan")
        }
        let policy = try policyOptions.load()
        let inputs = [place.path] + policyOptions.files + dnsOptions.inputs
        let dns = try recordOptions.recordedDNS(dnsOptions, inputs: inputs)
        let environment = environment(dns.view)
        let replay = TranscriptReplay(policy: policy, environment: environment, answersAsRecorded: asRecorded)
        var output = try FileOutput(path: outputOptions.output, inputs: inputs)
        var told = 0
        let redactor = redact ? Redactor(key: RandomKey.make()) : nil
        let problem = try await place.forEach { session in
            let outcome = await replay.outcome(of: session.session) { session.message(in: $0, limit: 1 << 30) }
            for fault in outcome.faults {
                StandardError.write(
                    TerminalLine.safe("\(session.source): session \(session.session.id) \(fault)") + "\n")
            }
            for (index, record) in outcome.records.enumerated()
            where place.transaction.map({ $0 == index + 1 }) ?? true {
                if let id, !(record.id ?? "").matches(id) { continue }
                var record = record
                record.source = session.source(ofTransaction: index)
                switch outputOptions.format {
                case .text:
                    let story = Explanation(record, policy: policy, redactor: redactor).text
                    output.append(folding: (told > 0 ? "\n" : "") + story)
                case .ndjson: try output.append(line: redactor?.json(record.json) ?? record.json)
                }
                told += 1
            }
            // Without a number, the first that is meant.
            return told == 0
        }
        guard told > 0 else { throw Failure(.noInput, TerminalLine.safe("\(message): no such transaction")) }
        try output.flush()
        try dns.finish()
        if let problem { throw Failure(problem, []) }
    }

    /// Tells the story from the records of a case.
    private func explain(_ place: MessagePlace, inCase path: String) throws {
        guard let number = place.number else {
            throw Failure(.usage, "\(path): is a case file; name a message of it, such as \(path)#1 (see assay query)")
        }
        guard id == nil else { throw Failure(.usage, "--id is for an archive; a message of a case has a number") }
        let policy = policyOptions.files.isEmpty ? nil : try policyOptions.load()
        let file = try CaseFile(reading: path)
        let stored = try file.record(of: number, run: runNumber)
        let redactor = redact ? Redactor(key: try file.redactionKey(proposed: RandomKey.make())) : nil
        var record = stored.record
        if let policy { record.judgement = Judge(policy).rejudge(record) }
        var output = try FileOutput(path: outputOptions.output, inputs: [path] + policyOptions.files)
        switch outputOptions.format {
        case .text:
            let thresholds = policy?.thresholds ?? stored.thresholds
            output.append(folding: Explanation(record, thresholds: thresholds, redactor: redactor).text)
            if let fate = try file.recordedFate(of: number, run: stored.run) {
                let words = redactor?.addresses(in: fate.words) ?? fate.words
                output.append(lines: ["", "The server then", "  \(words)", ""])
            }
            var note = "Told by run \(stored.run) of \(path)"
            if policy != nil { note += ", ruled on anew by the policy named here" }
            output.append(lines: [
                "\(note); the message itself is in \(redactor?.place(record.source) ?? record.source)"
            ])
        case .ndjson:
            var line = record.json
            if let fate = try file.recordedFate(of: number, run: stored.run), case .object(var members) = line {
                members["then"] = fate.json(beside: record)
                line = .object(members)
            }
            try output.append(line: redactor?.json(line) ?? line)
        }
        try output.flush()
    }
}
