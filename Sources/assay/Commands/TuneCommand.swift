import ArgumentParser
import Cases
import Policy
import Screening
import Stages
import State
import Tuning
import Values

/// `assay tune`
struct TuneCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tune",
        abstract: "Learn a better policy from labelled mail, and say what it would change.",
        discussion: """
            Learns weights for the symbols that a run found, and thresholds, from the older labelled messages of a \
            case; tells what they come to on the newer ones, which nothing was learned from; and writes an overlay with \
            the reason for each number beside it, to be loaded over the policy (--policy policy.yaml --policy \
            tuned.yaml, in assay and in assayd). Ham that the new policy would catch is always listed.

            A weight keeps its sign, and stays within --cap. A refusing action that meets more ham than --refused-ham \
            allows becomes a weight. Of thresholds, those are taken that cost least: a ham that is caught costs \
            --cost-ratio times what a spam let through does, a ham refused ten times as much again. For this, each fifth of \
            the older messages is scored by what the others teach. Where those so far cost no more than chance may have it \
            (one standard error), they stay, or go to where they catch as much with the new weights. The same case and \
            options always give the same overlay.

            Mail that comes in, goes out or stays here is told apart by the policy's local_domains, trusted_networks and \
            lan_networks: --by direction tunes each direction for itself too, --by domain each local domain (that of the \
            recipients; of the sender for mail that goes out). With --overlay tuned.yaml, the overlay of a part is in \
            tuned.inbound.yaml and so on, for the assayd that serves that part. --direction and --domain look at that \
            part alone.

            With --simulate, the case being a simulation's (assay replay --simulate --case), tries settings of greylisting, \
            tarpitting, dynamic screening and throttling on the sessions as they went then, reading no message again, and \
            tells what each would stop; the wanted mail that it would hold up or refuse stands first. The overlay has the \
            best of each stage, each tried beside those of the others.

            Labels come with the replay, or from a review: assay label tells from where. assay diff shows every message \
            whose fate the overlay changes.
            """)

    @Argument(help: ArgumentHelp("The case file that assay replay --case wrote.", valueName: "case"))
    var path: String

    @OptionGroup var policyOptions: PolicyOptions

    @Option(
        name: .customLong("overlay"),
        help: ArgumentHelp(
            "Write the overlay to this file; without it, nothing but the results is told.", valueName: "file"))
    var overlayFile: String?

    @Option(
        name: .customLong("run"),
        help: ArgumentHelp("The run that is learned from; the last finished one when left out.", valueName: "n"))
    var runNumber: Int?

    @Option(
        name: .customLong("cost-ratio"), parsing: .unconditional,
        help: ArgumentHelp("What a ham that is caught costs, a spam let through being 1.", valueName: "ratio"))
    var costRatio = 10.0

    @Option(
        name: .customLong("refused-ham"),
        help: ArgumentHelp("The share of ham that may be refused, in per cent.", valueName: "percent"))
    var refusedHam = 0.1

    @Option(
        help: ArgumentHelp(
            "The most that a symbol may weigh, in points; one that weighs more so far may keep that.",
            valueName: "points"))
    var cap = 5.0

    @Option(
        name: .customLong("holdout"),
        help: ArgumentHelp("The share of the newest messages to tell results for, in per cent.", valueName: "percent"))
    var holdout = 30.0

    @Option(
        name: .customLong("minimum-hits"),
        help: ArgumentHelp("Leave alone what fewer messages than this have.", valueName: "n"))
    var minimumHits = 5

    @Flag(help: "Try settings of the stages that remember, on a run of assay replay --simulate.")
    var simulate = false

    @Option(
        help: ArgumentHelp(
            """
            With --simulate, start from what is remembered there: sqlite:PATH, redis://HOST:PORT, or file:PATH. Unless \
            given, from where the replay that made the run did.
            """,
            valueName: "source"))
    var state: String?

    @Flag(name: .customLong("thresholds-only"), help: "Leave the weights as they are.")
    var thresholdsOnly = false

    @Flag(name: .customLong("weigh-neutral"), help: "Learn weights for symbols that weigh nothing so far too.")
    var weighNeutral = false

    @Option(help: ArgumentHelp("Tune each part for itself too.", valueName: "direction|domain"))
    var by: MessageGroups.Kind?

    @Option(help: ArgumentHelp("Look at mail of this direction alone.", valueName: "inbound|outbound|local"))
    var direction: MailDirection?

    @Option(help: ArgumentHelp("Look at mail for this local domain alone.", valueName: "domain"))
    var domain: String?

    @Option(help: ArgumentHelp("Rows of each table in text.", valueName: "n"))
    var limit = 30

    @OptionGroup var outputOptions: OutputOptions

    func validate() throws {
        guard simulate || state == nil else { throw ValidationError("--state is of use only with --simulate.") }
        guard costRatio > 0, costRatio <= 1_000_000 else {
            throw ValidationError("--cost-ratio is a number above 0, such as 10.")
        }
        guard (0...100).contains(refusedHam) else { throw ValidationError("--refused-ham is a percentage.") }
        guard cap >= 0.1, cap <= 1000 else { throw ValidationError("--cap is a number of points from 0.1 to 1000.") }
        guard (5...90).contains(holdout) else { throw ValidationError("--holdout is a percentage from 5 to 90.") }
        guard minimumHits > 0, limit >= 0 else {
            throw ValidationError("--minimum-hits and --limit are numbers of messages.")
        }
    }

    func run() async throws {
        if simulate {
            try await reportingFailure { try await tuneSimulation() }
        } else {
            try await reportingFailure { try tune() }
        }
    }

    private func tune() throws {
        let inputs = [path] + policyOptions.files
        try FileOutput.refuseUnwritable(overlayFile, inputs: inputs)
        let file = try CaseFile(reading: path)
        let run = try file.run(runNumber)
        for note in try file.unfinishedNotes(behind: run, askedFor: runNumber) { StandardError.write(note + "\n") }
        let base = try BasePolicy(policyOptions.files, file, run: run)
        var findings = try file.findings(run: run)
        let groups =
            by == nil && direction == nil && domain == nil
            ? nil : try MessageGroups(file, run: run, site: base.policy.site)
        if let groups {
            findings = findings.messages { number in
                (direction.map { groups.direction(of: number) == $0 } ?? true)
                    && (domain.map { groups.domains(of: number).contains($0.asciiLowercased) } ?? true)
            }
        }
        func report(_ findings: RunFindings, group: String?, overlayFile: String?) throws -> TuningReport {
            let words = group.map { ", \($0) only" } ?? ""
            let tuning = try PolicyTuning(
                findings, base: base.policy, options: options,
                title: "\(path), run \(run)\(words), over \(base.name)", overlaying: base.overlaid)
            if let overlayFile {
                var output = try FileOutput(path: overlayFile, inputs: inputs)
                output.append(tuning.overlay)
                try output.flush()
            }
            let heads = try file.heads(of: tuning.caught(.ham).map(\.number), run: run)
            return TuningReport(
                tuning, path: path, run: run, base: base.name, heads: heads, costRatio: costRatio,
                overlayFile: overlayFile, group: group)
        }
        let whole: TuningReport
        let part = [direction?.rawValue, domain].compactMap(\.self)
        do {
            whole = try report(
                findings, group: part.isEmpty ? nil : part.joined(separator: ", "), overlayFile: overlayFile)
        } catch let obstacle as PolicyTuning.Obstacle {
            let words = part.isEmpty ? "" : " of \(part.joined(separator: ", "))"
            throw Failure(.badData, TerminalLine.safe("\(path)\(words): \(obstacle.words)"))
        }
        for (what, count) in whole.tuning.unknown {
            StandardError.write(
                TerminalLine.safe(
                    "\(what), in \(Counted.messages(count)); replay the archives under the tuned "
                        + "policy to know") + "\n")
        }
        var output = try FileOutput(path: outputOptions.output, inputs: inputs + [overlayFile].compactMap(\.self))
        switch outputOptions.format {
        case .text: output.append(folding: whole.text(limit: limit, columns: output.columns))
        case .ndjson: for line in whole.json { try output.append(line: line) }
        }
        if let by, let groups {
            if by == .domain, base.policy.site.localDomains.isEmpty {
                StandardError.write("the policy names no local_domains: no mail is told apart by domain\n")
            }
            for group in groups.names(by) {
                do {
                    let report = try report(
                        findings.messages { groups.contains($0, group, by) }, group: group,
                        overlayFile: overlayFile.map { MessageGroups.file($0, of: group) })
                    switch outputOptions.format {
                    case .text: output.append(folding: report.groupText(limit: limit, columns: output.columns))
                    case .ndjson: for line in report.json { try output.append(line: line) }
                    }
                } catch let obstacle as PolicyTuning.Obstacle {
                    StandardError.write(TerminalLine.safe("\(group) is not tuned alone: \(obstacle.words)") + "\n")
                }
            }
        }
        try output.flush()
    }

    private func tuneSimulation() async throws {
        let inputs = [path] + policyOptions.files
        try FileOutput.refuseUnwritable(overlayFile, inputs: inputs)
        let file = try CaseFile(reading: path)
        let run = try file.run(runNumber)
        let base = try BasePolicy(policyOptions.files, file, run: run)
        guard let histories = try file.histories(run: run) else {
            throw Failure(
                .badData,
                TerminalLine.safe(
                    "\(path): run \(run) is no simulation; make one with assay replay --simulate --case \(path)"))
        }
        var bar = ProgressBar()
        defer { bar.clear() }
        let memory = try await SimulationState.memory(of: state ?? file.startingState(run: run), base.policy.state)
        var start: [HeldEntry] = []
        try await memory.entries(under: "") { batch in
            start += batch
            return true
        }
        let tuning = SimulationTuning(
            path: TerminalLine.safe(path), run: run, costRatio: costRatio, limit: limit, start: start,
            policy: { overlay in try overlay.map { try base.overlaid($0) } ?? base.policy },
            progress: { bar.show($0, of: $1, "settings tried") })
        var output = try FileOutput(path: outputOptions.output, inputs: inputs + [overlayFile].compactMap(\.self))
        let overlay: String
        switch outputOptions.format {
        case .text:
            let report = try await tuning.text(histories, columns: output.columns)
            bar.clear()
            output.append(folding: report.text)
            overlay = report.overlay
        case .ndjson:
            let report = try await tuning.json(histories)
            bar.clear()
            for line in report.lines { try output.append(line: line) }
            overlay = report.overlay
        }
        try output.flush()
        guard let overlayFile else { return }
        var written = try FileOutput(path: overlayFile, inputs: inputs)
        written.append(overlay.isEmpty ? "version: 1\n" : overlay)
        try written.flush()
    }

    private var options: TuningOptions {
        var options = TuningOptions()
        (options.costRatio, options.refusedHam, options.holdout) = (costRatio, refusedHam / 100, holdout / 100)
        options.cap = Int((cap * 1000).rounded())
        options.minimumHits = minimumHits
        (options.learnsWeights, options.weighsNeutral) = (!thresholdsOnly, weighNeutral)
        return options
    }
}

