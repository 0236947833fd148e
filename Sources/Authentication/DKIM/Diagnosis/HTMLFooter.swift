import Mail
import Values

/// Where a footer or a banner may have been put into HTML: before the end of its body, or behind its start.
enum HTMLFooter {
    private static let maximumCuts = 128
    private static let maximumLength = 64 << 10

    /// What may have been put in, by its place in `text`, the shortest first.
    static func places(in text: Bytes) -> [Range<Int>] {
        var places: [Range<Int>] = []
        if let end = lastIndex(of: "</body", in: text) ?? lastIndex(of: "</html", in: text) {
            places += starts(before: end, in: text).map { $0..<end }
        }
        if let tag = lastIndex(of: "<body", in: text), let close = text[tag..<text.count].firstIndex(of: .ascii(">")) {
            let start = tag + close + 1
            places += ends(after: start, in: text).map { start..<$0 }
        }
        return places
    }

    /// The beginnings of tags and lines before `end`, the nearest first.
    private static func starts(before end: Int, in text: Bytes) -> [Int] {
        var starts: [Int] = []
        var position = end - 1
        while position >= max(0, end - maximumLength), starts.count < maximumCuts {
            if text[position] == .ascii("<") || position > 0 && isBoundary(text[position - 1]) {
                starts.append(position)
            }
            // A line that was put in takes the line end before it along, or leaves it.
            if text[position] == .lf {
                starts.append(position > 0 && text[position - 1] == .cr ? position - 1 : position)
            }
            position -= 1
        }
        return starts
    }

    private static func ends(after start: Int, in text: Bytes) -> [Int] {
        var ends: [Int] = []
        var position = start + 1
        while position < min(text.count, start + maximumLength), ends.count < maximumCuts {
            if text[position] == .ascii("<") || isBoundary(text[position - 1]) { ends.append(position) }
            position += 1
        }
        return ends
    }

    /// Whether a tag or a line ends with the byte.
    private static func isBoundary(_ byte: UInt8) -> Bool { byte == .ascii(">") || byte == .lf }

    /// The last place of `tag`, in letters of either case.
    private static func lastIndex(of tag: String, in text: Bytes) -> Int? {
        let tag = Array(tag.utf8)
        guard text.count >= tag.count else { return nil }
        var position = text.count - tag.count
        while position >= 0 {
            if text[position] == tag[0],
                text[position..<position + tag.count].elementsEqual(tag, by: { $0.lowercased == $1 })
            {
                return position
            }
            position -= 1
        }
        return nil
    }
}
