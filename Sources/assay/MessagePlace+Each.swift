import Archives
import Cryptography
import Values

extension MessagePlace {
    /// Calls `body` with each message that lies there: with a number the one it names. What cannot be read is told,
    /// and `problem` learns the exit code that it is worth.
    func each(_ body: (ArchiveEntry) throws -> Void, problem: (Failure.Code) -> Void) throws {
        if number != nil { return try body(entry()) }
        var count = 0
        var reader: ArchiveReader
        do { reader = try ArchiveReader(location) } catch { throw Failure(Failure.Code(error.code), error.description) }
        while let event = reader.next() {
            switch event {
            case .message(let entry):
                count += 1
                try body(entry)
            case .transcript: continue
            case .problem(let part):
                problem(Failure.Code(part.error.code))
                StandardError.write(TerminalLine.safe(part.error.description) + "\n")
            }
        }
        if count == 0 { throw Failure(.noInput, TerminalLine.safe("\(text): there is no message that can be read")) }
    }
}

extension ArchiveEntry {
    /// The SHA-256 of the message, in hexadecimal digits.
    var digest: String { SHA256.hexadecimal(message) }
}