/// The policy that is tuned: the one that the command names, or that of the run.
private struct BasePolicy {
    let policy: ScreeningPolicy
    /// Its name for people.
    let name: String
    private let files: [String]
    private let texts: [Bytes]

    init(_ named: [String], _ file: CaseFile, run: Int) throws {
        if named.isEmpty {
            let stored = try file.policyFiles(run: run)
            (files, texts) = (stored.map(\.name), stored.map { Bytes($0.text) })
        } else {
            files = named
            texts = try named.map { try PolicyLoading(named).contents(of: $0) }
        }
        policy = try PolicyLoading(files).policy(texts: texts)
        name = files.isEmpty ? "the built-in defaults" : files.joined(separator: ", ")
    }

    /// The policy with `overlay` over it.
    func overlaid(_ overlay: String) throws -> ScreeningPolicy {
        try PolicyLoading(files + ["tuned"]).policy(texts: texts + [Bytes(overlay)])
    }
}

extension PolicyTuning.Obstacle {
    fileprivate var words: String {
        switch self {
        case .tooFew(let label, let count):
            "\(count) \(count == 1 ? "message is" : "messages are") labelled \(label.name), and "
                + "\(PolicyTuning.fewest) are wanted at least; label them when you replay (--label \(label.name), or "
                + "--labels FILE with more), or with assay label"
        case .nothingToTell: "nothing was found that tells one message from another; run more stages, or give them DNS"
        }
    }
}
