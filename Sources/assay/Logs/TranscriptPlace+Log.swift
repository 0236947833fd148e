import Archives
import Glibc
import Logs
import Replay
import Values

extension TranscriptPlace {
    /// A log of dialogues, or what it begins with where it is none.
    struct Opened: ~Copyable {
        var log: DialogueLogReader?
        /// What was read of standard input already.
        var begun: [UInt8] = []
    }

    private static let headSize = 64 << 10

    /// The log that is named; none where something else is, or `options` are missing.
    func opened(_ options: DialogueLogOptions?) throws -> Opened {
        guard let options else { return Opened() }
        var modified = WallClock.now
        if path == "-" {
            let head = try TranscriptPlace.standardInput(upTo: TranscriptPlace.headSize)
            guard DialogueLogReader.isLog(Bytes(head)) else { return Opened(begun: head) }
            var archive = ArchiveOptions()
            archive.begun = head
            let source = ByteSource(standardInput: archive)
            let clock = LogOptions(options).clock(modified: modified)
            return Opened(log: DialogueLogReader(source, clock: clock, client: options.client))
        }
        var status = stat()
        guard unsafe stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG, !isTranscript else {
            return Opened()
        }
        modified = Timestamp(seconds: Int64(status.st_mtim.tv_sec))
        guard var look = try? ByteSource(path: path), let head = try? look.next(maximum: TranscriptPlace.headSize),
            DialogueLogReader.isLog(head), let source = try? ByteSource(path: path)
        else { return Opened() }
        let clock = LogOptions(options).clock(modified: modified)
        return Opened(log: DialogueLogReader(source, clock: clock, client: options.client))
    }

    /// The beginning of standard input.
    private static func standardInput(upTo limit: Int) throws -> [UInt8] {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: limit)
        while bytes.count < limit {
            let count = unsafe Glibc.read(STDIN_FILENO, &buffer, limit - bytes.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw Failure(.inputOutput, "standard input cannot be read") }
            if count == 0 { break }
            bytes += buffer[..<count]
        }
        return bytes
    }

    /// What to know of a log once it is read.
    static func notes(on log: borrowing DialogueLogReader, _ path: String) throws -> [String] {
        let formats = log.tally.byFormat.map(\.name).filter { $0 != LogTally.others && $0 != LogTally.unrecognized }
        guard log.count > 0 else {
            let kind = formats.isEmpty ? "no log that is known" : "a log of \(formats.joined(separator: ", "))"
            throw Failure(
                .badData,
                TerminalLine.safe(
                    "\(path): is \(kind), and tells no dialogue of SMTP; assay-logs(5) says which logs do, and how to make "
                        + "servers write them"))
        }
        var notes: [String] = []
        if log.hasUntimed { notes.append("the log tells no times; that of its last change stands for them") }
        if log.withoutMessage > 0 {
            notes.append(
                "\(log.withoutMessage) of \(log.count) sessions are without their messages, which the log does not hold: "
                    + "what looks at messages cannot be evaluated")
        }
        let unknown = log.tally.unknownCount
        if unknown > 0 {
            notes.append(
                "\(unknown) of \(log.tally.lineCount) lines are not known (assay logs summary shows their shapes)")
        }
        return notes.map { "\(path): \($0)" }
    }
}

extension LogOptions {
    /// What a log of dialogues leaves out.
    fileprivate init(_ options: DialogueLogOptions) {
        self.init()
        (zone, year, span) = (options.zone, options.year, .all)
    }
}
