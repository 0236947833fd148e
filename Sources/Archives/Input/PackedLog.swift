import Values

/// A log that was compressed after it had been rotated, read on from where it was read when it was still written.
final class PackedLog {
    private var source: ByteSource
    /// What was read beyond the place to begin at.
    private var ahead: Bytes

    /// The log at `path`; nil where that is none that is compressed, or not the one that `position` tells of.
    init?(path: String, from position: FollowedFile.Position) {
        // Without a beginning to know it by, any log could be it.
        guard position.head.count > 0, Int64(position.head.count) <= position.offset,
            var source = try? ByteSource(path: path)
        else { return nil }
        var head: [UInt8] = []
        var left = position.offset
        var ahead = Bytes([])
        while left > 0 {
            guard let bytes = try? source.next(), source.compression != .none else { return nil }
            if head.count < position.head.count {
                head += bytes[..<min(position.head.count - head.count, bytes.count)].array
                guard head.count < position.head.count || FollowedFile.Position.Head(of: head) == position.head else {
                    return nil
                }
            }
            let skipped = Int(min(left, Int64(bytes.count)))
            left -= Int64(skipped)
            ahead = bytes[skipped...]
        }
        self.source = source
        self.ahead = ahead
    }

    /// What follows; nil at the end.
    func next() throws(ArchiveError) -> [UInt8]? {
        if !ahead.isEmpty {
            defer { ahead = Bytes([]) }
            return ahead.array
        }
        return try source.next()?.array
    }
}
