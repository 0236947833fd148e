import Values

/// Reads replies from the bytes a server sends, in whatever pieces they come. Bare line feeds end lines here: a server
/// cannot smuggle by them, and some old ones send nothing else.
public struct ReplyDecoder: Sendable {
    private var lines: LineDecoder
    private var parser = ReplyParser()

    /// A decoder for lines of at most `lineLimit` octets. RFC 5321 §4.5.3.1.5 allows 512; servers send more.
    public init(lineLimit: Int = 4096) {
        lines = LineDecoder(
            discipline: .normalise, limits: LineLimits(command: lineLimit, authentication: lineLimit))
    }

    /// The replies that `input` completes, in order. A line over the limit is cut there: its code is what counts, and who
    /// took a 250 for none would have the message sent again.
    public mutating func consume(_ input: Bytes) -> [ReplyParser.Output] {
        var outputs: [ReplyParser.Output] = []
        var position = 0
        while let line = lines.next(in: input, from: &position) {
            if let output = parser.add(line.content) { outputs.append(output) }
        }
        return outputs
    }
}
