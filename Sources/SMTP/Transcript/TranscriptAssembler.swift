import Values

/// Puts sessions together from the lines of a transcript, in which they may be interleaved.
///
/// A session comes out at its `close`; lines of it that follow make a session of their own, marked incomplete. What
/// is held is bounded: over a limit the session begun first gives way, incomplete. Nothing is dropped.
public struct TranscriptAssembler: Sendable {
    /// How much is held of sessions that have not ended.
    public struct Limits: Sendable, Hashable {
        /// The most sessions.
        public var sessions = 10_000
        /// The most lines of all sessions together.
        public var lines = 1_000_000
        /// The most octets of messages and wire lines of all sessions together.
        public var octets = 512 << 20

        /// The defaults.
        public init() {}
    }

    private let limits: Limits
    private var open: [String: Draft] = [:]
    private var openLines = 0
    private var openOctets = 0
    /// Sessions in the order of their first lines, some of them gone since.
    private var order: [(number: Int, id: String)] = []
    private var orderStart = 0
    private var nextNumber = 0

    private struct Draft: Sendable {
        let number: Int
        var lines: [TranscriptLine] = []
        var octets = 0
    }

    /// An assembler before the first line.
    public init(limits: Limits = Limits()) { self.limits = limits }

    /// Takes a line; returns the sessions it completes or displaces.
    public mutating func add(_ line: TranscriptLine) -> [RecordedSession] {
        if open[line.session] == nil {
            order.append((nextNumber, line.session))
            open[line.session] = Draft(number: nextNumber)
            nextNumber += 1
        }
        open[line.session]?.lines.append(line)
        open[line.session]?.octets += line.event.octets
        openLines += 1
        openOctets += line.event.octets
        var done: [RecordedSession] = []
        if case .close = line.event { done += take(line.session) }
        while open.count > limits.sessions || openLines > limits.lines || openOctets > limits.octets {
            done += takeOldest()
        }
        forgetGone()
        return done
    }

    /// The sessions still open, in the order of their first lines.
    public mutating func finish() -> [RecordedSession] {
        var rest: [RecordedSession] = []
        while !open.isEmpty { rest += takeOldest() }
        return rest
    }

    private mutating func takeOldest() -> [RecordedSession] {
        while orderStart < order.count {
            let (number, id) = order[orderStart]
            orderStart += 1
            if open[id]?.number == number { return take(id) }
        }
        return []
    }

    /// Keeps `order` in proportion to the open sessions; each pass removes as much as it reads.
    private mutating func forgetGone() {
        guard order.count > 2 * open.count + 1024 else { return }
        order = order[orderStart...].filter { open[$0.id]?.number == $0.number }
        orderStart = 0
    }

    private mutating func take(_ id: String) -> [RecordedSession] {
        guard let draft = open.removeValue(forKey: id), let session = RecordedSession(id: id, lines: draft.lines) else {
            return []
        }
        openLines -= draft.lines.count
        openOctets -= draft.octets
        return [session]
    }
}

extension TranscriptEvent {
    fileprivate var octets: Int {
        switch self {
        case .line(_, let content): content.count
        case .message(let message):
            switch message.content {
            case .inline(let bytes): bytes.count
            case .file, .size: 0
            }
        case .connect, .tls, .auth, .verdict, .close, .dns, .state, .scan, .service, .hop, .deadline, .program, .gap,
            .opaque,
            .unknown:
            0
        }
    }
}
