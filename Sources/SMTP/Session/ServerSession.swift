import Values

/// The server's side of an SMTP session (RFC 5321 §4) without sockets, clock or judgement: bytes go in, replies to
/// send and events to decide come out.
///
/// Call `connect()` first, `consume(_:)` with whatever the client sends, and after each `.event` exactly one of
/// `decide(_:closes:)` and `accept()`. Until then input is held back (RFC 2920), up to the configured limit, so a
/// caller reads no further while `pendingEvent` is set. Actions are to be carried out in order.
public struct ServerSession: Sendable {
    /// What the caller is to do.
    public enum Action: Sendable, Hashable {
        /// Send this reply.
        case send(SMTPReply)
        /// Decide on this; always the last of its list.
        case event(SessionEvent)
        /// Close the connection; always the last of its list.
        case close
    }

    enum State: Sendable, Hashable {
        case idle
        /// The banner refused service; only QUIT is served (RFC 5321 §3.1).
        case refused
        case greeted
        case identified
        case transaction(recipients: Int)
        case receivingData
        /// A chunk of a message, `left` octets of it to come.
        case receivingChunk(left: Int, isLast: Bool)
        /// Between the chunks of a message.
        case betweenChunks
        /// A 334 was sent.
        case authenticating
        /// 220 was sent to STARTTLS; nothing is read before the handshake.
        case securing
        case closed
    }

    /// Name, extensions and limits.
    public let configuration: ServerConfiguration
    /// What EHLO offers, in this order; the configuration's until the caller says otherwise.
    public var offers: [ServerExtension]
    /// The largest message taken, in octets of content; 0 for no limit.
    public var sizeLimit: Int
    /// Whether the connection is protected by TLS; whoever accepts a connection with TLS from its start says so here.
    public var isSecured = false
    /// Whether STARTTLS is kept from this client, though others are offered it.
    public var withholdsTLS = false
    /// Whether the client has authenticated.
    public internal(set) var isAuthenticated = false
    /// The event that waits for a decision; nil when the session waits for input.
    public internal(set) var pendingEvent: SessionEvent?

    /// What command lines had so far that they must not have; under `normalise` the only trace of it.
    public internal(set) var commandDefects: LineDefects = []

    /// Told of each line that is taken, before it is looked at.
    public var tookLine: (@Sendable (TakenLine) -> Void)?
    /// Told of each message at its end, whatever becomes of it: what is held of it, and its size in octets.
    public var tookMessage: (@Sendable (ReceivedMessage, Int) -> Void)?
    /// For a caller who gives messages as a whole: the last chunk of one waits for it, if it has octets or not.
    public var awaitsMessages = false
    /// For a caller who gives lines one by one: whether more had come when this one was taken.
    public var isMoreBehind = false

    var state = State.idle
    /// Whether there are AUTH mechanisms that are not offered because the connection is not protected.
    var hidesAuthentication = false
    /// Whether MAIL, or RCPT of the transaction under way, was refused.
    var isBehindRefusal = false
    /// Whether the last MAIL said SMTPUTF8 (RFC 6531 §3.4).
    var isInternational = false
    /// How many recipients of the transaction under way were refused: each is kept for its record.
    var refusedRecipientCount = 0
    var strayCredentials = StrayCredentials()
    var errorCount = 0
    var idleCommandCount = 0
    /// Octets of a refused chunk still to be passed over.
    var chunkOctetsToSkip = 0

    private var current = Bytes([])
    private var position = 0
    private var backlog: [UInt8] = []
    private var isFlooded = false
    private var lines: LineDecoder
    private var data: DataDecoder
    private var content: [UInt8] = []
    private var contentSize = 0

    /// A session with nobody connected yet.
    public init(_ configuration: ServerConfiguration) {
        self.configuration = configuration
        offers = configuration.extensions
        sizeLimit = configuration.sizeLimit
        lines = LineDecoder(discipline: configuration.discipline, limits: configuration.lineLimits)
        data = DataDecoder(discipline: configuration.discipline)
    }

