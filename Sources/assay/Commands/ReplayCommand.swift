import Archives
import ArgumentParser
import Cases
import Glibc
import Replay
import Reports
import Screening
import State
import Tuning
import Values

/// `assay replay`
struct ReplayCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Replay archived mail and tell what the policy makes of it.",
        discussion: """
            Reads mbox files, Maildirs, MH folders, single messages and folders of them, each also as .zst, .gz, .xz or .bz2, and \
            - for standard input. The kind is found by content. Standard input may also be a list of archives and \
            messages, one a line (mail/spam.mbox.zst, inbox.mbox#17), so that the command is a filter that other \
            programs can spread over machines. Each message is taken back to the session it came \
            in by, as far as its header still tells, and walked through all stages.

            Transcripts of SMTP sessions (assay-transcript(5)), as assayd records them, and captures of packets (pcap) are \
            replayed as they went, each \
            command at its time, and compared with what the server did then. With --as-recorded the stages get the \
            answers of the DNS and of state that were recorded, and every verdict is compared with the recorded one; \
            under the policy of then they are the same.

            Text output adds up: what became of the messages, what was found, what is known of the sessions, what \
            could not be evaluated and why. NDJSON output has one object per message.

            With --simulate, all of that is taken in the order of its times, whatever archive or transcript it is from, \
            the commands of sessions that ran beside one another among each other, by stages that start from nothing or \
            from --state. The output then tells who would have been greylisted and for how long, where the retry is \
            there, who banned, throttled or tarpitted, and which wanted mail that hurts: what is labelled ham, or, \
            without a label, passes SPF or DKIM, or comes from people here or from somebody whom they write to. With \
            --logs, sessions that only the logs tell of take part, at their times: attempts that were put off, recipients \
            that nobody knew, mail of which no copy was kept. Archives may then be left out.

            With --case, what was found is kept in a case file, to be asked with assay query and assay explain CASE#N. \
            A replay that was stopped goes on where it was when it is started again with the same options; with \
            --simulate it starts over, as what the stages remembered is gone. Another policy adds a run to the case. \
            The output has only what was screened this time.

            What the server did then is told beside what the policy rules: in text, what it accepted and the policy would \
            refuse, with what of it looks legitimate; in NDJSON, as "then" of each line. --only-changed leaves out all \
            that both take, or both refuse.

            A damaged part of an archive is reported with its place and the rest is replayed; the exit code is 65 \
            then. With --as-recorded it is 1 when a verdict is not as recorded.
            """)

    @Argument(help: ArgumentHelp("Archives to replay; - is standard input.", valueName: "archive"))
    var archives: [String] = []

    @OptionGroup var policyOptions: PolicyOptions
    @OptionGroup var dnsOptions: DNSOptions
    @OptionGroup var recordOptions: RecordDNSOptions
    @OptionGroup var scanOptions: ScanOptions
    @OptionGroup var outputOptions: OutputOptions

    @Option(
        name: .customLong("case"),
        help: ArgumentHelp("Keep what is found in this case file (SQLite; assay-case(5)).", valueName: "file"))
    var caseFile: String?

    @Option(
        help: ArgumentHelp(
            "Write each message that the policy would change, as it would go on, into this folder.",
            valueName: "folder"))
    var write: String?

    @Option(help: ArgumentHelp("Say that all messages are ham or spam.", valueName: "label"))
    var label: Label?

    @Option(
        help: ArgumentHelp(
            "A tab-separated file of message ids (sha256:…) and labels (ham or spam).", valueName: "file.tsv"))
    var labels: String?

    @Option(
        name: .customLong("label-from"),
        help: ArgumentHelp(
            "What else may label messages: folder, keyword, flag, verdict and move, with commas between; none; all when "
                + "left out. assay label tells what each is.", valueName: "sources"))
    var labelSources: LabelSources?

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp(
            "Logs of the server that the mail came to: what they saw of a message (its client, greeting and recipients) is "
                + "taken from them (assay logs join); with --simulate, the sessions that only they tell of too.",
            valueName: "log"))
    var logs: [String] = []

    @Option(
        name: .customLong("log-zone"),
        help: ArgumentHelp(
            "The zone of times in logs that have none, such as +02:00; UTC when left out.", valueName: "offset"))
    var logZone: LogZone?

    @Option(
        name: .customLong("log-year"),
        help: ArgumentHelp("The year of the last line of logs without years.", valueName: "year"))
    var logYear: Int?

    @OptionGroup var span: TimeSpan

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Messages screened at the same time; as many as there are processors when left out.", valueName: "n"))
    var jobs: Int?

    @Flag(
        help: """
            Start from empty state and replay in time order: what greylisting and other stages that remember would \
            have done.
            """)
    var simulate = false

    @Flag(
        name: .customLong("as-recorded"),
        help: """
            Give the stages the answers of the DNS, of state and of scanners that stand in the transcripts, and compare each \
            verdict with the recorded one.
            """)
    var asRecorded = false

    @Flag(
        name: .customLong("only-changed"),
        help: "Tell only of recorded transactions that this policy would treat otherwise than the server did.")
    var onlyChanged = false

    @Flag(help: "Replace local parts and content by tokens, the same throughout a case; domains stay.")
    var redact = false

    @OptionGroup var simulationState: SimulationState

    @Option(
        name: .customLong("max-message-size"),
        help: ArgumentHelp("Pass over larger messages, and say so; in bytes.", valueName: "bytes"))
    var maximumMessageSize = 64 << 20

    enum Label: String, ExpressibleByArgument, CaseIterable { case ham, spam }

    func validate() throws {
        guard !archives.isEmpty || simulate && !logs.isEmpty else {
            throw ValidationError("Name an archive to replay, or - for standard input.")
        }
        guard jobs.map((1...256).contains) ?? true else { throw ValidationError("--jobs is a number from 1 to 256.") }
        try simulationState.validate(simulate: simulate)
        if asRecorded, simulate {
            throw ValidationError("--as-recorded takes state as it was recorded, --simulate makes it anew; give one.")
        }
        if asRecorded, dnsOptions.dns != "none" {
            throw ValidationError("--as-recorded takes the DNS as it was recorded; leave out --dns.")
        }
        if asRecorded, scanOptions.scan {
            throw ValidationError("--as-recorded takes the scanners' answers as they were recorded; leave out --scan.")
        }
        if onlyChanged, asRecorded {
            throw ValidationError("--only-changed compares with what the server did; --as-recorded does as it did.")
        }
        guard (1...ArchiveOptions.largestMessageSize).contains(maximumMessageSize) else {
            throw ValidationError(
                "--max-message-size is a number of bytes, from 1 to \(ArchiveOptions.largestMessageSize) (1 TiB).")
        }
    }

    func run() async throws {
        try await reportingFailure { try await replay() }
    }

    private func replay() async throws {
        FreedMemory.keep()
        let named = try MessageReferences.expanded(archives)
        var archives = archives
        if let named {
            archives = named.archives
            if archives.isEmpty { return }
        }
        try CaseRecording.refuseCases(among: archives)
        try FileOutput.refuseUnwritable(outputOptions.output, inputs: inputs)
        try FileOutput.refuseUnwritable(simulationState.saved, inputs: inputs)
        let loaded = try policyOptions.loadWithTexts()
        let policy = loaded.policy
        let dns = try recordOptions.recordedDNS(dnsOptions, inputs: inputs)
        let state = simulate ? try await simulationState.memory(policy.state) : nil
        var environment = ScreeningEnvironment(
            dns: dns.view, state: state,
            stateAbsence: "needs what came before: run with --simulate", scanner: scanOptions.scanner)
        environment.scannerAbsence = ScanOptions.absence
        var options = try options(archives, named)
        var recording = try CaseRecording(self, archives, loaded)
        if let recording {
            for note in recording.notes { StandardError.write(TerminalLine.safe(note) + "\n") }
            if recording.isDone { return }
            options.start = recording.start
            recording.prepare(&options)
        }
        if !logs.isEmpty {
            var logOptions = LogOptions()
            (logOptions.zone, logOptions.year, logOptions.span) = (logZone, logYear, .all)
            options.logs = try LogJoining.read(logs, for: options.locations, logOptions).join
            if simulate { options.loggedSessions = LogJoining.sessions(of: logs, zone: logZone, year: logYear) }
        }
        let changed = try ChangedMessages(folder: write)
        if changed != nil { options.changes = ChangedMessages.changes(under: policy) }
        var output = try FileOutput(path: outputOptions.output, inputs: inputs)
        var summary = ReplaySummary()
        var sessions = TranscriptSummary(policy.site)
        let redactor = try self.redactor(recording)
        // Lines of which nobody has to know what the others said are written beside the screening.
        let writesBeside =
            outputOptions.format == .ndjson && redactor == nil && changed == nil && !onlyChanged && labels == nil
            && !options.inTimeOrder
        if writesBeside {
            options.handsOutRecords = false
            options.write = { record, output in
                record.write(to: &output)
                output.append(.lf)
            }
        }
        var tally = SimulationTally(policy.site)
        var bar = ProgressBar(
            totalBytes: StandardError.isTerminal ? ArchiveSize.total(of: archives) : nil,
            goesOn: caseFile != nil && !simulate)
        defer { bar.clear() }
        var firstProblem: Failure.Code?
        var unused = UnusedLabels(file: labels, labels: options.labels)
        do {
            try await ReplayRun(policy: policy, environment: environment, options: options).run(
                deliver: { event in
                    try recording?.add(event)
                    func tell(_ record: TransactionRecord, _ then: RecordedFate? = nil) throws {
                        if onlyChanged, !(then?.differs(from: record.judgement.verdict) ?? false) { return }
                        if outputOptions.format == .text {
                            let shown = redactor.map { $0.record(record) } ?? record
                            summary.add(shown)
                            if simulate { tally.add(SimulatedTransaction(shown)) }
                        }
                        unused.note(record.id)
                        try changed?.write(record)
                        guard outputOptions.format == .ndjson else { return }
                        if redactor == nil, then == nil { return try output.append(line: record) }
                        var line = record.json
                        if let then, case .object(var members) = line {
                            members["then"] = then.json(beside: record)
                            line = .object(members)
                        }
                        try output.append(line: redactor.map { $0.json(line) } ?? line)
                    }
                    func note(_ text: String) {
                        bar.clear()
                        StandardError.write(TerminalLine.safe(text) + "\n")
                    }
                    switch event {
                    case .record(let record): if !writesBeside { try tell(record) }
                    case .session(let result):
                        for (record, fate) in zip(result.outcome.records, result.fates) {
                            try tell(record, asRecorded ? nil : fate)
                        }
                        for _ in 0..<result.skipped { summary.addSkipped() }
                        sessions.add(
                            redactor.map { result.redacted(by: $0) } ?? result,
                            words: { redactor?.addresses(in: $0) ?? $0 })
                        for fault in result.outcome.faults {
                            summary.addProblem()
                            firstProblem = firstProblem ?? .badData
                            note("\(result.source): session \(result.id) \(fault)")
                        }
                        for difference in result.outcome.differences { note("\(result.source): \(difference)") }
                    case .history, .kept: break
                    case .note(let text): note(text)
                    case .problem(let problem):
                        summary.addProblem()
                        firstProblem = firstProblem ?? problem.error.code.exitStatus
                        bar.clear()
                        StandardError.write(TerminalLine.safe(problem.error.description) + "\n")
                    case .skipped:
                        summary.addSkipped()
                    }
                },
                written: { try output.append(lines: $0) },
                finished: { try recording?.finishSource($0) },
                progress: { bar.show($0) })
            try recording?.finish(findsMoves: labelSources?.origins.contains(.move) ?? true)
        } catch let error as SpoolError {
            throw Failure(.inputOutput, error.description)
        }
        bar.clear()
        if asRecorded, sessions.sessions == 0 {
            throw Failure(
                .usage, "--as-recorded is for recorded sessions, and there is none here; see assay-transcript(5)")
        }
        if outputOptions.format == .text {
            output.append(folding: summary.text(columns: output.columns))
            if simulate { output.append("\n" + tally.text(columns: output.columns)) }
            if sessions.sessions > 0 {
                let parts =
                    asRecorded
                    ? [sessions.missingText, sessions.comparison + "\n"] : [sessions.fateText(columns: output.columns)]
                for part in parts where !part.isEmpty { output.append(folding: "\n" + part) }
            }
        } else if asRecorded, sessions.sessions > 0 {
            StandardError.write(sessions.comparison + "\n")
        }
        if asRecorded, sessions.differences > 0 {
            StandardError.write(
                "if the policy is not the one of then, name that one with --policy; rules, lists and models that it "
                    + "names count too, and a Bayes model that has learned since then judges otherwise\n")
        }
        try output.flush()
        if let counts = options.logs?.counts {
            let told = counts.ambiguous > 0 ? " (assay logs join tells which)" : ""
            StandardError.write(
                "logs: \(counts.joined) messages found, \(counts.ambiguous) ambiguous\(told), \(counts.absent) not there\n"
            )
        }
        let isWhole = span.isAll && options.start == ReplayRun.Start()
        if isWhole, let note = unused.note { StandardError.write(TerminalLine.safe(note) + "\n") }
        try dns.finish()
        if let state { try await simulationState.save(state) }
        if let firstProblem { throw ExitCode(firstProblem.rawValue) }
        if sessions.differences > 0 { throw ExitCode(Failure.Code.differs.rawValue) }
    }

    /// What leaves names out, by the key of the case where there is one.
    private func redactor(_ recording: CaseRecording?) throws -> Redactor? {
        guard redact else { return nil }
        let key = RandomKey.make()
        return Redactor(key: try recording?.redactionKey(proposed: key) ?? key)
    }

    /// The files that are read, none of which the output may overwrite.
    private var inputs: [String] {
        archives + logs + policyOptions.files + dnsOptions.inputs + simulationState.inputs
            + [labels, caseFile].compactMap(\.self)
    }

    private func options(_ archives: [String], _ named: MessageReferences?) throws -> ReplayRun.Options {
        var options = ReplayRun.Options(archives.map { $0 == "-" ? .standardInput : .path($0) })
        if let named {
            (options.locations, options.numbers) = (named.locations, named.numbers)
            options.archive.begun = named.begun
        }
        if let labelSources { options.labelOrigins = labelSources.origins }
        options.archive.maximumMessageSize = maximumMessageSize
        options.label = label?.rawValue
        if let labels { options.labels = try LabelFile(labels).labels }
        (options.since, options.until) = (span.since, span.until)
        options.jobs = jobs ?? max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
        options.waitsForAnswers = dnsOptions.isLive || scanOptions.scan
        options.inTimeOrder = simulate
        options.keepsHistories = simulate && caseFile != nil
        options.answersAsRecorded = asRecorded
        return options
    }
}
