import DNS
import SMTP
import Synchronization
import Values

/// Records one session: what the client says and is told, and every answer from outside that its stages use.
///
/// What has been recorded is handed on at the end of the session, or before when it has grown large, so that a session
/// of any length is held in bounded memory.
public final class SessionRecording: Sendable {
    /// Octets held from which on a part is handed on.
    private static let partSize = 256 << 10

    private struct State {
        /// The time of what is being looked at.
        var now: Timestamp
        var count = 0
        var entries: [RecordedEntry] = []
        var octets = 0
        /// The last answer to each question among `entries`, by its place there.
        var answers: [DNSQuestion: (place: Int, answer: DNSAnswer, uses: Int)] = [:]
        /// The place of the message whose bytes are still to come.
        var openMessage: Int?
        /// How often each stage was asked.
        var evaluations: [String: Int] = [:]
        var isOver = false
    }

    private let client: Endpoint?
    private let server: Endpoint?
    private let service: RecordedService
    private let sink: any RecordingSink
    private let state: Mutex<State>

    /// A recording of a session with `client` at the server's end `server`, which presents itself as `service`.
    public init(
        client: Endpoint?, server: Endpoint?, service: RecordedService, at now: Timestamp, to sink: any RecordingSink
    ) {
        (self.client, self.server, self.service, self.sink) = (client, server, service, sink)
        state = Mutex(State(now: now))
    }

    /// What is recorded from now on happens at `now`.
    public func begin(at now: Timestamp) { state.withLock { $0.now = now } }

    /// The client was sent this at `time`.
    public func sent(_ reply: SMTPReply, at time: Timestamp) {
        state.withLock { state in
            for line in reply.wire().split(separator: .lf) {
                add(.line(from: .server, Bytes(Array(line.last == .cr ? line.dropLast() : line))), to: &state, at: time)
            }
        }
    }

    /// A transaction ended.
    public func ended(_ record: TransactionRecord) {
        state.withLock { add(.verdict(record), size: 4096, to: &$0, at: $0.now) }
    }

    /// The connection ended.
    public func close(at time: Timestamp, reason: String? = nil) {
        state.withLock { state in
            guard !state.isOver, state.count > 0 else { return }
            add(.close(reason: reason), to: &state, at: time)
            state.isOver = true
            handOn(&state)
        }
    }

    /// Adds an event.
    func add(_ event: TranscriptEvent) { state.withLock { add(event, to: &$0, at: $0.now) } }

    /// Adds an answer of the DNS; one that is repeated is counted.
    func add(_ exchange: DNSExchange) {
        state.withLock { state in
            let recorded = RecordedDNSAnswer(exchange.question, exchange.answer)
            if let known = state.answers[exchange.question], known.answer == exchange.answer {
                state.answers[exchange.question]?.uses += 1
                state.entries[known.place].content = .event(.dns(recorded, uses: known.uses + 1), [])
                return
            }
            state.answers[exchange.question] = (state.entries.count, exchange.answer, 1)
            let size = recorded.rdata.reduce(200) { $0 + $1.utf8.count }
            add(.event(.dns(recorded), []), size: size, to: &state, at: state.now)
        }
    }

    /// Counts that `stage` is asked once more; how often it has been by now.
    func beginEvaluation(of stage: String) -> Int {
        state.withLock { state in
            state.evaluations[stage, default: 0] += 1
            return state.evaluations[stage] ?? 1
        }
    }

    private func add(
        _ event: TranscriptEvent, marks: TranscriptLine.Marks = [], to state: inout State, at time: Timestamp
    ) {
        var size = 200
        switch event {
        case .line(_, let content): size += content.count
        case .message(let message):
            if case .inline(let bytes) = message.content { size += bytes.count }
        case .state(let answer): size += answer.key.utf8.count + (answer.value?.utf8.count ?? 0)
        case .scan(let answer): size += answer.detail?.utf8.count ?? 0
        case .connect, .tls, .auth, .verdict, .close, .dns, .service, .hop, .deadline, .program, .gap, .opaque,
            .unknown:
            break
        }
        add(.event(event, marks), size: size, to: &state, at: time)
    }

    private func add(_ content: RecordedEntry.Content, size: Int, to state: inout State, at time: Timestamp) {
        guard !state.isOver else { return }
        state.count += 1
        state.entries.append(RecordedEntry(time: time, number: state.count, content: content))
        state.octets += size
        // The message that is being received is handed on once its bytes are there.
        if state.octets >= SessionRecording.partSize, state.openMessage == nil { handOn(&state) }
    }

    private func handOn(_ state: inout State) {
        let entries = state.entries
        (state.entries, state.octets, state.answers, state.openMessage) = ([], 0, [:], nil)
        sink.take(entries, isLast: state.isOver)
    }
}

extension SessionRecording: DialogueWitness {
    public func connected(hasMoreBehind: Bool) {
        state.withLock { state in
            let marks: TranscriptLine.Marks = hasMoreBehind ? .more : []
            if let client { add(.connect(client: client, server: server), marks: marks, to: &state, at: state.now) }
            add(.service(service), to: &state, at: state.now)
        }
    }

    public func took(_ line: TakenLine) {
        var marks: TranscriptLine.Marks = []
        if line.hasMoreBehind { marks.insert(.more) }
        if line.isTooLong { marks.insert(.cut) }
        state.withLock { state in
            state.openMessage = nil
            add(.line(from: .client, line.withoutCredentials), marks: marks, to: &state, at: state.now)
        }
    }

    public func tookMessage(_ message: ReceivedMessage, size: Int) {
        state.withLock { state in
            // What was refused for its line ends is evidence, as far as it is at hand.
            let isKept = !message.defects.isEmpty && message.content.count == size
            let content = isKept ? RecordedMessage.Content.inline(message.content) : .size(size)
            if isKept {
                let recorded = RecordedMessage(sha256: nil, content: content, defects: message.defects)
                add(.message(recorded), to: &state, at: state.now)
            } else {
                state.openMessage = state.entries.count
                add(
                    .message(RecordedMessage(sha256: nil, content: content, defects: message.defects)), to: &state,
                    at: state.now)
            }
        }
    }

    public func screens(_ message: Bytes) {
        state.withLock { state in
            guard let place = state.openMessage, state.entries.indices.contains(place) else { return }
            state.openMessage = nil
            state.entries[place].content = .event(
                .message(RecordedMessage(sha256: nil, content: .inline(message))), [])
            state.octets += message.count
        }
    }

    public func authenticated(_ attempt: AuthenticationAttempt) {
        add(
            .auth(
                mechanism: attempt.mechanism, identity: attempt.identity, succeeded: attempt.succeeded,
                isRepeated: attempt.isRepeated))
    }

    public func secured(_ parameters: TLSParameters) {
        add(.tls(parameters.recorded))
    }

    public func failedToSecure(because reason: String) { add(.tls(RecordedTLS(failure: reason))) }
}
