import Values

/// The lines of one session, in the order of their times.
public struct RecordedSession: Sendable, Hashable {
    /// The session's name in its transcript.
    public let id: String
    /// The client's end; nil when the transcript lacks the session's beginning.
    public let client: Endpoint?
    /// The time of `connect`, or of the first line when there is none.
    public let connectTime: Timestamp
    /// What happened, `connect` and `close` included.
    public let events: [TranscriptLine]
    /// Whether the transcript holds the session's beginning and end.
    public let isComplete: Bool
}

extension RecordedSession {
    /// The session made of `lines` in their transcript's order; nil when there are none.
    init?(id: String, lines: [TranscriptLine]) {
        // Equal times keep the order of the transcript.
        let events = lines.enumerated().sorted { ($0.element.time, $0.offset) < ($1.element.time, $1.offset) }
            .map(\.element)
        guard let first = events.first else { return nil }
        var beginning: (client: Endpoint, time: Timestamp)?
        var isClosed = false
        for line in events {
            switch line.event {
            case .connect(let client, _, _):
                if beginning == nil { beginning = (client, line.time) }
            case .close: isClosed = true
            case .line, .message, .tls, .auth, .verdict, .dns, .state, .unknown: break
            }
        }
        self.init(
            id: id, client: beginning?.client, connectTime: beginning?.time ?? first.time, events: events,
            isComplete: beginning != nil && isClosed)
    }
}
