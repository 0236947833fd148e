import Glibc
import Reports
import Screening
import Values

/// The reader of an output went away (a closed pipe): no reason to complain.
struct OutputClosed: Error {}

/// Buffered output to a file descriptor.
struct FileOutput {
    private let descriptor: Int32
    private let name: String
    private var buffer: [UInt8] = []

    init(descriptor: Int32, name: String) { (self.descriptor, self.name) = (descriptor, name) }

    /// Opens `path` for writing, anew; nil is standard output. Throws when that cannot be done, and when it would
    /// overwrite one of `inputs`.
    init(path: String?, inputs: [String] = []) throws {
        guard let path else {
            self.init(descriptor: STDOUT_FILENO, name: "standard output")
            return
        }
        try FileOutput.refuse(path, overwriting: inputs)
        let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw FileOutput.failure(path) }
        self.init(descriptor: descriptor, name: path)
    }

    /// Adds bytes; they are written when there are enough of them.
    mutating func append(_ bytes: [UInt8]) { buffer += bytes }

    /// Adds text.
    mutating func append(_ text: String) { buffer += text.utf8 }

    /// The width of the terminal that this goes to, in columns; nil where it goes elsewhere, and nobody has to read it
    /// at a width.
    var columns: Int? {
        guard isatty(descriptor) == 1 else { return nil }
        var size = winsize()
        guard unsafe ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col >= 20 else { return 80 }
        return Int(size.ws_col)
    }

    /// Adds lines for people, made safe, and folded where a terminal is narrower.
    mutating func append(lines: [String]) {
        for line in lines { append(folding: TerminalLine.safe(line) + "\n") }
    }

    /// Adds text for people, its lines folded where a terminal is narrower.
    mutating func append(folding text: String) {
        append(columns.map { TerminalText.folded(text, columns: $0) } ?? text)
    }

    /// Adds a line.
    mutating func append(line: JSON) throws {
        line.write(to: &buffer)
        buffer.append(.lf)
        if buffer.count >= 1 << 16 { try flush() }
    }

    /// Adds the line of a replay that tells `record`.
    mutating func append(line record: TransactionRecord) throws {
        record.write(to: &buffer)
        buffer.append(.lf)
        if buffer.count >= 1 << 16 { try flush() }
    }

    /// Adds lines that were written elsewhere.
    mutating func append(lines: [UInt8]) throws {
        if buffer.isEmpty, lines.count >= 1 << 16 { return try write(lines) }
        buffer += lines
        if buffer.count >= 1 << 16 { try flush() }
    }

    /// Writes what is buffered. Throws `OutputClosed` when nobody reads any more, a `Failure` otherwise.
    mutating func flush() throws {
        try write(buffer)
        buffer.removeAll(keepingCapacity: true)
    }

    private func write(_ bytes: [UInt8]) throws {
        var written = 0
        while written < bytes.count {
            let count = unsafe bytes.withUnsafeBytes {
                unsafe Glibc.write(descriptor, $0.baseAddress.map { unsafe $0 + written }, $0.count - written)
            }
            if count < 0 {
                if errno == EINTR { continue }
                if errno == EPIPE { throw OutputClosed() }
                throw FileOutput.failure(name)
            }
            written += count
        }
    }

    /// Lets go of the file, as where many are written; what is not flushed is lost.
    func close() { _ = Glibc.close(descriptor) }

    /// Throws when writing to `path` would overwrite one of `inputs`.
    static func refuse(_ path: String, overwriting inputs: [String]) throws {
        if let input = inputs.first(where: { isSameFile($0, path) }) {
            throw Failure(.usage, "\(path): would overwrite \(input), which is to be read; name another file")
        }
    }

    /// Throws when `path` cannot be written or is one of `inputs`, and leaves what is in it.
    static func refuseUnwritable(_ path: String?, inputs: [String]) throws {
        guard let path else { return }
        try refuse(path, overwriting: inputs)
        // What comes to nothing later leaves nothing behind.
        var descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        if descriptor >= 0 {
            unsafe unlink(path)
        } else if errno == EEXIST {
            descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o644)
        }
        guard descriptor >= 0 else { throw failure(path) }
        _ = Glibc.close(descriptor)
    }

    /// The failure of the last call to the system.
    static func failure(_ name: String) -> Failure {
        Failure(.inputOutput, unsafe "\(name): cannot be written: \(String(cString: strerror(errno)))")
    }

    private static func isSameFile(_ left: String, _ right: String) -> Bool {
        var (one, other) = (stat(), stat())
        guard unsafe stat(left, &one) == 0, unsafe stat(right, &other) == 0, one.st_mode & S_IFMT == S_IFREG else {
            return false
        }
        return one.st_dev == other.st_dev && one.st_ino == other.st_ino
    }
}
