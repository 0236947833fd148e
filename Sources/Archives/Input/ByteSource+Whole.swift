import Values

extension ByteSource {
    /// All that is left of the source; nil when there are more than `limit` bytes. It ends early, a little past
    /// `longestLine` bytes without a line feed, for a reader that takes no longer lines and says so.
    ///
    /// - Throws: `ArchiveError` where it cannot be read to its end.
    public mutating func contents(limit: Int, longestLine: Int = .max) throws(ArchiveError) -> Bytes? {
        var bytes: [UInt8] = []
        var lineLength = 0
        while let chunk = try next() {
            guard bytes.count + chunk.count <= limit else { return nil }
            let piece = chunk.array
            bytes += piece
            guard longestLine < .max else { continue }
            lineLength = piece.lastIndex(of: .lf).map { piece.count - $0 - 1 } ?? lineLength + piece.count
            if lineLength > longestLine { break }
        }
        return Bytes(bytes)
    }
}
