import SMTP
import Values

extension CapturedDialogue {
    /// Reads what the client says next; false when more is needed.
    mutating func readClient() -> Bool {
        if let octets = fromClient.gap {
            _ = fromClient.takeGap()
            missed(octets)
            return true
        }
        switch mode {
        case .message: return readMessage()
        case .chunk(let left, let isLast): return readChunk(left, isLast)
        case .perhapsMessage:
            guard fromClient.count > 0 else { return false }
            let head = fromClient.head(512)
            guard head.contains(.lf) || head.count == 512 || isClientDone else { return false }
            mode = ProtocolSigns.isCommand(head) ? .commands : .message
            return true
        case .commands, .secret, .perhapsSecret, .lost: return readLine()
        }
    }

    private var isClientDone: Bool { fromClient.held > fromClient.count }

    private mutating func missed(_ octets: Int) {
        emit(.gap(from: .client, octets: octets), at: clock)
        switch mode {
        case .message: content.addGap(octets)
        case .chunk(let left, let isLast):
            content.addGap(min(octets, left))
            // A chunk's length says where commands go on, unless the gap hides that too.
            mode = octets > left ? .lost : .chunk(left: left - octets, isLast: isLast)
            if octets > left { endMessage(at: clock) } else if octets == left { endChunk(isLast, at: clock) }
        case .commands, .secret, .perhapsSecret, .perhapsMessage, .lost: mode = .lost
        }
    }

    private mutating func readLine() -> Bool {
        // RFC 5321 §4.1.1.4 and RFC 4954 §4: what goes before decides what a line is, so each is taken on its own.
        guard let (line, time, isCut) = takeLine(of: .client) else { return false }
        var marks: TranscriptLine.Marks = isCut ? .cut : []
        if fromClient.held > 0, let next = fromClient.time, next <= max(time, clock) { marks.insert(.more) }
        switch mode {
        case .lost:
            guard ProtocolSigns.isCommand(Bytes(line.array + [.lf])) else {
                skipped += line.count
                return true
            }
            endSkipping()
            mode = .commands
        case .secret:
            mode = .commands
            exchange?.identity.add(InitialResponse(base64: line.lossyString))
            emit(.line(from: .client, Bytes("*")), marks: marks, at: time)
            questions = [.auth]
            return true
        case .perhapsSecret:
            if !ProtocolSigns.isCommand(Bytes(line.array + [.lf])) {
                emit(.line(from: .client, Bytes("*")), marks: marks, at: time)
                questions = [.auth]
                return true
            }
            (mode, exchange) = (.commands, nil)
        case .commands, .message, .chunk, .perhapsMessage: break
        }
        let recorded =
            strayCredentials.note(line) ? StrayCredentials.standIn(for: line) : TakenLine.withoutCredentials(line)
        emit(.line(from: .client, recorded), marks: marks, at: time)
        perform(line, at: time)
        return true
    }

    private mutating func perform(_ line: Bytes, at time: Moment) {
        guard case .success(let command) = SMTPCommand.parse(line) else {
            // What is no well-formed AUTH command may begin an exchange all the same.
            let isAuth = line.prefix(5).map(\.lowercased) == Array("auth ".utf8)
            questions = [isAuth ? .auth : .other]
            return
        }
        switch command {
        case .data where hasGoneAhead:
            (hasGoneAhead, mode, content) = (false, .perhapsMessage, MessageContent())
        case .data: questions = [.data]
        case .bdat(let size, let isLast):
            questions = []
            mode = .chunk(left: size, isLast: isLast)
            if size == 0 { endChunk(isLast, at: time) }
        case .auth(let mechanism, let initial):
            exchange = (mechanism, SASLIdentity(mechanism: mechanism, initial: initial))
            questions = [.auth]
        case .starttls: questions = [.startTLS]
        case .rcpt: questions = [.recipient]
        case .helo, .ehlo, .rset: questions = [.reset]
        case .unknown(let verb):
            isLMTP = isLMTP || verb == "LHLO"
            questions = [.other]
        case .mail, .noop, .quit, .vrfy, .expn, .help, .xclient: questions = [.other]
        }
    }

