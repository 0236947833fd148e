import Values

extension ByteSource {
    /// All that is left of the source; nil when there are more than `limit` bytes.
    ///
    /// - Throws: `ArchiveError` where it cannot be read to its end.
    public mutating func contents(limit: Int) throws(ArchiveError) -> Bytes? {
        var bytes: [UInt8] = []
        while let chunk = try next() {
            guard bytes.count + chunk.count <= limit else { return nil }
            bytes += chunk.array
        }
        return Bytes(bytes)
    }
}
