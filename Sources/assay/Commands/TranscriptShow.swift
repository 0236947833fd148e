import ArgumentParser
import Replay
import Reports
import SMTP
import Values

/// `assay transcript show`
struct TranscriptShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show recorded sessions as dialogues.",
        discussion: """
            TRANSCRIPT is a file (assay-transcript(5)), a capture of packets (pcap) or a log that tells dialogues \
            (assay-logs(5)), plain or compressed, a folder of transcripts or captures, TRANSCRIPT#N for its Nth session, TRANSCRIPT#ID for the session of that name, or - for standard input. Each line has the time since \
            the client connected. Secrets of AUTH are shown as *, whatever recorded them.

            With --format ndjson the sessions come out as a transcript again, one after the other.
            """)

    @Argument(help: ArgumentHelp("The transcripts or sessions.", valueName: "transcript"))
    var places: [String]

    @Option(help: ArgumentHelp("Only the session of this name.", valueName: "id"))
    var session: String?

    @Flag(help: "Show the answers of the DNS, of state and of the mail server behind as well.")
    var answers = false

    @OptionGroup var logOptions: DialogueLogOptions
    @OptionGroup var outputOptions: OutputOptions

    func run() async throws {
        try await reportingFailure {
            var output = try FileOutput(path: outputOptions.output, inputs: places.map { TranscriptPlace($0).path })
            var problem: Failure.Code?
            var isFirst = true
            for text in places {
                var place = TranscriptPlace(text)
                if let session {
                    guard place.key == nil else {
                        throw Failure(.usage, "\(text): names a session already; leave out --session")
                    }
                    place = TranscriptPlace(text, session: session)
                }
                place.logs = logOptions
                let found = try await place.forEach { item in
                    switch outputOptions.format {
                    case .text:
                        if !isFirst { output.append("\n") }
                        output.append(SessionText(item, hasAnswers: answers).text)
                    case .ndjson:
                        var encoder = TranscriptEncoder()
                        for line in item.session.events { output.append(encoder.encode(line)) }
                    }
                    isFirst = false
                    try output.flush()
                    return true
                }
                problem = problem ?? found
            }
            try output.flush()
            if let problem { throw Failure(problem, []) }
        }
    }
}
