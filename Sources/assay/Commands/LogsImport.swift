import ArgumentParser
import Cases
import Logs
import Reports
import Values

/// `assay logs import`
struct LogsImport: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Put what logs tell into a case file.",
        discussion: """
            Of each log the case then has its SHA-256, size and times, the messages that it tells of with their sessions and \
            recipients, and counts for each hour; assay query --sql asks the views log_source, log_message, log_recipient and \
            log_count (assay-case(5)). A log that the case has already is passed over. An import that is stopped leaves \
            nothing behind.
            """)

    @Argument(help: ArgumentHelp("The logs, or folders of them.", valueName: "log"))
    var logs: [String]

    @Option(
        name: .customLong("case"),
        help: ArgumentHelp("The case file; it is made if need be.", valueName: "file"))
    var casePath: String

    @OptionGroup var logOptions: LogOptions

    func validate() throws {
        guard !logs.isEmpty, !logs.contains("-") else { throw ValidationError("Name a log to import.") }
    }

    func run() async throws {
        try await reportingFailure {
            let all = try LogFileSet(logs, logOptions, now: WallClock.now)
            let writer = try CaseLogWriter(casePath, version: Assay.version)
            var seen: Set<String> = []
            var digests: [String] = []
            var wanted: [String] = []
            for file in all.files {
                guard let digest = FileDigest.of(file.path)?.sha256 else {
                    throw Failure(.inputOutput, "\(file.path): cannot be read")
                }
                if try writer.has(sha256: digest) || !seen.insert(digest).inserted {
                    StandardError.write(TerminalLine.safe("\(file.path): the case has it already") + "\n")
                    continue
                }
                wanted.append(file.path)
                digests.append(digest)
            }
            guard !wanted.isEmpty else { return }
            var files = try LogFileSet(wanted, logOptions, now: WallClock.now)
            var tally = LogTally()
            var messages = 0
            do {
                try writer.add { keep, count in
                    var assembler = LogAssembler()
                    var finished: [LogMessage] = []
                    var timelines = files.files.map { _ in LogTimeline(step: .hour) }
                    func flush() throws {
                        messages += finished.count
                        try keep(finished)
                        finished.removeAll(keepingCapacity: true)
                    }
                    var sources = files.files.map { file in
                        let digest = wanted.firstIndex(of: file.path).map { digests[$0] } ?? ""
                        return CaseLogWriter.Source(path: file.path, size: file.size, sha256: digest)
                    }
                    let log = try files.read { records in
                        for record in records {
                            timelines[record.place.file].add(record)
                            assembler.add(record, into: &finished)
                            guard let time = record.instant?.time else { continue }
                            let index = record.place.file
                            sources[index].first = min(sources[index].first ?? time, time)
                            sources[index].last = max(sources[index].last ?? time, time)
                        }
                        try flush()
                    } finished: { index, before, after in
                        sources[index].lines = after.lineCount - before.lineCount
                        sources[index].unknown = after.unknownCount - before.unknownCount
                        sources[index].formats = after.byFormat.filter { name, count in
                            count.seen > before.formats[name]?.seen ?? 0
                        }.map(\.name)
                    }
                    assembler.finish(into: &finished)
                    try flush()
                    for (index, timeline) in timelines.enumerated() {
                        for row in timeline.inOrder { try count(index, row) }
                    }
                    tally = log.tally
                    return sources
                }
            } catch let error as CaseError {
                throw error
            } catch let error as Failure {
                throw error
            } catch {
                throw Failure(.inputOutput, TerminalLine.safe("\(casePath): \(error)"))
            }
            writer.finish()
            var output = FileOutput(descriptor: 1, name: "standard output")
            let counts = [(wanted.count, "log"), (messages, "message")].map { "\($0) \($1)\($0 == 1 ? "" : "s")" }
            output.append(folding: counts.joined(separator: ", ") + "\n" + tally.text(files: wanted, rows: 10))
            try output.flush()
            try files.finish()
        }
    }
}
