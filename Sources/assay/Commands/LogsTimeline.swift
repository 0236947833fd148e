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
                // A terminal has little room: what never happened needs no column.
                let columns = LogsTimeline.columns.filter { column in
                    column.title == "messages" || output.columns == nil || rows.contains { column.count($0) > 0 }
                }
                var table = TextTable(
                    [(title: "from", alignment: .left)] + columns.map { (title: $0.title, alignment: .right) }
                        + [(title: "", alignment: .left)])
                let bar = output.columns == nil ? 20 : 12
                for row in rows {
                    table.add(
                        [LogsTimeline.start(row, isShort: output.columns != nil)]
                            + columns.map { String($0.count(row)) } + [
                                String(repeating: "▪", count: row.messages * bar / most)
                            ])
                }
                output.append(table.text(columns: output.columns))
                if timeline.timelessCount > 0 { output.append("\(timeline.timelessCount) entries tell no time\n") }
                output.append(folding: "\n" + log.tally.text(files: files.files.map(\.path), rows: 10))
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

    /// What is counted, and under which title.
    private static let columns: [(title: String, count: @Sendable (LogTimeline.Row) -> Int)] = [
        ("sessions", { $0.kinds[.connect] ?? 0 }), ("messages", { $0.messages }), ("sent", { $0.sent }),
        ("put off", { $0.deferred }), ("failed", { $0.failed }), ("refused", { $0.kinds[.reject] ?? 0 }),
        ("for now", { $0.kinds[.defer] ?? 0 }), ("warned", { $0.kinds[.warnReject] ?? 0 }),
        ("guesses", { $0.guesses }), ("logins", { $0.kinds[.login] ?? 0 }),
    ]

    /// `2026-11-28 10:00Z` instead of `2026-11-28T10:00:00Z`.
    private static func start(_ row: LogTimeline.Row, isShort: Bool) -> String {
        let text = row.start.rfc3339
        return isShort ? "\(text.prefix(10)) \(text.dropFirst(11).prefix(5))Z" : text
    }
}
