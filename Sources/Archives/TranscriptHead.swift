import Values

/// Tells what holds recorded sessions, a transcript or a capture, from mail by its beginning.
enum TranscriptHead {
    /// How much of a stream is looked at.
    private static let headLength = 64 << 10

    /// Whether one of the first lines is an object that names a session; the very first unless lines that are none
    /// may stand before it, `afterOthers`.
    static func isTranscript(_ window: inout ByteWindow, afterOthers: Bool = false) -> Bool {
        while window.end < headLength, window.grow(keeping: 0) {}
        let head = window[0..<min(window.end, headLength)]
        guard let first = head.first(where: { !$0.isFoldingWhitespace && $0 != 0xEF && $0 != 0xBB && $0 != 0xBF })
        else { return false }
        if !afterOthers, first != .ascii("{") { return false }
        for line in head.split(separator: .lf, maxSplits: 100) {
            guard line.first(where: { !$0.isWhitespace && $0 < 0x80 }) == .ascii("{") else { continue }
            if contains("\"session\"", in: line) { return true }
        }
        // A line that holds a message is long, and what follows its bytes is out of sight.
        return first == .ascii("{") && head.starts(with: "{\"base64\":\"".utf8)
    }

    /// Whether the stream is a capture of packets: pcap, of either byte order and with either fraction of a second, or
    /// pcapng.
    static func isCapture(_ window: inout ByteWindow) -> Bool {
        while window.end < 4, window.grow(keeping: 0) {}
        guard window.end >= 4 else { return false }
        let head = window[0..<4]
        let magics: [[UInt8]] = [
            [0xA1, 0xB2, 0xC3, 0xD4], [0xA1, 0xB2, 0x3C, 0x4D], [0xA1, 0xB2, 0xCD, 0x34], [0x0A, 0x0D, 0x0D, 0x0A],
        ]
        return magics.contains { head.elementsEqual($0) || head.elementsEqual($0.reversed()) }
    }

    private static func contains(_ text: StaticString, in bytes: Bytes) -> Bool {
        bytes.withSpan { $0.firstIndex(of: text, from: 0) != nil }
    }
}
