import Archives
import Glibc
import Values

/// A file that is written beside its name and takes the name when it is complete: whoever reads it sees all or nothing.
final class ReplacedFile: Sendable {
    private let path: String
    private var partial: String { path + ".part" }

    /// Starts the file, so that a place that cannot be written to is known before the work. Throws when it cannot be
    /// written, and when it would replace one of `inputs`.
    init(path: String, inputs: [String] = []) throws {
        self.path = path
        try FileOutput.refuse(path, overwriting: inputs)
        do {
            _ = try FileOutput(path: path + ".part")
        } catch let failure as Failure {
            // The name beside it is none that anybody gave.
            throw Failure(failure.code, failure.messages.map { $0.replacing(path + ".part", with: path) })
        }
    }

    deinit { unsafe unlink(partial) }

    /// Writes the contents, compressed when the name ends in `.zst`, and gives the file its name.
    func finish(_ contents: [UInt8]) throws {
        var contents = contents
        if path.hasSuffix(".zst") {
            guard let frame = ZstdFrame.compressed(contents) else {
                throw Failure(.inputOutput, "\(path): cannot be compressed; name a file without .zst")
            }
            contents = frame
        }
        var output = try FileOutput(path: partial)
        output.append(contents)
        try output.flush()
        guard unsafe rename(partial, path) == 0 else { throw FileOutput.failure(path) }
    }
}
