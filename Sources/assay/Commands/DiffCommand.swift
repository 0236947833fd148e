import ArgumentParser
import Cases
import Reports
import Screening
import Tuning
import Values

/// `assay diff`
struct DiffCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff",
        abstract: "Tell what another policy would change, message by message.",
        discussion: """
            With two --policy, both rule anew on what a run of the case found, and every message whose fate differs is \
            named with what tips it. With one, it is compared with the policy of the run. A policy that is made of \
            several files is written with commas: --policy base.yaml,trial.yaml.

            What is found does not depend on weights, actions, replies and thresholds, so that one scan answers for \
            any of them; rules of the content filter that ask for the score, or for what was found, are judged anew. Where \
            the policies differ in what stages find (their other settings), or a rule may hold or not, the command says so: \
            replay the archives under both policies into the case, and compare the runs with two --run.

            --fail-if makes a build fail (exit code 1): 'ham: accept->reject > 0', 'spam: reject->* >= 10', \
            'all: changed > 0.5%'. Where the case cannot tell what the policies find, and no condition holds on what it does \
            tell, the exit code is 65: the question is not answered.

            With --recorded, compares what the server did with the transactions of recorded sessions (transcripts, captures, \
            logs of dialogues that were replayed into the case) with what the policy of the run rules, or the one of \
            --policy: what it accepted and the policy would refuse, where, and what of it looks legitimate.

            With --recorded-auth, compares what the receiving server wrote into each message (its \
            Authentication-Results and Received-SPF fields) with what SPF, DKIM, DMARC and ARC find now, and lists \
            where the two disagree. Keys and policies change: an old message mostly disagrees because the DNS no \
            longer has what it had. Whose fields are read: those of --authserv-id; else those of the site that the \
            run's policy names, where a message has such; else those of whoever wrote the topmost. Fields of other \
            hosts, those that the run found to be forged (FORGED_AUTH_RESULTS), and whatever a sender may have made up \
            below them, are left aside.

            With --redact, local parts and content are replaced by tokens, the same as in other output of the case; domains \
            stay.
            """)

    @Argument(help: ArgumentHelp("The case file that assay replay --case wrote.", valueName: "case"))
    var path: String

    @Option(
        name: .customLong("policy"),
        help: ArgumentHelp(
            "A policy to compare: the first is what is, the second what would be.", valueName: "file[,file]"))
    var policies: [String] = []

    @Option(
        name: .customLong("run"),
        help: ArgumentHelp(
            "The run that is compared; the last finished one when left out. Two compare what two runs found.",
            valueName: "n"))
    var runs: [Int] = []

    @Option(
        help: ArgumentHelp("List only these changes: 'accept->reject', '*->reject', 'reject->*'.", valueName: "change"))
    var change: [String] = []

    @Option(help: ArgumentHelp("List only messages with this label.", valueName: "label"))
    var label: ReplayCommand.Label?

    @Option(help: ArgumentHelp("List only messages with this symbol.", valueName: "symbol"))
    var symbol: String?

    @Option(
        name: .customLong("fail-if"),
        help: ArgumentHelp("End with exit code 1 where this holds; may be repeated.", valueName: "condition"))
    var conditions: [String] = []

    @Option(help: ArgumentHelp("List no more messages of each change than this in text.", valueName: "n"))
    var limit = 50

    @Option(help: ArgumentHelp("Draw the comparison as a page in this file too.", valueName: "file"))
    var html: String?

    @Flag(help: "Compare what the server did with recorded sessions with what the policy rules.")
    var recorded = false

    @Flag(name: .customLong("recorded-auth"), help: "Compare with the authentication results that the messages carry.")
    var recordedAuth = false

    @Option(
        name: .customLong("authserv-id"),
        help: ArgumentHelp("Compare with the results that this host wrote.", valueName: "name"))
    var authservID: String?

    @Flag(help: "With --recorded-auth, list what agrees and what cannot be compared too.")
    var all = false

    @Flag(help: "Replace local parts and content by tokens, the same throughout a case; domains stay.")
    var redact = false

    @OptionGroup var outputOptions: OutputOptions

    func validate() throws {
        guard limit >= 0 else { throw ValidationError("--limit is a number of messages.") }
        for text in conditions where ChangeCondition(text) == nil {
            throw ValidationError(
                "--fail-if '\(text)' is not understood; an example: 'ham: accept->reject > 0' (labels ham, spam, "
                    + "unlabelled, all; fates \(Disposition.allCases.map(\.rawValue).joined(separator: ", ")) or *)")
        }
        for text in change where ChangePattern(text) == nil {
            throw ValidationError("--change '\(text)' is not understood; an example: 'accept->reject', '*->reject'")
        }
        if recorded {
            guard policies.count < 2, runs.count < 2, !recordedAuth, authservID == nil, !all else {
                throw ValidationError("--recorded compares one run, under its own policy or the one of --policy.")
            }
            return
        }
        if recordedAuth {
            guard policies.isEmpty, runs.count < 2, conditions.isEmpty, change.isEmpty, label == nil, symbol == nil,
                html == nil
            else {
                throw ValidationError("--recorded-auth compares one run with its messages; leave out the rest.")
            }
            return
        }
        guard authservID == nil, !all else { throw ValidationError("--authserv-id and --all go with --recorded-auth.") }
        switch (policies.count, runs.count) {
        case (1...2, 0...1), (0, 2): break
        case (0, _):
            throw ValidationError(
                "Say what to compare: --policy twice, two --run, --recorded or --recorded-auth.")
        default: throw ValidationError("Compare two policies on one run, or two runs.")
        }
    }

    func run() async throws {
        let holds = try await reportingFailure { try compare() }
        if holds { throw ExitCode(ExitStatus.differs.rawValue) }
    }

    /// Whether a condition holds that should make a build fail.
    private func compare() throws -> Bool {
        let redactor =
            redact ? Redactor(key: try CaseFile(reading: path).redactionKey(proposed: RandomKey.make())) : nil
        if recordedAuth {
            try RecordedDiff(
                path: path, run: runs.first, authservID: authservID, listsAll: all, format: outputOptions.format,
                output: outputOptions.output, redactor: redactor
            ).compare()
            return false
        }
        let selection = FateDiff.Selection(
            patterns: change.compactMap { ChangePattern($0) },
            label: label.map { RunFindings.Label($0.rawValue) }, symbol: symbol.map { Symbol($0) })
        let diff =
            recorded
            ? try FateDiff(
                path: path, run: runs.first, recordedAgainst: policies, selection: selection, redactor: redactor)
            : policies.isEmpty
                ? try FateDiff(
                    FateDiff.Side(path: path, run: runs[0]), FateDiff.Side(path: path, run: runs[1]),
                    selection: selection, redactor: redactor)
                : try FateDiff(
                    path: path, run: runs.first, policies: policies, selection: selection, redactor: redactor)
        for note in diff.notes { StandardError.write(TerminalLine.safe(note) + "\n") }
        var output = try FileOutput(path: outputOptions.output, inputs: [path] + policies)
        switch outputOptions.format {
        case .text: output.append(folding: FateDiffText(diff, limit: limit, columns: output.columns).text)
        case .ndjson: for line in diff.json { try output.append(line: line) }
        }
        try output.flush()
        if let html { try ReplacedFile(path: html, inputs: [path] + policies).finish(Array(diff.page.html.utf8)) }
        var holds = false
        for condition in conditions.compactMap({ ChangeCondition($0) }) {
            let (isMet, count, total) = condition.evaluate(diff.counts)
            guard isMet else { continue }
            holds = true
            StandardError.write("--fail-if '\(condition)' holds: \(count) of \(total) messages\n")
        }
        // What a build is to be stopped by must not pass unseen.
        guard holds || conditions.isEmpty || !diff.isIncomplete else {
            throw Failure(
                .badData,
                "--fail-if cannot be answered from what run findings the case has (see above): replay the archives under "
                    + "both policies into it, and compare two --run")
        }
        return holds
    }
}
