import Archives
import SMTP
import Values

/// The lines of one session in a transcript, octet for octet as they stand there.
enum SessionLines {
    /// The lines of the session called `id` in the transcript at `path`, decompressed; nil when there are none, or more
    /// than `limit` octets.
    static func of(_ id: String, in path: String, limit: Int = 1 << 30) throws -> Bytes? {
        var found: [UInt8] = []
        do {
            var source = try ByteSource(path: path)
            var line: [UInt8] = []
            func take() {
                var decoder = TranscriptDecoder(file: path)
                let outputs = decoder.consume(Bytes(line)) + [decoder.finish()].compactMap(\.self)
                for case .success(let decoded) in outputs where decoded.session == id { found += line }
                line = []
            }
            while let piece = try source.next() {
                var start = 0
                while let end = piece.withSpan({ $0.firstIndex(of: .lf, from: start) }) {
                    line += piece[start..<end + 1]
                    start = end + 1
                    take()
                    guard found.count <= limit else { return nil }
                }
                line += piece[start..<piece.count]
                guard line.count <= limit else { return nil }
            }
            if !line.isEmpty { take() }
        } catch {
            throw Failure(error.code.exitStatus, TerminalLine.safe(error.description))
        }
        return found.isEmpty ? nil : Bytes(found)
    }
}
