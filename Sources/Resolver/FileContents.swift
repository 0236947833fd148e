import Archives
import Values

/// Whole files of DNS data.
enum FileContents {
    /// The most octets read: DNS data is kept in memory, and a small compressed file may hold any amount.
    static let maximumSize = 1 << 30

    /// Everything in the file at `path`, decompressed when its content is zstd or gzip.
    static func read(_ path: String, maximumSize: Int = maximumSize) throws(DNSSourceError) -> Bytes {
        var contents: [UInt8] = []
        do {
            var source = try ByteSource(path: path)
            while contents.count <= maximumSize, let chunk = try source.next() { contents += chunk.array }
        } catch {
            throw .unreadable(error)
        }
        guard contents.count <= maximumSize else { throw .tooLarge(path: path, limit: maximumSize) }
        return Bytes(contents)
    }
}
