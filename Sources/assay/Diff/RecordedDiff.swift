import Authentication
import Cases
import Screening
import Stages
import Values

/// `assay diff --recorded-auth`: what messages carry beside what a run found.
struct RecordedDiff {
    let path: String
    let run: Int?
    let authservID: String?
    let listsAll: Bool
    let format: OutputFormat
    let output: String?
    /// What leaves out whom a place names; nil where all is told.
    let redactor: Redactor?

    /// Messages that are read from the case in one go.
    private static let batch = 500

    /// Compares, and writes what it finds.
    func compare() throws {
        let file = try CaseFile(reading: path)
        guard try file.keepsRecordedFields() else {
            throw Failure(
                .badData,
                TerminalLine.safe(
                    "\(path): the case is of an assay that did not keep results; replay its archives again"))
        }
        let run = try file.run(self.run)
        for note in try file.unfinishedNotes(behind: run, askedFor: self.run) { StandardError.write(note + "\n") }
        let own = try file.authservID(run: run)
        var report = RecordedDiffReport(
            format: format, listsAll: listsAll,
            output: try FileOutput(path: output, inputs: [path]))
        var last = 0
        while true {
            let messages = try file.recordedMessages(after: last, run: run, limit: RecordedDiff.batch)
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
                    message, at: redactor?.place(message.source) ?? message.source, then,
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
