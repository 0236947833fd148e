import Archives
import Values

/// Files that are read whole: policies, messages, label lists.
enum InputFile {
    /// Why a file could not be read.
    struct ReadError: Error, CustomStringConvertible {
        let code: Failure.Code
        let description: String

        /// The command's failure that this is.
        var failure: Failure { Failure(code, description) }
    }

    /// What can be read of `path` before something keeps it from being read on, at most `limit` bytes; nil when nothing
    /// can, or all.
    static func beginning(of path: String, limit: Int) -> Bytes? {
        guard var source = try? ByteSource(path: path) else { return nil }
        var bytes: [UInt8] = []
        while bytes.count <= limit {
            do throws(ArchiveError) {
                guard let chunk = try source.next() else { return nil }
                bytes += chunk.array
            } catch {
                return bytes.isEmpty ? nil : Bytes(bytes)
            }
        }
        return nil
    }

    /// The contents of `path` (`-` is standard input), decompressed where they are zstd or gzip; an error when there
    /// are more than `limit` bytes. They end early where a line is longer than `longestLine`.
    static func contents(of path: String, limit: Int, longestLine: Int = .max) -> Result<Bytes, ReadError> {
        do throws(ArchiveError) {
            var source = path == "-" ? ByteSource(standardInput: ArchiveOptions()) : try ByteSource(path: path)
            guard let bytes = try source.contents(limit: limit, longestLine: longestLine) else {
                return .failure(
                    ReadError(
                        code: .badData, description: "\(path): larger than \(limit) bytes; is it the right file?"))
            }
            return .success(bytes)
        } catch {
            return .failure(ReadError(code: error.code.exitStatus, description: error.description))
        }
    }
}
