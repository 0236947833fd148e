import Values

/// Files that stand in text in the form of uuencode or yEnc, which some mail programs show as attachments.
public enum EncodedFiles {
    /// A file in text.
    public struct Member: Sendable {
        /// The name that it is given.
        public let name: String
        /// What is in it.
        public let content: [UInt8]
        /// How it is encoded.
        public let form: Form
    }

    /// How a file is encoded.
    public enum Form: Sendable {
        case uuencode
        /// Of news rather than mail; few programs but those that show news know it.
        case yEnc
    }

    private static let memberLimit = 50

    /// The files in `text`, up to `limit` bytes of content in all. Every byte is looked at a few times at most.
    public static func members(in text: Bytes, limit: Int) -> [Member] {
        var left = limit
        return members(of: .uuencode, in: text, &left) + members(of: .yEnc, in: text, &left)
    }

    private static func members(of form: Form, in text: Bytes, _ left: inout Int) -> [Member] {
        let mark = Array((form == .uuencode ? "begin " : "=ybegin ").utf8)
        var members: [Member] = []
        var search = 0
        while members.count < memberLimit, left > 0, let place = text.firstIndex(of: mark, from: search) {
            search = place + mark.count
            guard place == 0 || text[place - 1] == .lf, let line = line(text, from: place) else { continue }
            let heading = text[search..<max(search, line.end)]
            guard let name = form == .uuencode ? name(uuencode: heading) : name(yEnc: heading) else { continue }
            let decoded =
                form == .uuencode
                ? decode(uuencode: text, from: line.next, limit: left)
                : decode(yEnc: text, from: line.next, limit: left)
            guard let (content, end) = decoded else { continue }
            members.append(Member(name: name, content: content, form: form))
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

    // MARK: - uuencode

    /// Permissions in octal digits stand before the name.
    private static func name(uuencode heading: Bytes) -> String? {
        let words = heading.lossyString.split(separator: " ", maxSplits: 1)
        guard words.count == 2, words[0].utf8.count >= 3, words[0].utf8.count <= 4,
            words[0].utf8.allSatisfy({ (0x30...0x37).contains($0) })
        else { return nil }
        return String(words[1])
    }

    /// Nil where what follows is no line of uuencode.
    private static func decode(uuencode text: Bytes, from start: Int, limit: Int) -> ([UInt8], end: Int)? {
        var output: [UInt8] = []
        var position = start
        while let line = line(text, from: position) {
            let bytes = text[position..<line.end]
            if bytes.elementsEqual("end".utf8) { return (output, line.next) }
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
        return output.isEmpty ? nil : (output, position)
    }

    // MARK: - yEnc

    /// The name is the last of the words that say what a file is.
    private static func name(yEnc heading: Bytes) -> String? {
        guard let place = heading.firstIndex(of: Array("name=".utf8)) else { return nil }
        return heading[place + 5..<heading.count].lossyString.split(whereSeparator: \.isWhitespace).joined(
            separator: " ")
    }

    /// Each byte with 42 added to it; one behind an equals sign with 64 more. Nil where nothing follows.
    private static func decode(yEnc text: Bytes, from start: Int, limit: Int) -> ([UInt8], end: Int)? {
        var output: [UInt8] = []
        var position = start
        while let line = line(text, from: position) {
            let bytes = text[position..<line.end]
            position = line.next
            if bytes.has("=yend") { return (output, line.next) }
            if bytes.has("=ypart") { continue }
            guard output.count + bytes.count <= limit else { break }
            var isEscaped = false
            for byte in bytes {
                if byte == .equals, !isEscaped {
                    isEscaped = true
                } else {
                    output.append(byte &- (isEscaped ? 106 : 42))
                    isEscaped = false
                }
            }
        }
        return output.isEmpty ? nil : (output, position)
    }
}
