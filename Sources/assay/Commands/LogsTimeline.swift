import ArgumentParser
import Logs
import Reports
import Values

extension LogTimeline.Step: ExpressibleByArgument {}

/// `assay logs timeline`
struct LogsTimeline: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "timeline",
        abstract: "Count what logs tell, hour by hour.",
        discussion:
            "Each row is an hour (or what --by says) that begins at its time; hours in which nothing happened are left out."
    )

    @Argument(help: ArgumentHelp("The logs, or folders of them; - is standard input.", valueName: "log"))
    var logs: [String]

    @OptionGroup var logOptions: LogOptions
    @OptionGroup var outputOptions: OutputOptions

    @Option(help: "How long a row is.")
    var by = LogTimeline.Step.hour

    func validate() throws {
        guard !logs.isEmpty else { throw ValidationError("Name a log, or - for standard input.") }
    }

    func run() async throws {
        try await reportingFailure {
            var files = try LogFileSet(logs, logOptions, now: WallClock.now)
            var output = try FileOutput(path: outputOptions.output, inputs: logs)
            var timeline = LogTimeline(step: by)
            let log = try files.read { records in for record in records { timeline.add(record) } }
            let rows = timeline.inOrder
            switch outputOptions.format {
            case .text:
                let most = max(1, rows.map(\.messages).max() ?? 1)
                var table = TextTable(
                    [(title: "from", alignment: .left)]
                        + [
                            "sessions", "messages", "sent", "put off", "failed", "refused", "for now", "warned",
                            "guesses", "logins",
                        ].map { (title: $0, alignment: .right) }
                        + [(title: "", alignment: .left)])
                for row in rows {
                    let counts = [
                        row.kinds[.connect], row.messages, row.sent, row.deferred, row.failed, row.kinds[.reject],
                        row.kinds[.defer],
                        row.kinds[.warnReject], row.guesses, row.kinds[.login],
                    ]
                    table.add(
                        [row.start.rfc3339] + counts.map { String($0 ?? 0) } + [
                            String(repeating: "▪", count: row.messages * 20 / most)
                        ])
                }
                output.append(table.text(columns: output.columns))
                if timeline.timelessCount > 0 { output.append("\(timeline.timelessCount) entries tell no time\n") }
                output.append("\n" + log.tally.text(files: files.files.map(\.path), rows: 10))
            case .ndjson:
                for row in rows {
                    var members: [String: JSON] = [
                        "time": .string(row.start.rfc3339), "messages": .integer(row.messages),
                        "sent": .integer(row.sent),
                        "deferred": .integer(row.deferred), "failed": .integer(row.failed),
                        "guesses": .integer(row.guesses),
                    ]
                    for kind in LogRecord.Kind.allCases {
                        members["kind_\(kind.rawValue)"] = .integer(row.kinds[kind] ?? 0)
                    }
                    try output.append(line: .object(members))
                }
            }
            try output.flush()
            try files.finish()
        }
    }
}