    /// Whether the session is over; further input is ignored.
    public var isClosed: Bool { state == .closed }

    /// Whether what comes next is message data.
    public var isReceivingData: Bool { state == .receivingData }

    /// Whether message data or a chunk of it is being read.
    public var isReceivingContent: Bool {
        switch state {
        case .receivingData, .receivingChunk, .betweenChunks: true
        case .idle, .refused, .greeted, .identified, .transaction, .authenticating, .securing, .closed: false
        }
    }

    /// Whether the session reads nothing more before `tlsEstablished()`.
    public var isWaitingForTLS: Bool { state == .securing }

    /// What was read of the message at hand since the last call, for a caller who keeps large messages elsewhere.
    public mutating func takeContent() -> Bytes {
        defer { content = [] }
        return Bytes(content)
    }

    /// The TLS handshake ended: the session begins anew, knowing nothing of what was said before (RFC 3207 §4.2).
    public mutating func tlsEstablished() {
        guard state == .securing else { return }
        state = .greeted
        isSecured = true
        (isAuthenticated, hidesAuthentication) = (false, false)
        offers = configuration.extensions
        sizeLimit = configuration.sizeLimit
        (current, position, backlog) = (Bytes([]), 0, [])
        lines = LineDecoder(discipline: configuration.discipline, limits: configuration.lineLimits)
    }

    /// Input not looked at yet, in octets. Before the banner is decided, any at all means a client that did not wait.
    public var bufferedByteCount: Int { current.count - position + backlog.count }

    /// Whether more has come than was looked at: from a client that does not wait.
    public var hasMoreInput: Bool { isMoreBehind || bufferedByteCount > 0 }

    /// All octets the session holds: input not looked at yet and the message being read.
    public var heldByteCount: Int { bufferedByteCount + content.count }

    /// The client connected: asks for the banner.
    public mutating func connect() -> [Action] {
        guard state == .idle, pendingEvent == nil else { return [] }
        return [ask(.connect)]
    }

    /// Takes input and reads it as far as a decision.
    public mutating func consume(_ input: Bytes) -> [Action] {
        guard !isClosed, !isFlooded else { return [] }
        if position == current.count, backlog.isEmpty {
            (current, position) = (input, 0)
        } else {
            input.append(0..<input.count, to: &backlog)
        }
        var actions: [Action] = []
        read(&actions)
        if pendingEvent != nil, bufferedByteCount > configuration.bufferLimit {
            isFlooded = true
            (current, position, backlog) = (Bytes([]), 0, [])
        }
        return actions
    }

    /// Answers the pending event with `reply` and reads on. A code of 421 closes the session (RFC 5321 §3.8), and so
    /// does `closes`. Without a pending event nothing happens.
    public mutating func decide(_ reply: SMTPReply, closes: Bool = false) -> [Action] {
        guard let event = pendingEvent else { return [] }
        pendingEvent = nil
        let (answer, isLast) = resolve(event, with: reply)
        var actions: [Action] = [.send(answer)]
        if closes || isLast || reply.code == 421 {
            close(&actions)
        } else {
            read(&actions)
        }
        return actions
    }

    /// Answers the pending event with its standard reply: yes, or the reply that a protocol error deserves.
    public mutating func accept() -> [Action] {
        guard let event = pendingEvent else { return [] }
        return decide(standardReply(to: event))
    }

    mutating func ask(_ event: SessionEvent) -> Action {
        pendingEvent = event
        return .event(event)
    }

    private mutating func close(_ actions: inout [Action]) {
        state = .closed
        (current, position, backlog, content) = (Bytes([]), 0, [], [])
        actions.append(.close)
    }

