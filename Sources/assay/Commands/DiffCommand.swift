import ArgumentParser
import Authentication
import Cases
import Screening
import Stages
import Values

/// `assay diff`
struct DiffCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff",
        abstract: "Tell where a case disagrees with what was found before.",
        discussion: """
            With --recorded-auth, compares what the receiving server wrote into each message (its \
            Authentication-Results and Received-SPF fields) with what SPF, DKIM, DMARC and ARC find now, and lists \
            where the two disagree. Keys and policies change: an old message mostly disagrees because the DNS no \
            longer has what it had.

            Whose fields are read: those of --authserv-id; else those of the site that the run's policy names, where a \
            message has such; else those of whoever wrote the topmost. Fields of other hosts, those that the run found \
            to be forged (FORGED_AUTH_RESULTS), and whatever a sender may have made up below them, are left aside.
            """)

    @Argument(help: ArgumentHelp("The case file that assay replay --case wrote.", valueName: "case"))
    var path: String

    @Flag(name: .customLong("recorded-auth"), help: "Compare with the results that the messages carry.")
    var recordedAuth = false

    @Option(
        name: .customLong("authserv-id"),
        help: ArgumentHelp("Compare with the results that this host wrote.", valueName: "name"))
    var authservID: String?

    @Flag(help: "List what agrees and what cannot be compared too.")
    var all = false

    @Option(
        name: .customLong("run"),
        help: ArgumentHelp("The run that is compared; the last finished one when left out.", valueName: "n"))
    var runNumber: Int?

    @OptionGroup var outputOptions: OutputOptions

    func validate() throws {
        guard recordedAuth else {
            throw ValidationError("Say what to compare with: --recorded-auth, the results that the messages carry.")
        }
    }

    func run() async throws {
        try await reportingFailure { try compare() }
    }

    /// Messages that are read from the case in one go.
    private static let batch = 500

    private func compare() throws {
        let file = try CaseFile(reading: path)
        guard try file.keepsRecordedFields() else {
            throw Failure(
                .badData,
                TerminalLine.safe(
                    "\(path): the case is of an assay that did not keep results; replay its archives again"))
        }
        let run = try file.run(runNumber)
        for other in try file.unfinishedRuns() where runNumber == nil && other > run {
            StandardError.write(TerminalLine.safe("\(path): run \(other) was not finished; this is run \(run)") + "\n")
        }
        let own = try file.authservID(run: run)
        var report = DiffReport(
            format: outputOptions.format, listsAll: all,
            output: try FileOutput(path: outputOptions.output, inputs: [path]))
        var last = 0
        while true {
            let messages = try file.recordedMessages(after: last, run: run, limit: DiffCommand.batch)
            guard let end = messages.last else { break }
            for message in messages {
                guard !message.fields.isEmpty else {
                    report.addUnrecorded()
                    continue
                }
                let record = try file.record(of: message.message, run: run).record
                let fields = AuthenticationResultsStage.genuine(
                    message.fields, by: record.judgement.findings.map(\.finding))
                guard let then = RecordedResults(fields, authservID: authservID, own: own) else {
                    report.addUnrecorded()
                    continue
                }
                try report.add(
                    message, then,
                    ResultComparison.compare(
                        then: then.results, now: record.results, absence: record.absences))
            }
            last = end.message
        }
        try report.end()
    }
}

extension CaseFile {
    /// The name under which the site of a run writes results, as the field tells that a stage asked for; nil where none
    /// did.
    fileprivate func authservID(run: Int) throws -> String? {
        let prefix = "{\"effect\":\"add-header\",\"name\":\"\(AuthenticationResults.Form.plain.fieldName)\""
        guard case .addHeader(_, let value)? = try firstEffect(startingWith: prefix, run: run) else { return nil }
        return AuthenticationResults.read(Bytes(value)).results.authservID
    }
}

extension TransactionRecord {
    /// What is found now, as results of methods.
    fileprivate var results: [AuthenticationMethodResult] {
        AuthenticationResultsStage.results(
            of: judgement.findings.map(\.finding), Transaction(session: session, reversePath: reversePath))
    }

    /// Why a method has no result now, by its name, which is its stage's.
    fileprivate var absences: [String: String] {
        var absences: [String: String] = [:]
        for method in ResultComparison.methods {
            if let entry = judgement.notEvaluated.first(where: { $0.stage == method }) {
                absences[method] = entry.omission.reason
            } else if !judgement.evaluations.contains(where: { $0.stage == method }) {
                absences[method] = "not looked at"
            }
        }
        return absences
    }
}
