import DNS
import Reports
import Values

/// Captures for people or for programs.
enum DNSOutput {
    /// Adds the captures to `output`: as a table with a line a record, or as the lines of a snapshot.
    static func write(_ captures: [DNSCapture], as format: OutputFormat, to output: inout FileOutput) {
        switch format {
        case .ndjson:
            for capture in captures { output.append(capture.line + "\n") }
        case .text:
            var table = TextTable([
                ("name", .left), ("type", .left), ("ttl", .right), ("captured", .left), ("answer", .left),
            ])
            for capture in captures {
                let question = capture.question
                let cells = [
                    TerminalText.safe(question.name.relativeText), question.type.rawValue,
                    capture.ttl.map(String.init) ?? "", capture.captured?.rfc3339 ?? "",
                ]
                let note = capture.isProvenAbsence ? "  (authentic)" : ""
                for answer in texts(of: capture.answer) { table.add(cells + [TerminalText.safe(answer + note)]) }
            }
            output.append(table.text(columns: output.columns))
        }
    }

    private static func texts(of answer: DNSAnswer) -> [String] {
        switch answer {
        case .records(let records, let authentic):
            records.map { $0.presentation + (authentic ? "  (authentic)" : "") }
        case .noData: ["no data"]
        case .nameError: ["NXDOMAIN"]
        case .serverFailure: ["SERVFAIL"]
        case .timeout: ["time-out"]
        case .unrecorded: ["unrecorded"]
        }
    }
}
