import ArgumentParser
import Logs
import Reports
import Values

/// `assay logs trace`
struct LogsTrace: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "trace",
        abstract: "Tell the story of a message, a sender or a client.",
        discussion: """
            WHO is an address of mail (or @domain for all of a domain), the address of a client or next hop (or a network \
            such as 192.0.2.0/24), a queue id, a Message-ID, a user, or the name of a host.

            Told is every line of the messages and sessions that it has to do with: a message with the session that it came \
            by, its deliveries and retries, the notifications that were made of it, and what other servers, whose logs \
            are given too, did with it; a client with all of its sessions and their messages. Each line has the time \
            since the one before.

            The logs are read several times; standard input cannot be.
            """)

    @Argument(help: ArgumentHelp("Who or what to look for.", valueName: "who"))
    var who: String

    @Argument(help: ArgumentHelp("The logs, or folders of them.", valueName: "log"))
    var logs: [String]

    @OptionGroup var logOptions: LogOptions
    @OptionGroup var outputOptions: OutputOptions

    @Flag(help: "Show the lines as they stand in the logs, not in words; what could act on a terminal is escaped.")
    var raw = false

    func validate() throws {
        guard !logs.isEmpty else { throw ValidationError("Name a log to look in.") }
        guard !logs.contains("-") else {
            throw ValidationError("The logs are read more than once: write them to a file.")
        }
        guard !who.isEmpty else { throw ValidationError("Name an address, a queue id or a Message-ID to look for.") }
    }

    func run() async throws {
        try await reportingFailure {
            var files = try LogFileSet(logs, logOptions, now: WallClock.now)
            var output = try FileOutput(path: outputOptions.output, inputs: logs)
            var trace = LogTrace(LogQuestion(who))
            for _ in 0..<8 {
                trace.begin()
                _ = try files.read { records in for record in records { trace.add(record) } }
                if !trace.isUnfinished { break }
            }
            let stories = trace.stories
            let names = files.files.map(\.path)
            let lines = raw ? try LogLines(of: stories.flatMap(\.records).map(\.place), in: names) : nil
            for (number, story) in stories.enumerated() {
                switch outputOptions.format {
                case .text:
                    output.append(
                        (number > 0 ? "\n" : "")
                            + StoryText(story, names: names, lines: lines).text(columns: output.columns))
                case .ndjson:
                    var before: Timestamp?
                    for record in story.records {
                        guard case .object(var members) = record.json(file: names[record.place.file]) else { continue }
                        members["story"] = .integer(number + 1)
                        if let time = record.instant?.time {
                            if let before { members["delta_ms"] = .integer(Int(time.since(before).milliseconds)) }
                            before = time
                        }
                        members["text"] = .string(record.sentence)
                        if let lines { members["raw"] = .string(lines[record.place] ?? "") }
                        try output.append(line: .object(members))
                    }
                }
                try output.flush()
            }
            try output.flush()
            if trace.isCut {
                StandardError.write("assay: more was found than is shown; ask for less, or give --since and --until\n")
            }
            try files.finish()
            if stories.isEmpty {
                throw Failure(.noInput, TerminalLine.safe("\(who): nothing about it is in these logs"))
            }
        }
    }
}
