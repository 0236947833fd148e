import Glibc
import Values

/// Buffered output to a file descriptor.
struct FileOutput {
    /// The system's own words for what went wrong.
    struct WriteError: Error, CustomStringConvertible {
        let description: String
        /// The reader went away (a closed pipe): no reason to complain.
        let isBrokenPipe: Bool
    }

    private let descriptor: Int32
    private var buffer: [UInt8] = []

    init(descriptor: Int32) { self.descriptor = descriptor }

    /// Opens `path` for writing, anew; nil is standard output.
    init(path: String?) throws {
        guard let path else {
            self.init(descriptor: STDOUT_FILENO)
            return
        }
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            throw Failure(.inputOutput, "\(path): cannot be written: \(String(cString: strerror(errno)))")
        }
        self.init(descriptor: descriptor)
    }

    /// Adds bytes; they are written when there are enough of them.
    mutating func append(_ bytes: [UInt8]) { buffer += bytes }

    /// Adds a line.
    mutating func append(line: JSON) throws {
        line.write(to: &buffer)
        buffer.append(.lf)
        if buffer.count >= 1 << 16 { try flush() }
    }

    /// Writes what is buffered.
    mutating func flush() throws {
        var written = 0
        while written < buffer.count {
            let count = buffer.withUnsafeBytes {
                Glibc.write(descriptor, $0.baseAddress.map { $0 + written }, $0.count - written)
            }
            if count < 0 {
                if errno == EINTR { continue }
                throw WriteError(description: String(cString: strerror(errno)), isBrokenPipe: errno == EPIPE)
            }
            written += count
        }
        buffer.removeAll(keepingCapacity: true)
    }
}
