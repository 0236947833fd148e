import Mail
import SMTP
import Values

/// A server's side of an SMTP session that is screened: bytes in, replies out, one record per transaction.
///
/// Sans-IO: the sockets of the proxy and the lines of a transcript drive the same value, each with its own clock, and
/// so arrive at the same records.
public struct Conversation: Sendable {
    /// What the driver is to do, in order.
    public enum Output: Sendable, Hashable {
        /// Send this, not before the delay is over.
        case reply(SMTPReply, after: Duration)
        /// Close the connection.
        case close
    }

    private var server: ServerSession
    private var screener: SessionScreener
    private let source: String
    private var transaction = OpenTransaction()
    private var finished: [TransactionRecord] = []
    private var hasRecords = false
    private var isGreeted = false
    private var startedAt: Timestamp?

    /// What the record of the transaction under way will say of it.
    private struct OpenTransaction {
        var time: Timestamp?
        var reversePath: Fact<SMTPPath> = .absent
        var recipients: [Fact<SMTPPath>] = []
        var message: Message?
    }

    /// A conversation with nobody connected yet. `source` names it in records.
    public init(
        policy: ScreeningPolicy, environment: ScreeningEnvironment, configuration: ServerConfiguration,
        session: Session, source: String
    ) {
        server = ServerSession(configuration)
        screener = SessionScreener(policy: policy, session: session, environment: environment)
        self.source = source
    }

    /// Whether the conversation is over.
    public var isClosed: Bool { server.isClosed }

    /// The client connected, and sent `early` without waiting for the banner.
    public mutating func connect(at now: Timestamp, early: Bytes = Bytes([])) async -> [Output] {
        startedAt = now
        let actions = server.connect()
        return await carryOut(actions + server.consume(early), at: now)
    }

    /// The client sent `bytes`.
    public mutating func receive(_ bytes: Bytes, at now: Timestamp) async -> [Output] {
        await carryOut(server.consume(bytes), at: now)
    }

    /// The message of a transaction came, its dots of transparency removed: for a driver that knows messages as a
    /// whole. One that came although this policy refused the transaction is screened all the same.
    public mutating func receive(message: Bytes, at now: Timestamp) async -> [Output] {
        guard !server.isReceivingData else { return await receive(DotStuffing.wire(message), at: now) }
        _ = await answer(.message(ReceivedMessage(content: message, defects: [])), at: now)
        return []
    }

    /// The connection ended. A session without any transaction leaves a record too: what was found and ruled about
    /// the session itself.
    public mutating func close(at now: Timestamp) {
        endTransaction()
        if !hasRecords, let judgement = screener.close() { finish(judgement, transaction, in: screener.session) }
    }

    /// The records of the transactions that ended since the last call.
    public mutating func takeRecords() -> [TransactionRecord] {
        defer { finished = [] }
        return finished
    }

    private mutating func carryOut(_ actions: [ServerSession.Action], at now: Timestamp) async -> [Output] {
        var outputs: [Output] = []
        var actions = actions
        var delay = Duration.zero
        while !actions.isEmpty {
            var next: [ServerSession.Action] = []
            for action in actions {
                switch action {
                case .send(let reply):
                    outputs.append(.reply(reply, after: delay))
                    delay = .zero
                case .close: outputs.append(.close)
                case .event(let event):
                    let answer = await answer(event, at: now)
                    delay = answer.delay
                    next = answer.reply.map { server.decide($0, closes: answer.closes) } ?? server.accept()
                }
            }
            actions = next
        }
        return outputs
    }

    /// A decision on an event; without a reply, the standard one.
    private struct Answer {
        var reply: SMTPReply?
        var delay = Duration.zero
        var closes = false

        static let standard = Answer()

        private init() {}

        /// The refusal that a ruling gives, if it does, after the delays that stages asked for.
        init(_ ruling: SessionScreener.Ruling) {
            for case .delayReply(let duration) in ruling.effects { delay += duration }
            guard let refusal = ruling.verdict.reply else { return }
            reply = refusal
            closes = ruling.verdict.disposition == .disconnect
        }
    }

    private mutating func answer(_ event: SessionEvent, at now: Timestamp) async -> Answer {
        switch event {
        case .connect:
            await noteEarlyTalk(before: .connect, to: &screener, at: now)
            return Answer(await screener.connect(at: now))
        case .helo(let name, _):
            return Answer(await greet(name, at: now))
        case .mail(let argument, _):
            endTransaction()
            transaction.time = now
            transaction.reversePath = .observed(argument.path)
            let answer = Answer(await screener.mail(transaction.reversePath, at: now))
            if answer.reply != nil { endTransaction() }
            return answer
        case .rcpt(let argument, _):
            let path = Fact.observed(argument.path)
            transaction.recipients.append(path)
            return Answer(await screener.rcpt(Recipient(path), at: now))
        case .message(let received):
            let message = Message(received.content)
            transaction.message = message
            let answer = Answer(await screener.message(message, at: now))
            endTransaction()
            return answer
        case .reset:
            endTransaction()
            await screener.observe(.reset, at: now)
            return .standard
        case .protocolError(let error):
            await screener.observe(.protocolError(error.reply.text), at: now)
            return .standard
        case .quit:
            endTransaction()
            return .standard
        }
    }

    /// RFC 5321 §3.1 and RFC 2920 §3.1: banner and EHLO reply have to be waited for.
    private func noteEarlyTalk(before phase: Phase, to screener: inout SessionScreener, at now: Timestamp) async {
        if server.bufferedByteCount > 0 { await screener.observe(.spokeEarly(phase), at: now) }
    }

    /// RFC 5321 §4.1.4: a greeting ends any transaction; a refused one leaves everything as it was, so that the mail
    /// of an open transaction is still judged by what was found before. It then has a record of its own.
    private mutating func greet(_ name: String, at now: Timestamp) async -> SessionScreener.Ruling {
        var greeted = screener
        let ended = greeted.endTransaction()
        await noteEarlyTalk(before: .helo, to: &greeted, at: now)
        let ruling = await greeted.helo(.observed(name), at: now)
        if isGreeted, ruling.verdict.reply != nil {
            if let judgement = greeted.close() { finish(judgement, OpenTransaction(), in: greeted.session) }
            return ruling
        }
        if let ended { finish(ended, transaction, in: screener.session) }
        transaction = OpenTransaction()
        screener = greeted
        isGreeted = ruling.verdict.reply == nil
        return ruling
    }

    private mutating func endTransaction() {
        if let judgement = screener.endTransaction() { finish(judgement, transaction, in: screener.session) }
        transaction = OpenTransaction()
    }

    private mutating func finish(
        _ judgement: TransactionRecord.Judgement, _ transaction: OpenTransaction, in session: Session
    ) {
        var record = TransactionRecord(source: source, session: session, judgement: judgement)
        record.time = (transaction.time ?? startedAt).map(Fact.observed) ?? .absent
        record.reversePath = transaction.reversePath
        record.recipients = transaction.recipients
        if let message = transaction.message { record.describe(message) }
        finished.append(record)
        hasRecords = true
    }
}
