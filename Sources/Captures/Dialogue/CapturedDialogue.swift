import Mail
import SMTP
import Values

/// The SMTP dialogue of a connection, as the lines of a transcript.
///
/// The two sides are read in lockstep, a command and then its reply, however the client pipelined (RFC 2920). The lines
/// stand in the order in which they came, no reply before its command, and their times never go back. From STARTTLS on, and where TLS begins the
/// connection, all is opaque. Credentials are left out as they are read. What a gap hides is not guessed: a message
/// with one has no content, and lines behind one are passed over up to the next command that is surely one.
struct CapturedDialogue: Sendable {
    /// What the client's octets are.
    enum Mode: Sendable {
        case commands
        /// The answer to a challenge of AUTH.
        case secret
        /// What follows AUTH where no reply tells whether it is a challenge's answer.
        case perhapsSecret
        /// What follows DATA where no reply tells whether it is a message.
        case perhapsMessage
        case message
        case chunk(left: Int, isLast: Bool)
        /// Nothing that can be read before the next command that is surely one.
        case lost
    }

    /// What the reply that comes next answers.
    enum Question: Sendable {
        case greeting, reset, auth, data, recipient, startTLS, other
        /// The end of a message.
        case message
    }

    let client: Endpoint
    let server: Endpoint
    /// The lines, once the connection has ended.
    private(set) var lines: [TranscriptLine] = []
    /// What has been read, in lockstep; each with when it came.
    private var entries: [(came: Moment, event: TranscriptEvent, marks: TranscriptLine.Marks)] = []
    /// Whether the connection carries something else.
    private(set) var isOther = false
    /// Whether the dialogue was handed on.
    private(set) var isTold = false
    /// Whether anything was sent at all.
    private(set) var hasContent = false
    /// Octets of the lines that were read.
    private var lineOctets = 0

    var fromClient = TimedQueue()
    var fromServer = TimedQueue()
    var mode = Mode.commands
    /// The questions that wait for a reply, first to last; only after the end of an LMTP message there are several.
    var questions: [Question] = [.greeting]
    private var isDecided = false
    private var isFromStart: Bool
    private var isOver = false
    let start: Moment
    /// How far in the capture the reading has come.
    private(set) var clock: Moment
    /// When what was asked last came, before which no reply to it can stand.
    private var asked: Moment
    /// When the server greeted. Before that no client is listened to.
    var greeted: Moment
    var opaque: OpaquePart?
    var content = MessageContent()
    var exchange: (mechanism: String, identity: SASLIdentity)?
    var strayCredentials = StrayCredentials()
    /// Octets of the client that were passed over in search of a command.
    var skipped = 0
    /// Recipients of the transaction that were taken, where every one of them is answered after the message (LMTP).
    var recipients = 0
    var isLMTP = false
    /// Whether the server asked for a message before it was offered one: the replies are out of step.
    var hasGoneAhead = false
    private var replyParser = ReplyParser()
    private let sessionName: String
    /// Who the client is according to a balancer before the server.
    private var announced: AnnouncedClient?

    /// A line longer than this is cut.
    static let lineLimit = 64 << 10
    /// Octets of the client that may wait for a reply before they are read without one.
    private static let mostWaiting = 1 << 20

    init(client: Endpoint, server: Endpoint, isFromStart: Bool, at time: Moment) {
        (self.client, self.server, self.isFromStart, start) = (client, server, isFromStart, time)
        (clock, asked, greeted) = (time, time, time)
        sessionName = "\(client)-\(server)@\(time.time.rfc3339)"
        if !isFromStart {
            mode = .lost
            questions = []
        }
    }

    /// Octets that are held.
    var heldOctets: Int { fromClient.held + fromServer.held + content.octets + lineOctets }

    /// Takes what came from one side.
    mutating func add(_ pieces: [StreamAssembler.Piece], from sender: TranscriptEvent.Peer) {
        guard !isOther, !isOver, !pieces.isEmpty else { return }
        for piece in pieces {
            switch (piece, sender) {
            case (.data(let bytes, let time), .client): fromClient.append(bytes, at: time)
            case (.data(let bytes, let time), .server): fromServer.append(bytes, at: time)
            case (.gap(let octets), .client): fromClient.appendGap(octets)
            case (.gap(let octets), .server): fromServer.appendGap(octets)
            }
        }
        hasContent = true
        read()
    }

    /// The connection ended.
    mutating func finish(_ end: Connection.End, at time: Moment) {
        guard !isOver else { return }
        isOver = true
        guard !isOther, hasContent else { return }
        read()
        guard isDecided, !isOther else { return }
        endParts()
        switch end {
        case .closed: emit(.close(reason: nil), at: time)
        case .reset(.client): emit(.close(reason: "reset by the client"), at: time)
        case .reset(.server): emit(.close(reason: "reset by the server"), at: time)
        case .unseen: break
        }
        putInOrder()
    }

    /// Hands the dialogue on: nothing of it is held any more.
    mutating func tell() {
        isTold = true
        (lines, entries, lineOctets, content) = ([], [], 0, MessageContent())
        (fromClient, fromServer) = (TimedQueue(), TimedQueue())
    }

