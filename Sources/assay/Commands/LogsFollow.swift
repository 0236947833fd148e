import Archives
import ArgumentParser
import Logs
import Reports
import Values

/// `assay logs follow`
struct LogsFollow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "follow",
        abstract: "Tell what logs tell, as they are written.",
        discussion: """
            Shows the last entries of each log and those that come, in words, until it is stopped. A log that is rotated or \
            truncated is followed on. How many lines are not known is said on standard error.
            """)

    @Argument(help: ArgumentHelp("The logs.", valueName: "log"))
    var logs: [String]

    @Option(
        help: ArgumentHelp("Only what is about this address, host, queue id or user, as with trace.", valueName: "who"))
    var about: String?

    @Option(help: ArgumentHelp("How many entries that are there already are shown.", valueName: "n"))
    var last = 10

    @OptionGroup var logOptions: LogOptions
    @OptionGroup var outputOptions: OutputOptions

    func validate() throws {
        guard !logs.isEmpty, !logs.contains("-") else { throw ValidationError("Name a log to follow.") }
        guard (0...100_000).contains(last) else { throw ValidationError("--last is a number from 0 to 100000.") }
    }

    func run() async throws {
        try await reportingFailure {
            var output = try FileOutput(path: outputOptions.output, inputs: logs)
            var tails = logs.enumerated().map { LogTail(path: $1, number: $0, options: logOptions) }
            let question = about.map { LogQuestion($0) }
            while !Task.isCancelled {
                var isIdle = true
                for index in tails.indices {
                    let isFirst = !tails[index].hasCaughtUp
                    var (records, state) = tails[index].look(at: WallClock.now)
                    if let note = state.note {
                        StandardError.write(TerminalLine.safe("\(logs[index]): \(note)") + "\n")
                    }
                    isIdle = isIdle && state.isIdle
                    records.removeAll { !logOptions.includes($0) || !(question?.isAbout($0) ?? true) }
                    for record in isFirst ? records.suffix(last) : records[...] {
                        switch outputOptions.format {
                        case .text:
                            let name = logs.count > 1 ? logs[index] : nil
                            output.append(TerminalLine.safe(LogsFollow.line(record, of: name)) + "\n")
                        case .ndjson:
                            guard case .object(var members) = record.json(file: logs[index]) else { continue }
                            members["text"] = .string(record.sentence)
                            try output.append(line: .object(members))
                        }
                    }
                }
                try output.flush()
                if isIdle { try await Task.sleep(for: .milliseconds(250)) }
            }
        }
    }

    /// The record in words; where the log names nobody who writes it, under the name `file`.
    private static func line(_ record: LogRecord, of file: String?) -> String {
        let named = [record.host, record.program].compactMap(\.self).joined(separator: " ")
        let writer = named.isEmpty ? file ?? "" : named
        let parts = [
            record.instant?.time.rfc3339 ?? "?", writer.isEmpty ? nil : writer + ":", record.message.map { $0 + ":" },
            record.sentence,
        ]
        return parts.compactMap(\.self).joined(separator: " ")
    }
}
