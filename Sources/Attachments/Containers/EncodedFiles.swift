import Values

/// Files that stand in text in the form of uuencode, which some mail programs show as attachments.
enum EncodedFiles {
    struct Member {
        let name: String
        let content: [UInt8]
        /// Whether the text ended before the file did.
        let isCut: Bool
    }

    private static let memberLimit = 50

    /// The files in `text`, up to `limit` bytes of content in all. Every byte is looked at a few times at most.
    static func members(in text: Bytes, limit: Int) -> [Member] {
        var members: [Member] = []
        var search = 0
        var left = limit
        while members.count < memberLimit, left > 0, let place = text.firstIndex(of: Array("begin ".utf8), from: search)
        {
            search = place + 6
            guard place == 0 || text[place - 1] == .lf, let line = line(text, from: place) else { continue }
            let words = text[place..<line.end].lossyString.split(separator: " ", maxSplits: 2)
            guard words.count == 3, words[1].utf8.count >= 3, words[1].utf8.count <= 4,
                words[1].utf8.allSatisfy({ (0x30...0x37).contains($0) }),
                let (content, end, isClosed) = decode(text, from: line.next, limit: left)
            else { continue }
            members.append(
                Member(name: String(words[2]), content: content, isCut: !isClosed))
            left -= content.count
            search = end
        }
        return members
    }

    private static func line(_ text: Bytes, from start: Int) -> (end: Int, next: Int)? {
        guard start < text.count else { return nil }
        let feed = text.withSpan { $0.firstIndex(of: .lf, from: start) } ?? text.count
        let end = feed > start && text[feed - 1] == .cr ? feed - 1 : feed
        return (end, min(feed + 1, text.count))
    }

    /// Nil where what follows is no line of uuencode.
    private static func decode(_ text: Bytes, from start: Int, limit: Int) -> ([UInt8], end: Int, isClosed: Bool)? {
        var output: [UInt8] = []
        var position = start
        while let line = line(text, from: position) {
            let bytes = text[position..<line.end]
            if bytes.elementsEqual("end".utf8) { return (output, line.next, true) }
            position = line.next
            guard let first = bytes.first, (0x20...0x60).contains(first) else { break }
            let length = Int((first - 0x20) & 0x3F)
            if length == 0 { continue }
            guard output.count + length <= limit, bytes.count - 1 >= length * 4 / 3 - 3 else { break }
            let values = bytes.dropFirst().map { ($0 &- 0x20) & 0x3F }
            var line: [UInt8] = []
            var place = 0
            while line.count < length {
                func value(_ offset: Int) -> UInt8 { place + offset < values.count ? values[place + offset] : 0 }
                line.append(value(0) << 2 | value(1) >> 4)
                line.append(value(1) << 4 | value(2) >> 2)
                line.append(value(2) << 6 | value(3))
                place += 4
            }
            output += line.prefix(length)
        }
        return output.isEmpty ? nil : (output, position, false)
    }
}
