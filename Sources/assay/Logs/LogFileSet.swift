import Archives
import Glibc
import Logs
import Replay
import Values

/// The logs that a command is given, read one after the other in the order of the times in them: a rotated set from its
/// oldest file on.
struct LogFileSet {
    /// A file, and what a first look at it says.
    struct File {
        let path: String
        let clock: LogClock
        let first: Timestamp?
        let size: Int
    }

    /// The files in the order in which they are read.
    let files: [File]
    /// Files that cannot be read to their end, and why.
    private(set) var problems: [Failure] = []
    private let options: LogOptions

    /// Looks at the files at `paths`, and at those in folders; they may be compressed. Standard input (`-`)
    /// and pipes are read to their end where they are but once, in their place among the others.
    init(_ paths: [String], _ options: LogOptions, now: Timestamp) throws {
        self.options = options
        var found: [File] = []
        for path in try paths.flatMap({ try LogFileSet.expanded($0) }) {
            var modified = now
            var first: Timestamp?
            var status = stat()
            if path != "-" {
                guard unsafe stat(path, &status) == 0 else {
                    throw Failure(.noInput, unsafe "\(path): cannot be read: \(String(cString: strerror(errno)))")
                }
                if status.st_mode & S_IFMT == S_IFREG {
                    modified = Timestamp(seconds: Int64(status.st_mtim.tv_sec))
                    // A pipe cannot be looked into and read again.
                    first = try LogFileSet.firstTime(in: path, options.clock(modified: modified))
                }
            }
            let clock = options.clock(modified: modified)
            found.append(File(path: path, clock: clock, first: first, size: Int(status.st_size)))
        }
        // Files in which no time is found keep their place among the others.
        var latest = Timestamp(milliseconds: .min)
        let keyed = found.enumerated().map { index, file -> (Timestamp, Int, File) in
            if let first = file.first { latest = max(latest, first) }
            return (file.first ?? latest, index, file)
        }
        files = keyed.sorted { ($0.0.milliseconds, $0.1) < ($1.0.milliseconds, $1.1) }.map(\.2)
    }

    /// The bytes of all files, as they are stored.
    var size: Int { files.reduce(0) { $0 + $1.size } }

    /// Reads all, from the first record to the last; `each` gets the records of some lines at a time, and may empty the
    /// array. `finished` is told of each file what had been counted before it and after it.
    mutating func read(
        _ each: (inout [LogRecord]) throws -> Void,
        finished: (_ file: Int, _ before: LogTally, _ after: LogTally) -> Void = { _, _, _ in }
    ) throws -> LogImport {
        var log = LogImport(clock: files.first?.clock ?? LogClock(reference: Timestamp(seconds: 0)))
        var records: [LogRecord] = []
        problems = []
        var bar = ProgressBar(totalBytes: size, countsMessages: false)
        defer { bar.clear() }
        var done = 0
        for (index, file) in files.enumerated() {
            let before = log.tally
            log.begin(file: index, clock: file.clock)
            do {
                var source =
                    file.path == "-" ? ByteSource(standardInput: ArchiveOptions()) : try ByteSource(path: file.path)
                while let chunk = try source.next(maximum: 128 << 10) {
                    log.add(chunk.array[...], into: &records)
                    try hand(&records, to: each)
                    bar.show(Progress(bytes: done + source.bytesRead))
                }
                done += source.bytesRead
            } catch let error as ArchiveError {
                problems.append(Failure(error.code.exitStatus, error.description))
            }
            log.finish(into: &records)
            try hand(&records, to: each)
            finished(index, before, log.tally)
        }
        if problems.isEmpty, !log.tally.isOfKnownFormat { throw unknown(log.tally) }
        return log
    }

    /// What is said when no line of any of the files was of a known format.
    private func unknown(_ tally: LogTally) -> Failure {
        let names = files.map(\.path)
        let file = names.count == 1 ? names[0] : "\(names[0]) and \(names.count - 1) more"
        let lines = tally.unknownCount
        guard lines > 0 else { return Failure(.badData, TerminalLine.safe("\(file): no known log: nothing is in it")) }
        let what = lines == 1 ? "its line is" : "none of its \(lines) lines is"
        return Failure(
            .badData,
            TerminalLine.safe("\(file): no known log: \(what)\(lines == 1 ? " not" : "") of ")
                + LogFormats.names.joined(separator: ", "))
    }

    /// Tells of files that could not be read to their end, when all else is done.
    func finish() throws {
        guard let first = problems.first else { return }
        throw Failure(first.code, problems.flatMap(\.messages).map { TerminalLine.safe($0) })
    }

    private func hand(_ records: inout [LogRecord], to each: (inout [LogRecord]) throws -> Void) throws {
        if !options.span.isAll { records.removeAll { !options.includes($0) } }
        if !records.isEmpty { try each(&records) }
        records.removeAll(keepingCapacity: true)
    }

    private static func firstTime(in path: String, _ clock: LogClock) throws -> Timestamp? {
        do throws(ArchiveError) {
            var source = try ByteSource(path: path)
            guard let head = try source.next(maximum: 128 << 10) else { return nil }
            var log = LogImport(clock: clock)
            var records: [LogRecord] = []
            log.begin(file: 0, clock: clock)
            log.add(head.array[...], into: &records)
            log.finish(into: &records)
            return records.lazy.compactMap { $0.instant?.time }.first
        } catch {
            if error.code.exitStatus == .badData { return nil }
            throw Failure(error.code.exitStatus, error.description)
        }
    }

    /// The files in a folder, without what lies deeper; a file is itself.
    private static func expanded(_ path: String) throws -> [String] {
        var status = stat()
        guard path != "-", unsafe stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else { return [path] }
        let names = (FolderNames.of(path) ?? []).map { "\(path)/\($0)" }.filter { name in
            var inner = stat()
            return unsafe stat(name, &inner) == 0 && inner.st_mode & S_IFMT == S_IFREG
        }
        guard !names.isEmpty else { throw Failure(.noInput, "\(path): has no files") }
        return names
    }
}
