import Values

/// The search for the next envelope line of an mbox.
struct BoundarySearch {
    let lineEnd: UInt8
    let separation: MboxSplitter.Separation
    /// Whether only a dated line with a mail header field after it counts: for finding the way back after junk.
    var isStrict = false

    struct Outcome {
        /// The envelope line; nil when the stream ended first.
        var boundary: MboxSplitter.Boundary?
        /// Whether the limit was passed on the way and the bytes let go of.
        var isTooLarge: Bool
        /// Whether `>From ` was met on the way: only then can quoting have to be undone.
        var hasQuoting: Bool
    }

    private enum Judgement {
        case boundary(MboxSplitter.Boundary)
        case body
        case undecided
    }

    /// Searches from `start`, the line end before the first line that may be one. Holds the bytes from `keeping` on,
    /// unless more than `limit` lie between.
    func run(_ window: inout ByteWindow, from start: Int, keeping: Int, limit: Int) -> Outcome {
        // The byte before is looked at afterwards, so that one pass serves envelope lines and quoted ones.
        let pattern: StaticString = "From "
        var scan = start
        var isTooLarge = false
        var hasQuoting = false
        while true {
            if let found = window.firstIndex(of: pattern, from: scan + 1) {
                let before = window[found - 1]
                if before == .ascii(">") { hasQuoting = true }
                guard before == lineEnd else {
                    scan = found
                    continue
                }
                switch judge(window, at: found, first: start + 1) {
                case .boundary(let boundary):
                    return Outcome(boundary: boundary, isTooLarge: isTooLarge, hasQuoting: hasQuoting)
                case .body:
                    scan = found
                    continue
                case .undecided: scan = found - 1
                }
            } else {
                // The pattern may have begun in the last bytes.
                scan = max(scan, window.end - pattern.utf8CodeUnitCount)
            }
            // The message ends at most two bytes before the scan, where a blank line ends.
            if scan - start > limit + 2 { isTooLarge = true }
            // The two bytes before a line say whether it follows a blank one.
            guard !window.isAtEnd else {
                return Outcome(boundary: nil, isTooLarge: isTooLarge, hasQuoting: hasQuoting)
            }
            _ = window.grow(keeping: isTooLarge ? scan - 2 : keeping)
        }
    }

    /// Judges the line at `offset`; `first` is where the message starts.
    private func judge(_ window: borrowing ByteWindow, at offset: Int, first: Int) -> Judgement {
        // A second envelope line right below the first belongs to the message: readers skip it.
        guard offset > first || isStrict else { return .body }
        let followsBlank = BoundarySearch.blankLineLength(window, before: offset, lineEnd: lineEnd) > 0
        guard followsBlank || separation != .blankLine || isStrict else { return .body }
        return judgeLine(window, at: offset, followsBlank: followsBlank)
    }

    private func judgeLine(_ window: borrowing ByteWindow, at offset: Int, followsBlank: Bool) -> Judgement {
        guard let end = BoundarySearch.lineEnd(window, at: offset, lineEnd) else {
            return window.end - offset >= EnvelopeLine.maximumLength + 2 || window.isAtEnd ? .body : .undecided
        }
        guard let line = EnvelopeLine(window[offset..<end.text]) else { return .body }
        let boundary = MboxSplitter.Boundary(
            line: line, offset: offset, next: end.next, followsBlank: followsBlank)
        switch line.form {
        case .prose: return .body
        case .dated where followsBlank && !isStrict: return .boundary(boundary)
        case .dated, .bare:
            guard line.form == .dated || !isStrict else { return .body }
            switch FieldLine.judge(window, at: end.next) {
            case .field(let name):
                let isMail = followsBlank && !isStrict || FieldLine.isMailField(window[name])
                return isMail ? .boundary(boundary) : .body
            case .other: return .body
            case .undecided: return .undecided
            }
        }
    }

    /// The envelope line at exactly `offset`, where a `Content-Length` points; nil when there is none. What precedes
    /// it does not matter.
    func boundary(_ window: borrowing ByteWindow, at offset: Int) -> MboxSplitter.Boundary? {
        guard case .boundary(var found) = judgeLine(window, at: offset, followsBlank: true) else { return nil }
        found.followsBlank = BoundarySearch.blankLineLength(window, before: offset, lineEnd: lineEnd) > 0
        return found
    }

    /// The end of the line at `offset`, without and with its line end; nil when no envelope line is that long.
    static func lineEnd(
        _ window: borrowing ByteWindow, at offset: Int, _ lineEnd: UInt8
    ) -> (text: Int, next: Int)? {
        let limit = min(window.end, offset + EnvelopeLine.maximumLength + 2)
        guard offset < limit else { return nil }
        guard let found = window.firstIndex(of: lineEnd, in: offset..<limit) else {
            return window.isAtEnd && limit == window.end ? (limit, limit) : nil
        }
        let text = found > offset && lineEnd == .lf && window[found - 1] == .cr ? found - 1 : found
        return (text, found + 1)
    }

    /// The length of the empty line that ends right before `offset`; 0 when the line there is not empty.
    static func blankLineLength(_ window: borrowing ByteWindow, before offset: Int, lineEnd: UInt8) -> Int {
        guard window[offset - 1] == lineEnd else { return 0 }
        if window[offset - 2] == lineEnd { return 1 }
        return lineEnd == .lf && window[offset - 2] == .cr && window[offset - 3] == .lf ? 2 : 0
    }
}
