import Archives
import Values

/// Whole files of DNS data.
enum FileContents {
    /// The most octets read: DNS data is kept in memory, and a small compressed file may hold any amount.
    static let maximumSize = 1 << 30

    /// The most octets of a line that are read: more than any answer takes (see `DNSSnapshot`).
    static let longestLine = 1 << 20

    /// Everything in the file at `path`, decompressed when its content is zstd or gzip; where a line is longer than
    /// `longestLine`, some of it and nothing after.
    static func read(_ path: String, maximumSize: Int = maximumSize) throws(DNSSourceError) -> Bytes {
        let contents: Bytes?
        do {
            var source = try ByteSource(path: path)
            contents = try source.contents(limit: maximumSize, longestLine: longestLine)
        } catch {
            throw .unreadable(error)
        }
        guard let contents else { throw .tooLarge(path: path, limit: maximumSize) }
        return contents
    }
}
