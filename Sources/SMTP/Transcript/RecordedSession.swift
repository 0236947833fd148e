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
    /// Whether the transcript holds the session from its beginning to its end, without gaps.
    public let isComplete: Bool
}

extension RecordedSession {
    /// The session made of `lines` in their transcript's order; nil when there are none.
    public init?(id: String, lines: [TranscriptLine]) {
        // A recorder that numbers its lines knows better than the clock, which may have been set meanwhile. Equal
        // times keep the order of the transcript.
        let isNumbered = lines.allSatisfy { $0.number != nil }
        let events = lines.enumerated().sorted { left, right in
            if isNumbered, left.element.number != right.element.number {
                return (left.element.number ?? 0) < (right.element.number ?? 0)
            }
            if !isNumbered, left.element.time != right.element.time { return left.element.time < right.element.time }
            return left.offset < right.offset
        }.map(\.element)
        guard let first = events.first else { return nil }
        var beginning: (client: Endpoint, time: Timestamp)?
        var (isClosed, hasGap) = (false, false)
        for line in events {
            switch line.event {
            case .connect(let client, _, _):
                if beginning == nil { beginning = (client, line.time) }
            case .close: isClosed = true
            case .gap: hasGap = true
            case .line, .message, .tls, .auth, .verdict, .dns, .state, .scan, .service, .hop, .deadline, .program,
                .opaque, .unknown:
                break
            }
        }
        self.init(
            id: id, client: beginning?.client, connectTime: beginning?.time ?? first.time, events: events,
            isComplete: beginning != nil && isClosed && !hasGap)
    }
}