    private mutating func read(_ actions: inout [Action]) {
        while pendingEvent == nil, state != .idle, state != .closed, state != .securing {
            if isFlooded {
                actions.append(refuse(.inputFlood))
                return
            }
            if position == current.count {
                guard !backlog.isEmpty else { return }
                (current, position, backlog) = (Bytes(backlog), 0, [])
            }
            if chunkOctetsToSkip > 0 {
                let octets = min(chunkOctetsToSkip, current.count - position)
                chunkOctetsToSkip -= octets
                position += octets
            } else if state == .receivingData {
                if let action = readData() { actions.append(action) }
            } else if case .receivingChunk(let left, let isLast) = state {
                if let action = readChunk(left, isLast: isLast) { actions.append(action) }
            } else {
                lines.isAuthenticating = state == .authenticating
                guard let line = lines.next(in: current, from: &position) else { continue }
                if let action = perform(line) { actions.append(action) }
            }
        }
    }

    /// Begins to read message data.
    mutating func beginData() {
        state = .receivingData
        data = DataDecoder(discipline: configuration.discipline)
        (content, contentSize) = ([], 0)
    }

    /// Begins to read a chunk of a message (RFC 3030 §2), the first of it or another.
    mutating func beginChunk(size: Int, isLast: Bool) -> Action? {
        if state != .betweenChunks {
            data = DataDecoder(discipline: configuration.discipline)
            (content, contentSize) = ([], 0)
        }
        state = .receivingChunk(left: size, isLast: isLast)
        return size == 0 && !(isLast && awaitsMessages) ? endChunk(isLast: isLast) : nil
    }

    private mutating func readChunk(_ left: Int, isLast: Bool) -> Action? {
        let size = min(left, current.count - position)
        let before = content.count
        data.take(current[position..<position + size], into: &content)
        position += size
        contentSize += content.count - before
        if isTooLarge { content = [] }
        state = .receivingChunk(left: left - size, isLast: isLast)
        return left == size ? endChunk(isLast: isLast) : nil
    }

    /// Takes the message at hand as a whole, for a caller who has it so: what was read of it before is forgotten.
    /// `size` is for one too large to be kept.
    public mutating func takeMessage(_ message: Bytes, defects: LineDefects, size: Int? = nil) -> [Action] {
        guard isReceivingContent, pendingEvent == nil else { return [] }
        contentSize = size ?? message.count
        return [endMessage(message, defects)]
    }

    /// Takes the chunk at hand as read without its octets; its message is given as a whole then. The last chunk of a
    /// message waits for it.
    public mutating func passOverChunk() -> [Action] {
        chunkOctetsToSkip = 0
        guard case .receivingChunk(_, isLast: false) = state, pendingEvent == nil else { return [] }
        return [endChunk(isLast: false)]
    }

    private mutating func endChunk(isLast: Bool) -> Action {
        guard isLast else {
            state = .betweenChunks
            return .send(.standard(250, 0, 0, "chunk received"))
        }
        let before = content.count
        data.finishChunks(into: &content)
        contentSize += content.count - before
        return endMessage()
    }

    private var isTooLarge: Bool { sizeLimit > 0 && contentSize > sizeLimit }

    private mutating func readData() -> Action? {
        let before = content.count
        let isAtEnd = data.decode(current, from: &position, into: &content)
        contentSize += content.count - before
        if isTooLarge { content = [] }
        return isAtEnd ? endMessage() : nil
    }

    private mutating func endMessage() -> Action { endMessage(Bytes(content), data.defects) }

    private mutating func endMessage(_ bytes: Bytes, _ defects: LineDefects) -> Action {
        let message = ReceivedMessage(content: bytes, defects: defects)
        content = []
        state = .identified
        tookMessage?(message, contentSize)
        // RFC 5321 §4.5.3.1.9: the limit is told at the end of data.
        if isTooLarge { return refuse(.messageTooLarge(contentSize)) }
        if configuration.discipline == .reject, !message.defects.isEmpty { return refuse(.messageDefects(message)) }
        return ask(.message(message))
    }
}
