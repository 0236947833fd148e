import ArgumentParser
import DNS
import Resolver
import Screening
import Values

/// Where the DNS answers that a command used are written.
struct RecordDNSOptions: ParsableArguments {
    @Option(
        name: .customLong("record-dns"),
        help: ArgumentHelp(
            """
            Write the DNS answers that were used to this file, as a snapshot, compressed when its name ends in .zst; \
            --dns snapshot:FILE then gives the same results again.
            """,
            valueName: "file"))
    var path: String?

    /// The DNS of `options`, recorded where that is wanted. Throws when the source cannot be used, or the file cannot
    /// be written or is one of `inputs`.
    func recordedDNS(_ options: DNSOptions, inputs: [String]) throws -> RecordedDNS {
        let source = try options.source()
        guard options.isLive else {
            guard let path else { return RecordedDNS(view: source, file: nil) }
            let file = try SnapshotFile(path: path, inputs: inputs)
            return RecordedDNS(view: { file.recording.view(of: source($0), at: $0) }, file: file)
        }
        let counts = AnswerCounts(source(Timestamp(seconds: 0)))
        guard let path else { return RecordedDNS(view: { _ in counts }, file: nil, counts: counts) }
        let file = try SnapshotFile(path: path, inputs: inputs)
        // An answer may change while the command runs; recorded, each question has one.
        let steady = SteadyDNS(counts)
        return RecordedDNS(view: { file.recording.view(of: steady, at: $0) }, file: file, counts: counts)
    }
}

/// The DNS of a command, and the file that keeps what it answered.
struct RecordedDNS {
    /// The DNS as of a moment. An answer is recorded as of the event that asked, not of the wall clock: a snapshot
    /// answers an event with the latest capture that is not after it, and so with this one.
    let view: @Sendable (Timestamp) -> any DNSView
    fileprivate let file: SnapshotFile?
    fileprivate var counts: AnswerCounts?

    /// Writes the recording, if there is one, and tells of live questions that had no answer. Throws when none had.
    func finish() throws {
        try file?.finish()
        guard let (asked, unanswered) = counts?.totals, unanswered > 0 else { return }
        let note = "\(unanswered) of \(asked) DNS questions had no answer; ask again, or another server"
        if unanswered == asked { throw Failure(.unavailable, note) }
        StandardError.write(note + "\n")
    }
}

/// A snapshot that is being recorded. It has its name only once it is complete.
private final class SnapshotFile: Sendable {
    let recording = DNSRecording()
    private let file: ReplacedFile

    init(path: String, inputs: [String]) throws { file = try ReplacedFile(path: path, inputs: inputs) }

    func finish() throws { try file.finish(recording.lines.array) }
}
