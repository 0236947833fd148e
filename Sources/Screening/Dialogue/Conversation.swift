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
        /// Begin a TLS handshake once what came before is sent, and tell `tlsEstablished` of it.
        case startTLS
        /// Close the connection.
        case close
    }

    /// Has replies sent before the rest of what came is dealt with, where it takes them: true then. `ends` tells whether the
    /// one to a message is among them, which must not wait for anything.
    public typealias Courier = @Sendable (_ replies: [Output], _ ends: Bool) async -> Bool

    var server: ServerSession
    var screener: SessionScreener
    let nextHop: any NextHop
    let spool: (any MessageSpool)?
    let isShadow: Bool
    /// Whether refusals before a recipient is named wait until one is.
    let delaysRefusals: Bool
    /// Whether policy drops all mail of the session.
    var discardsSession = false
    /// Whether policy drops all mail of this sender.
    var discardsTransaction = false
    /// The refusal that waits.
    var heldRefusal: HeldRefusal?
    let witness: (any DialogueWitness)?
    /// Who does what is to be done once the fate of a message is settled; nil where nobody does.
    let later: (any LaterActions)?
    /// Makes the changes to a message that stages ask for, for records to hold it as it would go on; nil where they do
    /// not.
    public var changes: (@Sendable (Delivery) -> Bytes)?
    /// How AUTH exchanges ended that a replay knows without their secrets, in order.
    private var recordedAttempts: ArraySlice<AuthenticationAttempt> = []
    /// Whether the message that comes next was lost when it was received.
    var isMessageLost = false
    /// Whether part of the message at hand lies in the spool, and whether some had no room there.
    var (hasSpooled, isSpoolFull) = (false, false)
    /// Octets of content from which on a message goes to the spool.
    private static let spooledFrom = 64 << 10
    /// The AUTH exchange under way.
    var exchange: (mechanism: String, identity: SASLIdentity, answers: [String])?
    /// Credentials that were refused in this and other sessions; nil where nobody remembers them.
    let failedCredentials: FailedCredentials?
    private let source: String
    /// Lines that the banner has after its first.
    let bannerLines: [String]
    var transaction = OpenTransaction()
    private var finished: [TransactionRecord] = []
    private var hasRecords = false
    var isGreeted = false
    /// What every command is told since policy has refused the TLS of the connection.
    var refusalOfTLS: (reply: SMTPReply, closes: Bool)?
    private var startedAt: Timestamp?

    /// What the record of the transaction under way will say of it.
    struct OpenTransaction {
        var time: Timestamp?
        var reversePath: Fact<SMTPPath> = .absent
        var recipients: [Fact<SMTPPath>] = []
        /// The recipients that policy and next hop have taken, by their places.
        var accepted: [Int] = []
        /// Whether policy drops the mail of one of them, or of all.
        var discarded: [String] = []
        var message: Message?
        /// The recipients that were not taken.
        var refusals: [TransactionRecord.Refusal] = []
        /// What the client was told at the end of data.
        var answer: SMTPReply?
        /// What it wants to be told later.
        var notifications = NotificationRequest()
    }

    /// A conversation with nobody connected yet. `source` names it in records. Without `spool` messages are received
    /// in memory. In shadow, everything is judged and nothing is refused or held up.
    public init(
        policy: ScreeningPolicy, environment: ScreeningEnvironment, configuration: ServerConfiguration,
        session: Session, source: String, nextHop: any NextHop = NoNextHop(), spool: (any MessageSpool)? = nil,
        isShadow: Bool = false, witness: (any DialogueWitness)? = nil, failedCredentials: FailedCredentials? = nil,
        later: (any LaterActions)? = nil
    ) {
        (self.failedCredentials, self.later) = (failedCredentials, later)
        (self.nextHop, self.spool, self.isShadow, self.witness) = (nextHop, spool, isShadow, witness)
        delaysRefusals = configuration.delaysRefusals
        bannerLines = policy.bannerLines(for: session)
        server = ServerSession(configuration)
        var session = session
        if configuration.extensions.contains(.startTLS) { session.offersTLS = .observed(true) }
        if let witness {
            server.tookLine = { witness.took($0) }
            server.tookMessage = { witness.tookMessage($0, size: $1) }
        }
        screener = SessionScreener(policy: policy, session: session, environment: environment)
        self.source = source
    }

    /// Whether the conversation is over.
    public var isClosed: Bool { server.isClosed }

    /// The client connected, and sent `early` without waiting for the banner.
    public mutating func connect(
        at now: Timestamp, early: Bytes = Bytes([]), isMoreBehind: Bool = false
    ) async -> [Output] {
        startedAt = now
        server.isMoreBehind = isMoreBehind
        let actions = server.connect()
        if screener.session.tls.value != nil { server.isSecured = true }
        return await carryOut(actions + server.consume(early), at: now)
    }

    /// The client sent `bytes`; `isMoreBehind` when a driver that gives line by line knows of more. What `courier` has not
    /// taken is left to do.
    public mutating func receive(
        _ bytes: Bytes, isMoreBehind: Bool = false, at now: Timestamp, by courier: Courier? = nil
    ) async -> [Output] {
        server.isMoreBehind = isMoreBehind
        let actions = server.consume(bytes)
        spoolContent()
        return await carryOut(actions, at: now, by: courier)
    }

    /// The TLS handshake that `startTLS` asked for ended well.
    public mutating func tlsEstablished(_ parameters: TLSParameters, at now: Timestamp) async -> [Output] {
        witness?.secured(parameters)
        endTransaction()
        // RFC 3207 §4.2: what the client said before no longer counts, to the next hop neither.
        if server.isAuthenticated { _ = await nextHop.reply(to: .quit) }
        server.tlsEstablished()
        isGreeted = false
        let answer = Answer(await screener.tls(parameters, at: now), isShadow: isShadow)
        // RFC 3207 §4.1: there is no command to answer yet; who is refused is told so at each that comes.
        refusalOfTLS = answer.reply.map { ($0, answer.closes) }
        return []
    }

    /// The session as known now.
    public var session: Session { screener.session }

    /// A TLS handshake failed, the one that `startTLS` asked for or that of a connection protected from its start. The
    /// connection is of no more use.
    public mutating func tlsFailed(_ reason: String, at now: Timestamp) async {
        if startedAt == nil { witness?.connected(hasMoreBehind: false) }
        startedAt = startedAt ?? now
        witness?.failedToSecure(because: reason)
        await screener.observe(.tlsFailed(reason), at: now)
    }

    /// Whether what the client sends next is message data, for which it has more time (RFC 5321 §4.5.3.2.5).
    public var isReceivingData: Bool { server.isReceivingContent }

    /// How many bytes a second the connection is to be held to; nil for any number.
    public var rateLimit: Int? { isShadow ? nil : screener.rateLimit }

    /// What the connection is to share a number of bytes a second with.
    public var sharedRates: [SharedRate] { isShadow ? [] : screener.sharedRates }

    /// Whether a transaction is under way.
    public var hasTransaction: Bool { transaction.time != nil }

    /// Whether the conversation reads nothing more before `tlsEstablished`.
    public var isWaitingForTLS: Bool { server.isWaitingForTLS }

    /// The message of a transaction came, its dots of transparency removed: for a driver that knows messages as a
    /// whole. One that came although this policy refused the transaction is screened all the same.
    public mutating func receive(message: Bytes, at now: Timestamp) async -> [Output] {
        if server.isReceivingData { return await receive(DotStuffing.wire(message), at: now) }
        if server.isReceivingContent { return await receive(recorded: message, at: now) }
        _ = await answer(.message(ReceivedMessage(content: message, defects: [])), at: now)
        return []
    }

    /// A recorded message came. Without its bytes, its size says whether it was refused for that; one that was not has
    /// been lost on its way to the stages, and was for the time being refused.
    public mutating func receive(
        recorded message: Bytes?, size: Int? = nil, defects: LineDefects = [], at now: Timestamp
    ) async -> [Output] {
        isMessageLost = message == nil
        defer { isMessageLost = false }
        if server.isReceivingContent {
            return await carryOut(server.takeMessage(message ?? Bytes([]), defects: defects, size: size), at: now)
        }
        guard let message, defects.isEmpty else { return [] }
        _ = await answer(.message(ReceivedMessage(content: message, defects: [])), at: now)
        return []
    }

    /// A phase of which nothing is known: its stages are noted as not evaluated.
    public mutating func missed(_ phase: Phase, because reason: String) { screener.missed(phase, because: reason) }

    /// The octets of a chunk came, which its message holds.
    public mutating func passOverChunk(at now: Timestamp) async -> [Output] {
        await carryOut(server.passOverChunk(), at: now)
    }

    /// Messages come as a whole, with whatever chunks.
    public mutating func expectMessages() { server.awaitsMessages = true }

    /// How the AUTH exchanges of the session ended, whose secrets nobody kept.
    public mutating func expect(_ attempts: [AuthenticationAttempt]) { recordedAttempts = attempts[...] }

    /// The attempt that a replay knows for the exchange that ended now; nil outside a replay.
    mutating func recordedAttempt() -> AuthenticationAttempt? { recordedAttempts.popFirst() }

    /// The connection ended. What was found and ruled about the session itself leaves a record too, where no transaction's
    /// tells of it.
    public mutating func close(at now: Timestamp) async {
        endTransaction()
        await screener.closed(at: now)
        if !hasRecords {
            if let judgement = screener.close() { finish(judgement, transaction, in: screener.session) }
        } else if let rest = screener.rest {
            finish(rest, transaction, in: screener.session, isOfRest: true)
        }
    }

    /// The records of the transactions that ended since the last call.
    public mutating func takeRecords() -> [TransactionRecord] {
        defer { finished = [] }
        return finished
    }

    /// Hands content that need not wait for the end of data to the spool.
    private mutating func spoolContent() {
        guard let spool, server.heldByteCount >= Conversation.spooledFrom, server.isReceivingContent else { return }
        let content = server.takeContent()
        hasSpooled = true
        isSpoolFull = isSpoolFull || !spool.append(content)
    }

    /// RFC 5321 §3.1 and RFC 2920 §3.1: banner and EHLO reply have to be waited for.
    func noteEarlyTalk(before phase: Phase, to screener: inout SessionScreener, at now: Timestamp) async {
        if server.hasMoreInput { await screener.observe(.spokeEarly(phase), at: now) }
    }

    /// RFC 5321 §4.1.4: a greeting ends any transaction; a refused one leaves everything as it was, so that the mail
    /// of an open transaction is still judged by what was found before. It then has a record of its own.
    mutating func greet(_ name: String, at now: Timestamp) async -> SessionScreener.Ruling {
        var greeted = screener
        let ended = greeted.endTransaction()
        await noteEarlyTalk(before: .helo, to: &greeted, at: now)
        let ruling = await greeted.helo(.observed(name), at: now)
        if isGreeted, ruling.verdict.reply != nil, !isShadow {
            if let judgement = greeted.close() { finish(judgement, OpenTransaction(), in: greeted.session) }
            screener.noteTold()
            return ruling
        }
        if let ended { finish(ended, transaction, in: screener.session) }
        transaction = OpenTransaction()
        discardContent()
        screener = greeted
        isGreeted = ruling.verdict.reply == nil || isShadow
        return ruling
    }

    mutating func endTransaction() {
        if let judgement = screener.endTransaction() { finish(judgement, transaction, in: screener.session) }
        transaction = OpenTransaction()
        discardContent()
    }

    /// What was received of a message that does not come to its end must be no part of another.
    private mutating func discardContent() {
        guard hasSpooled || isSpoolFull else { return }
        spool?.discard()
        (hasSpooled, isSpoolFull) = (false, false)
    }

    private mutating func finish(
        _ judgement: TransactionRecord.Judgement, _ transaction: OpenTransaction, in session: Session,
        isOfRest: Bool = false
    ) {
        var record = TransactionRecord(source: source, session: session, judgement: judgement)
        record.isOfRest = isOfRest
        record.time = (transaction.time ?? startedAt).map(Fact.observed) ?? .absent
        record.reversePath = transaction.reversePath
        record.recipients = transaction.recipients
        record.refusals = transaction.refusals
        record.discarded = transaction.discarded
        record.answer = transaction.answer
        if let message = transaction.message {
            record.describe(message)
            record.message = message
            if let changes { record.noteChanged(message, by: changes) }
        }
        finished.append(record)
        hasRecords = true
    }
}
