import Archives
import ArgumentParser
import Cryptography
import Replay
import SMTP
import Values

/// `assay transcript import`
struct TranscriptImport: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Put recorded, captured or logged sessions into one transcript.",
        discussion: """
            Reads transcripts, captures of packets (pcap and pcapng, as tcpdump writes them), folders of either, and logs \
            that tell dialogues, each also as .gz, .zst, .xz or .bz2, and writes their sessions one after the other in the form of \
            assay-transcript(5): keys sorted, messages that lie in files of their own taken in, secrets of AUTH left out \
            whatever recorded them. Lines that cannot be read are told with their places; the exit code is 65 then.

            Of a capture, each connection that carries SMTP is a session. What was lost is told as a gap in it, and what \
            TLS protects as opaque; assay-transcript(5) says how connections are put together.

            Logs that tell dialogues are MDaemon's SMTP-(in) and SMTP-(out), Exchange's SmtpReceive and SmtpSend, what swaks \
            prints, what recordio writes for qmail, what Postfix tells of peers in debug_peer_list, Exim's debugging of \
            smtp_protocol, and others (assay-logs(5)). What a log leaves out is told: most hold no messages, so that stages \
            that look at those have nothing to go by; a log that a client kept does not tell the client's address \
            (--client).

            Example: assay transcript import monday.pcap.gz --output monday.ndjson.zst
            """)

    @Argument(help: ArgumentHelp("The transcripts, captures or logs; - is standard input.", valueName: "transcript"))
    var places: [String]

    @OptionGroup var logOptions: DialogueLogOptions

    @Option(
        help: ArgumentHelp(
            "Write to this file, compressed when its name ends in .zst, instead of standard output.", valueName: "file")
    )
    var output: String?

    func run() async throws {
        try await reportingFailure {
            var file = try FileOutput(path: output, inputs: places.map { TranscriptPlace($0).path })
            let isCompressed = output?.hasSuffix(".zst") ?? false
            var lines: [UInt8] = []
            func write() throws {
                if isCompressed {
                    guard let frame = ZstdFrame.compressed(lines) else {
                        throw Failure(.inputOutput, "not enough memory to compress")
                    }
                    file.append(frame)
                } else {
                    file.append(lines)
                }
                lines = []
                try file.flush()
            }
            var problem: Failure.Code?
            for name in places {
                var place = TranscriptPlace(name)
                place.logs = logOptions
                let found = try await place.forEach { item in
                    var encoder = TranscriptEncoder()
                    for line in item.session.events {
                        lines += encoder.encode(TranscriptImport.whole(line, of: item, &problem))
                    }
                    if lines.count >= 1 << 20 { try write() }
                    return true
                }
                problem = problem ?? found
            }
            if !lines.isEmpty { try write() }
            if let problem { throw Failure(problem, []) }
        }
    }

    /// The line with its message in it. One that cannot be had stays where it is said to be.
    private static func whole(
        _ line: TranscriptLine, of item: TranscriptSession, _ problem: inout Failure.Code?
    ) -> TranscriptLine {
        guard case .message(let message) = line.event, case .file(let name) = message.content else { return line }
        guard let bytes = item.message(in: name, limit: 64 << 20) else {
            problem = problem ?? .noInput
            StandardError.write(TerminalLine.safe("\(item.source): the message in '\(name)' cannot be had") + "\n")
            return line
        }
        return TranscriptLine(
            session: line.session, time: line.time,
            event: .message(
                RecordedMessage(
                    sha256: message.sha256 ?? SHA256.hexadecimal(bytes), content: .inline(bytes),
                    defects: message.defects)), number: line.number, marks: line.marks)
    }
}
