import Archives
import ArgumentParser
import Logs
import Policy
import Screening
import Stages
import State
import Stores
import Values

/// `assay state learn`
struct StateLearn: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "learn",
        abstract: "Remember what mail servers' logs tell of logins, failures and recipients.",
        discussion: """
            Reads logs of Dovecot, Cyrus, Courier, Postfix, Exim and MDaemon, compressed or not, all together in the \
            order of their times, and remembers what stages can use: from which addresses mail was fetched \
            (pop-before-smtp), from which passwords were tried (dynamic-screen), and to whom users have written \
            (greylist; the policy names the local domains). assayd does the same live with the logs that the policy \
            names under learn.

            Entries bear the times of the log, so that a replay with --simulate --state finds what was known then:
              assay state learn mail.log.1 mail.log --before 2024-06-01 --state sqlite:may.db
              assay replay may.mbox --simulate --state sqlite:may.db --policy policy.yaml

            Of the passwords that were tried from a network, those of the last window of dynamic-screen are kept. Each run \
            adds to what is there: a log that is learned twice counts twice.
            """)

    @Argument(help: ArgumentHelp("Logs; - is standard input.", valueName: "log"))
    var files: [String]

    @Option(
        help: ArgumentHelp(
            "Learn of this only: logins, failures or recipients; repeat it for several.", valueName: "subject"))
    var subject: [LearnSettings.Subject] = []

    @Option(
        help: ArgumentHelp(
            "The zone of times that name none, such as +02:00. UTC unless given.", valueName: "offset"))
    var zone: String?

    @Option(
        help: ArgumentHelp(
            """
            A time that no line is later than (RFC 3339, or a date): syslog leaves out the year. Now unless given.
            """, valueName: "time"))
    var before: Timestamp?

    @OptionGroup var stateOptions: StateOptions

    /// The most that is held until all logs are read, to be sorted.
    private static let mostEvents = 5_000_000

    func validate() throws {
        if files.isEmpty { throw ValidationError("Name a log, or - for standard input.") }
        if let zone, LearnSettings.offset(zone) == nil {
            throw ValidationError("--zone: expected an offset from UTC such as +02:00.")
        }
    }

    func run() async throws {
        try await reportingFailure {
            let (policy, source, settings) = try stateOptions.located()
            let offset = zone.flatMap { LearnSettings.offset($0) } ?? .zero
            let clock = LogClock(reference: before ?? WallClock.now, offset: offset)
            var events: [LogEvent] = []
            var (lines, unreadable) = (0, 0)
            for file in files {
                let read = try read(file, clock, into: &events)
                lines += read.lines
                unreadable += read.unreadable
            }
            // Where times are the same, the order of the logs stands.
            let order = events.indices.sorted { (events[$0].time, $0) < (events[$1].time, $1) }
            let lessons = LogLessons(policy, subjects: Set(subject.isEmpty ? LearnSettings.Subject.allCases : subject))
            let state = try await StateOptions.open(source, settings, .writing(makes: true))
            var counts: [LearnSettings.Subject: Int] = [:]
            try await reportingStateFailure {
                for index in order {
                    guard let learned = try await lessons.learn(events[index], in: state) else { continue }
                    counts[learned, default: 0] += 1
                }
            }
            await state.close()
            var output = try FileOutput(path: nil)
            let told = LearnSettings.Subject.allCases.map { "\($0.rawValue) \(counts[$0] ?? 0)" }
            output.append("\(lines) lines read: \(told.joined(separator: ", "))")
            if unreadable > 0 { output.append("; \(unreadable) began with no time or were too long") }
            output.append("\n")
            try output.flush()
        }
    }

    private static func open(_ file: String) throws -> ByteSource {
        do throws(ArchiveError) {
            return file == "-" ? ByteSource(standardInput: ArchiveOptions()) : try ByteSource(path: file)
        } catch {
            throw Failure(error.code.exitStatus, TerminalLine.safe(error.description))
        }
    }

    private static func next(_ source: inout ByteSource) throws -> Bytes? {
        do throws(ArchiveError) {
            return try source.next()
        } catch {
            throw Failure(error.code.exitStatus, TerminalLine.safe(error.description))
        }
    }

    private func read(
        _ file: String, _ clock: LogClock, into events: inout [LogEvent]
    ) throws -> (lines: Int, unreadable: Int) {
        var reader = LogReader(clock: clock)
        var splitter = LogLineSplitter()
        func take(_ line: ArraySlice<UInt8>) throws {
            guard let event = reader.read(line) else { return }
            guard events.count < StateLearn.mostEvents else {
                throw Failure(
                    .badData,
                    TerminalLine.safe("\(file): more than \(StateLearn.mostEvents) events; learn a part at a time"))
            }
            events.append(event)
        }
        var source = try StateLearn.open(file)
        while let chunk = try StateLearn.next(&source) {
            for line in splitter.add(chunk.array[...]) { try take(line) }
        }
        if let last = splitter.finish() { try take(last) }
        return (reader.lineCount + splitter.overlongCount, reader.unreadableCount + splitter.overlongCount)
    }
}

extension LearnSettings.Subject: ExpressibleByArgument {}
