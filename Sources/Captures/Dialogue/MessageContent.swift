import SMTP
import Values

/// A message that is being read: its octets as far as they are there and may be held.
struct MessageContent: Sendable {
    private var bytes: [UInt8] = []
    private var decoder = DataDecoder(discipline: .reject)
    private var chunkDefects: LineDefects = []
    /// Octets that the message has, missing ones too.
    private(set) var size = 0
    /// Whether octets are missing, or there were more than may be held.
    private(set) var isIncomplete = false

    /// The largest message that is held.
    private static let limit = 64 << 20

    /// Octets that are held.
    var octets: Int { bytes.count }

    /// Whether nothing has come yet.
    var isEmpty: Bool { size == 0 }

    /// Reads data after DATA; true, and how much of `input` was read, when the lone dot came.
    mutating func addData(_ input: Bytes) -> (isEnd: Bool, count: Int) {
        var (position, content) = (0, [UInt8]())
        let isEnd = decoder.decode(input, from: &position, into: &content)
        keep(content)
        return (isEnd, position)
    }

    /// Adds part of a chunk (RFC 3030 §2), where no dot means anything.
    mutating func addChunk(_ input: Bytes) { keep(input.array) }

    /// Octets are missing here. Where the next line begins is not known.
    mutating func addGap(_ octets: Int) {
        (size, isIncomplete) = (size + octets, true)
        var (position, content) = (0, [UInt8]())
        _ = decoder.decode(Bytes([.ascii("x")]), from: &position, into: &content)
        bytes = []
    }

    /// Whether the last line is a lone dot to who takes a bare CR or LF for a line's end; it is taken off then.
    mutating func takeLooseEnd() -> Bool {
        guard !isIncomplete, decoder.defects.contains(.falseEndOfData) else { return false }
        var rest = bytes[...]
        if rest.last == .lf { rest = rest.dropLast() }
        if rest.last == .cr { rest = rest.dropLast() }
        guard rest.count < bytes.count, rest.last == .dot else { return false }
        rest = rest.dropLast()
        guard rest.last == .lf || rest.last == .cr else { return false }
        bytes = Array(rest)
        size = bytes.count
        return true
    }

    private mutating func keep(_ content: [UInt8]) {
        size += content.count
        if isIncomplete { return }
        guard size <= MessageContent.limit else {
            (bytes, isIncomplete) = ([], true)
            return
        }
        bytes += content
    }

    /// The message as it is recorded.
    var recorded: RecordedMessage {
        let defects = decoder.defects
        if isIncomplete { return RecordedMessage(sha256: nil, content: .size(size), defects: defects) }
        return RecordedMessage(sha256: nil, content: .inline(Bytes(bytes)), defects: defects)
    }
}