    /// The reply to what was asked first came; nil when it is missing.
    mutating func answer(_ reply: SMTPReply?) {
        guard !questions.isEmpty else { return }
        // RFC 5321 §4.3.2: nothing but DATA is answered by 354, nor DATA by 2yz; some captures lack lines of a server.
        if questions[0] == .data, reply?.isPositive ?? false { return }
        let question = questions.removeFirst()
        if reply?.code == 354, question != .data { hasGoneAhead = true }
        switch question {
        case .greeting: greeted = clock
        case .other, .message: break
        // RFC 5321 §4.1.4: a greeting that is refused leaves the transaction as it is.
        case .reset: if reply?.isPositive ?? true { (recipients, content) = (0, MessageContent()) }
        case .recipient: if reply?.isPositive ?? true { recipients += 1 }
        case .data:
            guard let reply else {
                mode = .perhapsMessage
                return
            }
            if reply.code == 354 { (mode, content) = (.message, MessageContent()) }
        case .auth:
            guard let reply else {
                mode = .perhapsSecret
                return
            }
            if reply.code == 334 {
                mode = .secret
            } else if let ended = exchange {
                exchange = nil
                // A client that did not wait has sent its credentials whatever the server says.
                if fromClient.held > 0, fromClient.time.map({ $0 <= clock }) ?? false { mode = .perhapsSecret }
                // RFC 4954 §6: other replies say that there was no exchange.
                guard [235, 432, 454, 534, 535].contains(reply.code) else { return }
                emit(
                    .auth(mechanism: ended.mechanism, identity: ended.identity.name, succeeded: reply.code == 235),
                    at: clock)
            }
        case .startTLS:
            if let reply, reply.code != 220 { return }
            // What came before the handshake could begin is none of it.
            while fromClient.held > 0, !ProtocolSigns.isTLS(fromClient.head(3)), let time = fromClient.time,
                time <= clock, fromClient.count > 0
            {
                skipped += fromClient.take(1).bytes.count
            }
            endSkipping()
            opaque = OpaquePart()
        }
    }

    private mutating func readMessage() -> Bool {
        guard fromClient.count > 0 else {
            // The server answers while the end of the message has not been seen: a gap hid it, or the server takes less
            // for one than RFC 5321 §4.1.1.4 does.
            guard let reply = fromServer.time, reply >= clock, fromServer.lineLength() != nil else { return false }
            if content.takeLooseEnd() {
                mode = .commands
            } else if content.isIncomplete {
                mode = .lost
            } else {
                return false
            }
            endMessage(at: clock)
            return true
        }
        let input = fromClient.head(1 << 20)
        let (isEnd, count) = content.addData(input)
        let (_, time) = fromClient.take(count)
        if isEnd {
            mode = .commands
            emit(.message(content.recorded), at: time)
            content = MessageContent()
            askForMessage()
        }
        return true
    }

    private mutating func readChunk(_ left: Int, _ isLast: Bool) -> Bool {
        guard fromClient.count > 0 else { return false }
        let (bytes, time) = fromClient.take(min(left, 1 << 20))
        content.addChunk(bytes)
        mode = .chunk(left: left - bytes.count, isLast: isLast)
        if left == bytes.count { endChunk(isLast, at: time) }
        return true
    }

    /// RFC 3030 §2: each chunk is answered, and the last one ends the message.
    private mutating func endChunk(_ isLast: Bool, at time: Moment) {
        mode = .commands
        if isLast { endMessage(at: time) } else { questions = [.other] }
    }

    private mutating func endMessage(at time: Moment) {
        emit(.message(content.recorded), at: time)
        content = MessageContent()
        askForMessage()
    }

    /// RFC 2033 §4.2: over LMTP the message is answered for each recipient.
    private mutating func askForMessage() {
        questions = [Question](repeating: .message, count: isLMTP ? max(1, min(recipients, 10_000)) : 1)
        recipients = 0
    }

    /// Tells what was passed over.
    mutating func endSkipping() {
        guard skipped > 0 else { return }
        emit(.gap(from: .client, octets: skipped), at: clock)
        skipped = 0
    }

    /// The connection ended: what was begun is told as far as it goes.
    mutating func endParts() {
        skipped += fromClient.held
        _ = fromClient.take(fromClient.held)
        endSkipping()
        if var part = opaque {
            for event in part.finish() { emit(event, at: clock) }
            opaque = nil
        }
    }

    /// Reads what is encrypted, for its beginning and its length.
    mutating func readOpaque() -> Bool {
        let (hasClient, hasServer) = (fromClient.hasMore, fromServer.hasMore)
        guard hasClient || hasServer else { return false }
        let isServerLater = fromServer.time.map { other in fromClient.time.map { $0 <= other } ?? true } ?? true
        let isClientFirst = hasClient && (!hasServer || isServerLater)
        let peer: TranscriptEvent.Peer = isClientFirst ? .client : .server
        var queue = isClientFirst ? fromClient : fromServer
        if peer == .client { fromClient = TimedQueue() } else { fromServer = TimedQueue() }
        let gap = queue.takeGap()
        let (bytes, time) = queue.take(queue.count)
        if peer == .client { fromClient = queue } else { fromServer = queue }
        guard var part = opaque else { return false }
        opaque = nil
        if let event = part.add(bytes, missing: gap, from: peer) { emit(event, at: bytes.isEmpty ? clock : time) }
        opaque = part
        return true
    }
}
