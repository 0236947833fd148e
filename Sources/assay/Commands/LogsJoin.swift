import Archives
import ArgumentParser
import Logs
import Mail
import Replay
import Reports
import Values

/// `assay logs join`
struct LogsJoin: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "join",
        abstract: "Find archived messages in the logs of the server that they came to.",
        discussion: """
            For each message of ARCHIVE, which message of the logs it is, and by what that is seen: the queue id and host of \
            a Received field, the Message-ID, the time, the addresses, the size. Where several may be meant, all are named \
            and none is taken. assay replay --logs uses the same, and runs the stages that need what only the logs know.
            """)

    @Argument(
        help: ArgumentHelp("The archive: mbox, Maildir, folder of messages, plain or compressed.", valueName: "archive")
    )
    var archive: String

    @Argument(help: ArgumentHelp("The logs, or folders of them.", valueName: "log"))
    var logs: [String]

    @OptionGroup var logOptions: LogOptions
    @OptionGroup var outputOptions: OutputOptions

    func validate() throws {
        guard !logs.isEmpty, !logs.contains("-") else { throw ValidationError("Name a log to look in.") }
    }

    func run() async throws {
        try await reportingFailure {
            let location: ArchiveLocation = archive == "-" ? .standardInput : .path(archive)
            let (join, tally) = try LogJoining.read(logs, for: [location], logOptions)
            var output = try FileOutput(path: outputOptions.output, inputs: logs + [archive])
            var problem: Failure?
            do throws(ArchiveError) {
                var reader = try ArchiveReader(location)
                while let event = reader.next() {
                    switch event {
                    case .message(let entry):
                        let outcome = join.find(LogKeys(Message(entry.message)))
                        do { try tell(outcome, of: entry.source, to: &output) } catch {
                            throw ArchiveError(.unreadable, file: archive, message: "\(error)")
                        }
                    case .problem(let found):
                        problem =
                            problem ?? Failure(found.error.code.exitStatus, TerminalLine.safe(found.error.description))
                    case .transcript: break
                    }
                }
            } catch {
                throw Failure(error.code.exitStatus, TerminalLine.safe(error.description))
            }
            let counts = join.counts
            if outputOptions.format == .text {
                output.append(
                    "\(counts.joined) joined, \(counts.ambiguous) ambiguous, \(counts.absent) not in the logs\n")
                output.append(folding: tally.text(files: logs, rows: 10))
            }
            try output.flush()
            if let problem { throw problem }
        }
    }

    private func tell(_ outcome: LogJoin.Outcome, of source: String, to output: inout FileOutput) throws {
        switch outputOptions.format {
        case .text:
            let words: String
            switch outcome {
            case .joined(let message, let evidence):
                words = "\(name(message)) by \(evidence.map(\.rawValue).joined(separator: ", "))"
            case .ambiguous(let messages):
                words = "one of \(messages.prefix(10).map { name($0) }.joined(separator: "; "))"
            case .absent: words = "not in the logs"
            }
            output.append(TerminalLine.safe("\(source): \(words)") + "\n")
        case .ndjson:
            var members: [String: JSON] = ["source": .string(source)]
            switch outcome {
            case .joined(let message, let evidence):
                members["outcome"] = .string("joined")
                members["log"] = json(message)
                members["by"] = .array(evidence.map { .string($0.rawValue) })
            case .ambiguous(let messages):
                members["outcome"] = .string("ambiguous")
                members["candidates"] = .array(messages.prefix(50).map { json($0) })
            case .absent: members["outcome"] = .string("absent")
            }
            try output.append(line: .object(members))
        }
    }

    private func name(_ message: LogMessage) -> String {
        [message.id, message.host.map { "on \($0)" }, message.time.map { "at \($0.time.rfc3339)" }].compactMap(\.self)
            .joined(separator: " ")
    }

    private func json(_ message: LogMessage) -> JSON {
        .object([
            "queue_id": .string(message.id), "host": JSON(message.host), "time": JSON(message.time?.time.rfc3339),
            "from": JSON(message.sender),
            "to": .array(message.recipients.map { .string($0.original ?? $0.address) }),
            "client_ip": JSON(message.session?.client),
            "helo": JSON(message.session?.helo), "message_id": JSON(message.messageID),
            "line": .integer(message.place.line),
        ])
    }
}
