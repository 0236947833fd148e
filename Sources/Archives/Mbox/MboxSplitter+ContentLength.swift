import Values

/// What an mbox's `Content-Length` fields have been worth so far.
struct ContentLengthRecord {
    /// Messages looked at.
    var messages = 0
    /// Those that carried the field.
    var carriers = 0
    /// How often bytes had to be read ahead for a value that then proved wrong.
    var distantMisses = 0

    /// After so many, values that point beyond what has been read are not followed: reading ahead costs memory.
    static let maximumDistantMisses = 8
}

extension MboxSplitter {
    /// Where the message at `boundary` ends by its `Content-Length`, and the envelope line there; nil when the field
    /// is missing or lies: it must point exactly at an envelope line or the end, but for one empty line between.
    ///
    /// In `auto`, the field counts only while at least half of the messages so far carry it: where the mailbox's writer
    /// did not set it, its sender did, and could hide the next message behind it.
    mutating func measuredEnd(
        _ window: inout ByteWindow, of start: Boundary, _ glance: HeaderGlance, _ following: Boundary?
    ) -> (end: Int, boundary: Boundary?)? {
        guard dialect.readsContentLength else { return nil }
        lengths.messages += 1
        guard let length = glance.contentLength, let body = glance.bodyStart else { return nil }
        lengths.carriers += 1
        guard dialect != .auto || lengths.carriers * 2 >= lengths.messages else { return nil }
        let end = start.next + body + length
        guard end - start.next <= limit else { return nil }
        // Room for an empty line, an envelope line and the field after it.
        let needed = end + EnvelopeLine.maximumLength + FieldLine.maximumNameLength + 8
        let isDistant = needed > window.end && !window.isAtEnd
        if isDistant {
            guard lengths.distantMisses < ContentLengthRecord.maximumDistantMisses else { return nil }
            while window.end < needed, window.grow(keeping: start.offset) {}
        }
        if let found = envelope(window, at: end) { return found }
        if isDistant { lengths.distantMisses += 1 }
        return nil
    }

    private func envelope(_ window: borrowing ByteWindow, at end: Int) -> (end: Int, boundary: Boundary?)? {
        let search = BoundarySearch(lineEnd: lineEnd, separation: separation)
        var next = end
        if lineEnd == .lf, window[next] == .cr, window[next + 1] == .lf {
            next += 2
        } else if window[next] == lineEnd {
            next += 1
        }
        if next == window.end, window.isAtEnd, window.failure == nil || window.failedAfterContent { return (end, nil) }
        guard window[end - 1] == lineEnd || next > end, let boundary = search.boundary(window, at: next) else {
            return nil
        }
        return (end, boundary)
    }
}
