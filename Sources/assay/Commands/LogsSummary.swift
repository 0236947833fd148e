import ArgumentParser
import Logs
import Replay
import Reports
import Values

/// `assay logs summary`
struct LogsSummary: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "summary",
        abstract: "Add up what logs tell.",
        discussion: """
            How much mail came and went, what was refused and why, how long deliveries took, who sends and receives most, how \
            much was encrypted and authenticated, how greylisting delayed mail (from the first refusal for now to the \
            arrival, for each triplet of client, sender and recipient), and who guesses passwords.

            With --format ndjson there is one object for each figure and row.
            """)

    @Argument(help: ArgumentHelp("The logs, or folders of them; - is standard input.", valueName: "log"))
    var logs: [String]

    @OptionGroup var logOptions: LogOptions
    @OptionGroup var outputOptions: OutputOptions

    @Option(help: ArgumentHelp("Write the figures as a page for a browser into this file too.", valueName: "file"))
    var html: String?

    @Option(help: ArgumentHelp("How many rows each table has.", valueName: "n"))
    var rows = 10

    func validate() throws {
        guard !logs.isEmpty else { throw ValidationError("Name a log, or - for standard input.") }
        guard (1...10_000).contains(rows) else { throw ValidationError("--rows is a number from 1 to 10000.") }
    }

    func run() async throws {
        try await reportingFailure {
            var files = try LogFileSet(logs, logOptions, now: WallClock.now)
            var output = try FileOutput(path: outputOptions.output, inputs: logs)
            var summary = LogSummary()
            try FileOutput.refuseUnwritable(html, inputs: logs)
            var timeline = LogTimeline(step: .hour)
            let log = try files.read { records in
                summary.add(records)
                if html != nil { for record in records { timeline.add(record) } }
            }
            summary.finish()
            let names = files.files.map(\.path)
            switch outputOptions.format {
            case .text:
                if let times = log.times {
                    output.append("From \(times.lowerBound.rfc3339) to \(times.upperBound.rfc3339)\n")
                }
                output.append(folding: summary.text(rows: rows, columns: output.columns))
                output.append(folding: "\n" + log.tally.text(files: names, rows: rows))
            case .ndjson:
                if let times = log.times {
                    try output.append(
                        line: .object([
                            "figure": .string("time"), "first": .string(times.lowerBound.rfc3339),
                            "last": .string(times.upperBound.rfc3339),
                        ]))
                }
                for line in summary.json(rows: rows) + log.tally.json(files: names) { try output.append(line: line) }
            }
            try output.flush()
            if let html {
                let span = log.times.map { "\($0.lowerBound.rfc3339) to \($0.upperBound.rfc3339)" } ?? "no times"
                let title = names.count == 1 ? names[0] : "\(names.count) logs"
                let page = LogPage(summary, timeline, log.tally, title: title, subtitle: span, rows: max(rows, 50))
                var file = try FileOutput(path: html, inputs: logs)
                file.append(page.html)
                try file.flush()
            }
            try files.finish()
        }
    }
}
