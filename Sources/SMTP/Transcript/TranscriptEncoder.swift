import Values

/// Writes transcripts: NDJSON, one object a line, keys sorted, without the secrets of AUTH exchanges (RFC 4954 §4):
/// what a client answers to a 334 challenge is written as `*`.
public struct TranscriptEncoder: Sendable {
    /// Sessions whose next client line answers a challenge.
    private var challenged: Set<String> = []

    /// An encoder at the beginning of a transcript.
    public init() {}

    /// The line as bytes with its line feed. Lines of a session are to come in order.
    public mutating func encode(_ line: TranscriptLine) -> [UInt8] {
        var output: [UInt8] = []
        withoutSecrets(line).json.write(to: &output)
        output.append(.lf)
        return output
    }

    /// The line as it is written. Lines of a session are to come in order.
    public mutating func withoutSecrets(_ line: TranscriptLine) -> TranscriptLine {
        switch line.event {
        case .line(.server, let content):
            if content.starts(with: "334".utf8) {
                challenged.insert(line.session)
            } else {
                challenged.remove(line.session)
            }
            return line
        case .line(.client, let content):
            // What a recorder left out already is not left out again.
            guard challenged.remove(line.session) == nil || content.isWithoutSecret else {
                return replacing(line, by: Bytes("*"))
            }
            return replacing(line, by: content.withoutInitialResponse)
        case .close, .connect:
            challenged.remove(line.session)
            return line
        case .message, .tls, .auth, .verdict, .dns, .state, .scan, .service, .hop, .deadline, .program, .gap, .opaque,
            .unknown:
            return line
        }
    }

    private func replacing(_ line: TranscriptLine, by content: Bytes) -> TranscriptLine {
        TranscriptLine(
            session: line.session, time: line.time, event: .line(from: .client, content), number: line.number,
            marks: line.marks)
    }
}
