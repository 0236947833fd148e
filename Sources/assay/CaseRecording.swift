import Archives
import Cases
import DNS
import Glibc
import Replay
import Reports
import Screening
import Values

/// A replay being written into a case file.
struct CaseRecording {
    private var writer: CaseWriter
    private let path: String
    /// Whether rows of messages are made ready where they are screened, and come in batches.
    private let isMadeReady: Bool

    /// Where the replay starts.
    let start: ReplayRun.Start
    /// What the user should know before it does.
    let notes: [String]

    /// The recording that `command` asks for; nil when it asks for none.
    init?(_ command: ReplayCommand, _ archives: [String], _ loaded: LoadedPolicy) throws {
        guard let path = command.caseFile else { return nil }
        self.path = path
        isMadeReady = !command.simulate
        // A run over what is not there would be the case's last one, and hide those before it.
        for archive in archives where archive != "-" {
            if unsafe access(archive, F_OK) == 0 { continue }
            throw Failure(
                .noInput, unsafe "\(archive): \(String(cString: strerror(errno))); nothing was added to \(path)")
        }
        let sources = archives.map {
            RunDescription.Source(location: $0, fingerprint: SourceFingerprint.of($0))
        }
        var description = RunDescription(
            policyFiles: loaded.texts, thresholds: loaded.policy.thresholds, sources: sources,
            options: CaseRecording.options(command, loaded), isInTimeOrder: command.simulate, started: WallClock.now)
        description.keepsHistories = command.simulate
        writer = try CaseWriter(path, description)

        var notes: [String] = []
        var start = ReplayRun.Start()
        switch writer.beginning {
        case .new: break
        case .done: notes.append("\(path): run \(writer.run) has all of this already; nothing to do")
        case .startedOver: notes.append("\(path): run \(writer.run) was stopped; a simulation starts over")
        case .resumed(let source, let events):
            start = ReplayRun.Start(location: source, events: events)
            let place = source < sources.count ? ", \(events) messages into \(sources[source].location)" : ""
            notes.append("\(path): run \(writer.run) goes on where it was stopped\(place)")
        }
        for run in writer.unfinished {
            notes.append("\(path): run \(run) was never finished; start it again with its own options to go on with it")
        }
        (self.start, self.notes) = (start, notes)
    }

    /// Whether the case has the whole run already.
    var isDone: Bool { writer.beginning == .done }

    /// Has a replay make rows ready beside the screening.
    func prepare(_ options: inout ReplayRun.Options) {
        if isMadeReady { options.keep = { CaseRowBatch() } }
    }

    /// Writes what the replay hands out.
    mutating func add(_ event: ReplayRun.Event) throws {
        switch event {
        case .record(let record): if !isMadeReady { try writer.add(record) }
        case .kept(let kept): if let batch = kept as? CaseRowBatch { try writer.add(batch) }
        case .session(let result):
            let fates = result.fates.map { $0.map { StoredFate($0) } }
            try writer.add(result.outcome.records, fates: fates, skipped: result.skipped)
        case .history(let history): try writer.add(history)
        case .note: break
        case .problem(let problem): try writer.addProblem(source: problem.source, text: problem.error.description)
        case .skipped: try writer.addSkipped()
        }
    }

    /// All of the archive at this place among all has been handed out.
    mutating func finishSource(_ position: Int) throws { try writer.finishSource(position) }

    /// The key by which the case leaves out names.
    func redactionKey(proposed: [UInt8]) throws -> [UInt8] { try writer.redactionKey(proposed: proposed) }

    /// Ends the run.
    mutating func finish(findsMoves: Bool) throws {
        let evidence = writer.sources.map { source in
            let digest = FileDigest.ofArchive(source)
            return SourceEvidence(location: source, sha256: digest?.sha256, size: digest?.size)
        }
        try writer.note(evidence, tool: "assay \(Assay.version)")
        try writer.finish(at: WallClock.now, findsMoves: findsMoves)
    }

    /// Throws when one of the archives is a case file.
    static func refuseCases(among archives: [String]) throws {
        for archive in archives where archive != "-" && CaseFile.isDatabase(archive) {
            throw Failure(
                .usage, "\(archive): is a case file, no archive; ask it with assay query or assay explain CASE#N")
        }
    }

    /// All that findings and labels depend on besides the policy and the archives.
    private static func options(_ command: ReplayCommand, _ loaded: LoadedPolicy) -> [String: JSON] {
        var options: [String: JSON] = [
            "version": .string(Assay.version), "dns": .string(command.dnsOptions.dns),
            "dnssec": .bool(command.dnsOptions.dnssecOptions.dnssec),
            "dns_missing": .string(command.dnsOptions.missingOptions.missing.rawValue),
            "label": JSON(command.label?.rawValue),
            "labels": JSON(command.labels), "since": JSON(command.span.since?.rfc3339),
            "until": JSON(command.span.until?.rfc3339), "simulate": .bool(command.simulate),
            "max_message_size": .integer(command.maximumMessageSize),
        ]
        // Only where it is given, so that runs that do without stay the runs they were.
        if let state = command.simulationState.source { options["state"] = .string(state) }
        if let sources = command.labelSources { options["label_from"] = .string(sources.description) }
        if command.asRecorded { options["as_recorded"] = .bool(true) }
        if !command.logs.isEmpty {
            options["logs"] = .array(command.logs.map { .array([.string($0), JSON(SourceFingerprint.of($0))]) })
            options["log_zone"] = JSON(command.logZone.map { "\($0.offset)" })
            options["log_year"] = JSON(command.logYear.map { "\($0)" })
        }
        var files = loaded.lists + [command.labels].compactMap(\.self)
        if let colon = command.dnsOptions.dns.firstIndex(of: ":") {
            let kind = command.dnsOptions.dns[..<colon]
            let name = command.dnsOptions.dns[command.dnsOptions.dns.index(after: colon)...]
            if kind == "snapshot" || kind == "zone" { files.append(String(name)) }
        }
        options["files"] = .array(
            files.sorted().map { .array([.string($0), JSON(SourceFingerprint.of($0))]) })
        return options
    }
}
