import SMTP
import Screening
import Values

/// A recorded session as what a client does, step by step, whatever it was recorded by.
///
/// What a recorder wrote that knows how a server took each line is taken as it is. In other transcripts, message data
/// may stand in lines, the server's side may be missing, and a client that did not wait shows by two lines in a row.
struct SessionScript: Sendable {
    /// Something that the client does.
    enum Step: Sendable {
        /// Sends a line. `isMoreBehind` when it did not wait for the answer, `isCut` when it was longer than what is
        /// recorded.
        case line(Bytes, isMoreBehind: Bool, isCut: Bool)
        /// Sends a message.
        case message(RecordedMessage)
        /// Ends a TLS handshake.
        case tls(TLSParameters)
        /// Fails at one.
        case failedTLS(String)
    }

    /// A step, and when it happened.
    struct TimedStep: Sendable {
        let time: Timestamp
        let step: Step
    }

    /// When the client connected.
    private(set) var connectTime: Timestamp
    /// Whether it sent something before the banner.
    private(set) var spokeEarly = false
    /// The TLS that the connection began with.
    private(set) var initialTLS: TLSParameters?
    /// Whether the connection was to begin with TLS, and the handshake failed.
    private(set) var isRefusedTLS = false
    private(set) var steps: [TimedStep] = []
    /// How AUTH exchanges ended.
    private(set) var attempts: [AuthenticationAttempt] = []
    /// How the server presented itself, where that was recorded.
    private(set) var service: RecordedService?
    /// When the last thing happened.
    private(set) var endTime: Timestamp
    /// Whether the transcript ends within a message.
    private(set) var isCutInMessage = false

    /// The message that stands in lines, as far as it has been read.
    private var data: [UInt8]?
    /// What of a chunk that stands in lines is still to come, and whether it is the last.
    private var chunk: (left: Int, isLast: Bool)?

    /// Reads the events of a session.
    init(_ session: RecordedSession) {
        (connectTime, endTime) = (session.connectTime, session.events.last?.time ?? session.connectTime)
        let events = session.events
        for case .service(let service) in events.lazy.map(\.event) { self.service = service }
        let isOurs = service != nil
        let hasServer = events.contains { $0.event.isLine(of: .server) }
        let hasMessages = events.contains { if case .message = $0.event { true } else { false } }
        var hasBanner = !hasServer
        // Whether a client's line comes next, read from behind.
        var isClientNext = [Bool](repeating: false, count: events.count)
        var next: TranscriptEvent.Peer?
        for (index, line) in events.enumerated().reversed() {
            isClientNext[index] = next == .client
            switch line.event {
            case .line(let peer, _): next = peer
            case .message, .tls, .close: next = nil
            default: break
            }
        }
        for (index, line) in events.enumerated() {
            switch line.event {
            case .connect: spokeEarly = spokeEarly || line.marks.contains(.more)
            case .tls(let recorded):
                let isInitial = steps.isEmpty && (hasServer ? !hasBanner : true)
                if let parameters = TLSParameters(recorded) {
                    if isInitial {
                        initialTLS = parameters
                    } else {
                        steps.append(TimedStep(time: line.time, step: .tls(parameters)))
                    }
                } else {
                    isRefusedTLS = isInitial
                    steps.append(TimedStep(time: line.time, step: .failedTLS(recorded.failure ?? "")))
                }
            case .auth(let mechanism, let identity, let succeeded, let isRepeated):
                attempts.append(
                    AuthenticationAttempt(
                        mechanism: mechanism, identity: identity, succeeded: succeeded, isRepeated: isRepeated))
            case .line(from: .server, let bytes):
                hasBanner = true
                // RFC 5321 §4.1.1.4: what a client says after 354 is the message.
                if bytes.starts(with: "354".utf8), isClientNext[index] { data = [] }
            case .line(from: .client, let bytes):
                if takeContent(bytes, at: line.time) { continue }
                if !isOurs, hasServer, !hasBanner { spokeEarly = true }
                let isMoreBehind =
                    line.marks.contains(.more) || !isOurs && hasServer && isClientNext[index]
                let isCut = line.marks.contains(.cut)
                steps.append(
                    TimedStep(time: line.time, step: .line(bytes, isMoreBehind: isMoreBehind, isCut: isCut)))
                guard !isOurs, !hasMessages, case .success(let command) = SMTPCommand.parse(bytes) else { continue }
                switch command {
                case .data where !hasServer: data = []
                case .bdat(let size, let isLast): beginChunk(size, isLast, at: line.time)
                default: break
                }
            case .message(let message):
                (data, chunk) = (nil, nil)
                steps.append(TimedStep(time: line.time, step: .message(message)))
            case .verdict, .close, .dns, .state, .scan, .service, .hop, .deadline, .program, .gap, .opaque, .unknown:
                break
            }
        }
        isCutInMessage = data != nil
    }

    /// Whether `line` is part of a message that stands in lines; it is added to it then.
    private mutating func takeContent(_ line: Bytes, at time: Timestamp) -> Bool {
        guard data != nil else { return false }
        if let open = chunk {
            let octets = line.array + [.cr, .lf]
            data?.append(contentsOf: octets.prefix(open.left))
            chunk?.left -= min(octets.count, open.left)
            if octets.count >= open.left { endChunk(at: time) }
            return true
        }
        if line.array == [.dot] {
            finishData(at: time)
        } else {
            // RFC 5321 §4.5.2.
            data?.append(contentsOf: (line.first == .dot ? Array(line.dropFirst()) : line.array) + [.cr, .lf])
        }
        return true
    }

    private mutating func beginChunk(_ size: Int, _ isLast: Bool, at time: Timestamp) {
        if data == nil { data = heldChunks }
        chunk = (size, isLast)
        if size == 0 { endChunk(at: time) }
    }

    /// The chunks of a message before the last.
    private var heldChunks: [UInt8] = []

    private mutating func endChunk(at time: Timestamp) {
        let isLast = chunk?.isLast ?? true
        chunk = nil
        if isLast {
            finishData(at: time)
            heldChunks = []
        } else {
            heldChunks = data ?? []
            data = nil
        }
    }

    private mutating func finishData(at time: Timestamp) {
        let message = RecordedMessage(sha256: nil, content: .inline(Bytes(data ?? [])))
        data = nil
        steps.append(TimedStep(time: time, step: .message(message)))
    }
}

extension TranscriptEvent {
    /// Whether this is a line of `peer`.
    func isLine(of peer: Peer) -> Bool {
        if case .line(from: peer, _) = self { true } else { false }
    }
}
