import Values

/// Puts replies together from their lines (RFC 5321 §4.2.1), for transcripts and for what a next hop says.
///
/// Tolerant where servers differ: the text or the space before it may be missing, a tab may stand for the space, the
/// codes of one reply may disagree (the last line's counts, as clients take it). A line that is no part of a reply is
/// handed back, never dropped.
public struct ReplyParser: Sendable {
    private var lines: [String] = []

    /// What a line led to.
    public enum Output: Sendable, Hashable {
        /// The line ended this reply.
        case reply(SMTPReply)
        /// The line is no reply line, or one more than a reply may have.
        case malformed(Bytes)
    }

    /// A parser before the first line of a reply.
    public init() {}

    /// Whether the next line continues a reply begun before.
    public var isWithinReply: Bool { !lines.isEmpty }

    /// Takes one line, its line end cut off; nil when the reply goes on.
    public mutating func add(_ line: Bytes) -> Output? {
        guard line.count >= 3, line[0..<3].allSatisfy(\.isDigit),
            (0x32...0x35).contains(line[0]),
            line.count == 3 || line[3] == .hyphen || line[3].isWhitespace
        else { return .malformed(line) }
        let text = line[4..<max(4, line.count)].lossyString
        let continues = line.count > 3 && line[3] == .hyphen
        guard lines.count < SMTPReply.maximumLines else {
            if continues { return .malformed(line) }
            return .reply(take(code: line))
        }
        lines.append(text)
        return continues ? nil : .reply(take(code: line))
    }

    private mutating func take(code line: Bytes) -> SMTPReply {
        let code = line[0..<3].reduce(0) { $0 * 10 + Int($1 - 0x30) }
        let texts = lines
        lines = []
        // RFC 2034 §4: the status is the first word of every line. One whose class disagrees with the code is text.
        guard let word = ReplyParser.firstWord(texts[0]), let enhanced = EnhancedStatus(word),
            enhanced.class == code / 100
        else { return SMTPReply(code: code, lines: texts) }
        let stripped = texts.map { text in
            guard let word = ReplyParser.firstWord(text), EnhancedStatus(word) == enhanced else { return text }
            return String(Substring(text.utf8.dropFirst(word.utf8.count).drop(while: \.isWhitespace)))
        }
        return SMTPReply(code: code, enhanced: enhanced, lines: stripped)
    }

    private static func firstWord(_ text: String) -> Substring? {
        let word = text.utf8.prefix { !$0.isWhitespace }
        return word.isEmpty ? nil : Substring(word)
    }
}