    /// Notes what came at this time.
    mutating func emit(_ event: TranscriptEvent, marks: TranscriptLine.Marks = [], at time: Moment) {
        clock = max(clock, time)
        var came = time
        switch event {
        case .line(.client, _), .message:
            came = max(came, greeted)
            asked = max(asked, came)
        case .line(.server, _): came = max(came, asked)
        default: came = max(came, clock)
        }
        if case .line(_, let bytes) = event { lineOctets += bytes.count + 100 } else { lineOctets += 100 }
        if case .message(let message) = event, case .inline(let bytes) = message.content { lineOctets += bytes.count }
        entries.append((came, event, marks))
    }

    /// Writes the lines in the order in which they came.
    private mutating func putInOrder() {
        let order = entries.indices.sorted { left, right in
            (entries[left].came, left) < (entries[right].came, right)
        }
        var last = start.time
        for place in order {
            let entry = entries[place]
            last = max(last, entry.came.time)
            lines.append(TranscriptLine(session: sessionName, time: last, event: entry.event, marks: entry.marks))
        }
        entries = []
    }

    private mutating func read() {
        guard decide() else { return }
        while step() {}
    }

    /// Whether it is known that the connection carries SMTP.
    private mutating func decide() -> Bool {
        if isDecided { return !isOther }
        if let found = AnnouncedClient(fromClient.head(536)) {
            _ = fromClient.take(found.length)
            announced = found
        } else if AnnouncedClient.isBegun(fromClient.head(536)), !isOver {
            return false
        }
        let (client, server) = (fromClient.head(ProtocolSigns.headLength), fromServer.head(ProtocolSigns.headLength))
        let isMailPort = self.server.port.map(Roles.ports.contains) ?? false
        let judgement = ProtocolSigns.judge(client: client, server: server, isMailPort: isMailPort, isLast: isOver)
        switch judgement {
        case .open:
            // A gap at the beginning hides what would tell; the port does, then.
            guard isMailPort, fromClient.gap != nil || fromServer.gap != nil || !isFromStart && client.count > 512
            else {
                return false
            }
        case .other:
            guard isMailPort, !isFromStart else {
                isOther = true
                (fromClient, fromServer) = (TimedQueue(), TimedQueue())
                return false
            }
        case .tls:
            opaque = OpaquePart()
            questions = []
        case .smtp: break
        }
        isDecided = true
        begin()
        return true
    }

    private mutating func begin() {
        let early = questions.isEmpty ? nil : fromClient.time
        let isEarly = early.map { time in fromServer.time.map { time < $0 } ?? false } ?? false
        emit(
            .connect(client: announced?.client ?? client, server: announced?.server ?? server),
            marks: isEarly ? .more : [], at: start)
        if !isFromStart { emit(.gap(from: .client, octets: nil), at: start) }
    }

    /// Reads the next thing; false when more is needed.
    private mutating func step() -> Bool {
        if opaque != nil { return readOpaque() }
        if let octets = fromServer.gap {
            _ = fromServer.takeGap()
            emit(.gap(from: .server, octets: octets), at: clock)
            replyParser = ReplyParser()
            // The reply that is waited for may be what is missing.
            if !questions.isEmpty { answer(nil) }
            return true
        }
        if !questions.isEmpty {
            if readReplyLine() { return true }
            let isStuck = isOver || fromClient.held > CapturedDialogue.mostWaiting
            guard isStuck, fromClient.held > 0 || fromClient.gap != nil else { return false }
            // Nobody will answer any more.
            answer(nil)
            return true
        }
        if isServerAhead, readReplyLine() { return true }
        if readClient() { return true }
        return isOver && readReplyLine()
    }

    /// Whether the server has said something unasked: that it closes, or, where replies are missing, what belongs to a
    /// command before the one that comes next.
    private var isServerAhead: Bool {
        guard let said = fromServer.time else { return false }
        if case .message = mode { return false }
        if fromServer.head(3).array == Array("421".utf8) { return fromClient.time.map { said <= $0 } ?? true }
        if case .lost = mode { return fromClient.time.map { said <= $0 } ?? true }
        return false
    }

    private mutating func readReplyLine() -> Bool {
        guard let (line, time, isCut) = takeLine(of: .server) else { return false }
        emit(.line(from: .server, line), marks: isCut ? .cut : [], at: time)
        guard let output = replyParser.add(line) else { return true }
        switch output {
        case .reply(let reply): if !questions.isEmpty { answer(reply) }
        // What is no reply line answers nothing.
        case .malformed: break
        }
        return true
    }

    /// The next line of a side without its end, cut at the limit; nil when its end is not here.
    mutating func takeLine(of peer: TranscriptEvent.Peer) -> (line: Bytes, time: Moment, isCut: Bool)? {
        func take(_ queue: inout TimedQueue) -> (line: Bytes, time: Moment, isCut: Bool)? {
            // What no line end follows is a line all the same when nothing more comes, or what comes is missing.
            let isLast = isOver || queue.held > queue.count
            guard let length = queue.lineLength() ?? (isLast && queue.count > 0 ? queue.count : nil) else { return nil }
            var (line, time) = queue.take(length)
            if line.last == .lf { line = line[0..<line.count - 1] }
            if line.last == .cr { line = line[0..<line.count - 1] }
            let isCut = line.count > CapturedDialogue.lineLimit
            return (isCut ? Bytes(line[0..<CapturedDialogue.lineLimit].array) : line, time, isCut)
        }
        return peer == .client ? take(&fromClient) : take(&fromServer)
    }
}
