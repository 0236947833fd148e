import Mail
import SMTP
import Values

/// Screens one session, step by step as it happens or happened: keeps what is known, asks the engine at each
/// checkpoint, lets the judge rule, and leaves one record per transaction.
///
/// Live and replay drive this same value; what they do with its rulings is all that differs.
public struct SessionScreener: Sendable {
    /// What the policy rules at a checkpoint, and what the stages ask for besides.
    public struct Ruling: Sendable {
        /// The verdict on the command or message.
        public let verdict: Verdict
        /// What to carry out, in catalogue order.
        public let effects: [Effect]
    }

    /// The session as known now.
    public private(set) var session: Session
    private let engine: Engine
    private let judge: Judge
    private let environment: ScreeningEnvironment
    private var granted = GrantedExemptions()
    /// How many bytes a second stages want the connection to be held to; nil where none wants it.
    public private(set) var rateLimit: Int?
    /// What the connection shares a number of bytes a second with, each name once, in the order of the asking.
    public private(set) var sharedRates: [SharedRate] = []
    /// What holds for the whole session: each transaction's record starts from it.
    private var common = TransactionRecord.Judgement()
    private var current: TransactionRecord.Judgement?
    /// The transaction under way.
    public private(set) var transaction: Transaction?
    /// Whether something was found about the session of which no record tells yet.
    private var isUntold = false

    /// A screener for a session that is about to begin.
    public init(policy: ScreeningPolicy, session: Session, environment: ScreeningEnvironment) {
        self.init(engine: Engine(policy), session: session, environment: environment)
    }

    /// The same, by an engine that serves many sessions.
    public init(engine: Engine, session: Session, environment: ScreeningEnvironment) {
        self.session = session
        self.engine = engine
        self.judge = Judge(engine.shared)
        self.environment = environment
    }

    /// The client connected.
    public mutating func connect(at now: Timestamp) async -> Ruling {
        await rule(on: .connect(session), at: now)
    }

    /// HELO or EHLO came: a new greeting, and the end of any transaction (RFC 5321 §4.1.4). What was found about the
    /// greeting before it no longer counts: after STARTTLS every client greets again.
    public mutating func helo(_ name: Fact<String>, at now: Timestamp) async -> Ruling {
        // Written only where it differs: what others share is copied for it.
        if session.helo != name { session.helo = name }
        common.forgetGreeting()
        return await rule(on: .helo(session), at: now)
    }

    /// A TLS handshake ended. What was said before it no longer counts (RFC 3207 §4.2).
    public mutating func tls(_ parameters: TLSParameters, at now: Timestamp) async -> Ruling {
        session.tls = .observed(parameters)
        session.helo = .absent
        session.authenticated = .absent
        session.mechanism = .absent
        common.forgetGreeting()
        return await rule(on: .tls(session, parameters), at: now)
    }

    /// An AUTH exchange ended.
    public mutating func auth(_ attempt: AuthenticationAttempt, at now: Timestamp) async -> Ruling {
        if attempt.succeeded {
            session.authenticated = .observed(attempt.identity ?? attempt.mechanism)
            session.mechanism = .observed(attempt.mechanism)
        }
        return await rule(on: .auth(session, attempt), at: now)
    }

    /// MAIL came: a transaction begins.
    public mutating func mail(_ reversePath: Fact<SMTPPath>, at now: Timestamp) async -> Ruling {
        let transaction = Transaction(session: session, reversePath: reversePath)
        self.transaction = transaction
        current = common
        isUntold = false
        common.skipRuling()
        return await rule(on: .mail(transaction), at: now)
    }

    /// RCPT came. The recipient joins the transaction when neither policy nor next hop refuses it: see `refused`.
    public mutating func rcpt(_ recipient: Recipient, at now: Timestamp) async -> Ruling {
        var transaction = transaction ?? Transaction(session: session)
        let ruling = await rule(on: .rcpt(transaction, recipient), at: now)
        transaction.recipients.append(recipient)
        self.transaction = transaction
        return ruling
    }

    /// The message came.
    public mutating func message(_ message: Message, at now: Timestamp) async -> Ruling {
        let transaction = transaction ?? Transaction(session: session)
        return await rule(on: .message(transaction, message), at: now)
    }

    /// Something happened that asks for no reply. A milder refusal than the end of the session waits for the next command.
    public mutating func observe(_ observation: Observation, at now: Timestamp) async {
        _ = await rule(on: .observe(session, observation), at: now)
    }

    /// Something happened after which the session is to end at once where policy has it so, with the reply that this
    /// gives: that is then the verdict.
    public mutating func observeEnd(_ observation: Observation, at now: Timestamp) async -> SMTPReply? {
        let count = judgement.findings.count
        await observe(observation, at: now)
        let verdict = judge.verdict(at: .observe, on: Array(judgement.findings.dropFirst(count)))
        guard verdict.disposition == .disconnect, let reply = verdict.reply else { return nil }
        if current != nil { current?.add(verdict) } else { common.add(verdict) }
        return reply
    }

    /// Something happened then that this policy would have kept from happening: whoever keeps histories is told of it,
    /// and nobody else.
    public func passOver(_ observation: Observation, at now: Timestamp) {
        environment.witness?.saw(.observe(session, observation), at: now, [])
    }

    /// The connection ended. There is nobody left to be told of what is found now, and nothing else is noted of it.
    public mutating func closed(at now: Timestamp) async {
        let known = judgement
        let outcomes = await engine.evaluate(
            .observe(session, .closed), now: now, in: environment, earlier: known.findings.map(\.finding),
            granted: granted, isRefused: known.isRefused)
        environment.witness?.saw(.observe(session, .closed), at: now, outcomes)
        for outcome in outcomes where !outcome.report.findings.isEmpty { note(outcome, phase: .observe) }
    }

    /// What was found and ruled so far in the transaction under way, or in the session.
    public var judgement: TransactionRecord.Judgement { current ?? common }

    /// A phase that the source knows nothing of: its stages are noted as not evaluated.
    public mutating func missed(_ phase: Phase, because reason: String) {
        for outcome in engine.missed(phase, because: reason) { note(outcome, phase: phase) }
    }

    /// Ends the transaction and hands out what was found and ruled in it; nil when none was open. What was found
    /// about the session itself stays for the next transaction.
    public mutating func endTransaction() -> TransactionRecord.Judgement? {
        guard let current else { return nil }
        noteHorizon(of: current)
        defer { (self.current, transaction) = (nil, nil) }
        return self.current
    }

    /// Ends the session. What was found and ruled outside any transaction is handed out too, for a session that was
    /// refused before MAIL or never got there.
    public mutating func close() -> TransactionRecord.Judgement? {
        if let judgement = endTransaction() { return judgement }
        guard !common.verdicts.isEmpty || !common.findings.isEmpty else { return nil }
        noteHorizon(of: common)
        return common
    }

    /// What was found and ruled about the session, where some of it was found after its last transaction.
    var rest: TransactionRecord.Judgement? { isUntold ? common : nil }

    /// What was found about the session stands in a record.
    mutating func noteTold() { isUntold = false }

    /// Says of the stages that look further than the transaction went that what they would have found is not known.
    private mutating func noteHorizon(of judgement: TransactionRecord.Judgement) {
        var furthest: Phase?
        for place in judgement.verdicts.indices {
            let phase = judgement.verdicts[place].phase
            if phase != .observe { furthest = max(furthest ?? phase, phase) }
        }
        guard let furthest, furthest < .message else { return }
        for phase in [Phase.helo, .mail, .rcpt, .message] where phase > furthest {
            missed(phase, because: "unknown after \(furthest.rawValue)")
        }
    }

    private mutating func rule(on checkpoint: Checkpoint, at now: Timestamp) async -> Ruling {
        let phase = checkpoint.phase
        // Parts of what is known, never all of it: to take it out whole would be to copy it.
        let earlier = (current?.findings ?? common.findings).map(\.finding)
        let isRefused = current?.isRefused ?? common.isRefused
        let outcomes = await engine.evaluate(
            checkpoint, now: now, in: environment, earlier: earlier, granted: granted, isRefused: isRefused)
        environment.witness?.saw(checkpoint, at: now, outcomes)
        var effects: [Effect] = []
        for outcome in outcomes {
            note(outcome, phase: phase)
            effects += outcome.report.effects
        }
        for effect in effects {
            granted.add(effect)
            switch effect {
            case .limitRate(let rate): rateLimit = min(rateLimit ?? rate, max(1, rate))
            case .shareRate(let name, let rate): share(SharedRate(name: name, bytesPerSecond: max(1, rate)))
            default: break
            }
        }
        let judged = current ?? common
        let verdict = judge.verdict(at: phase, on: judged)
        if phase != .observe {
            if current != nil { current?.add(verdict) } else { common.add(verdict) }
        }
        return Ruling(verdict: verdict, effects: effects)
    }

    /// Whoever names a hundred domains is held to the rates of the first of them.
    private mutating func share(_ rate: SharedRate) {
        guard sharedRates.count < 16, !sharedRates.contains(where: { $0.name == rate.name }) else { return }
        sharedRates.append(rate)
    }

    private mutating func note(_ outcome: Engine.Outcome, phase: Phase) {
        let recipient = transaction?.recipients.count ?? 0
        let findings = outcome.report.findings.map { finding in
            let scoped =
                phase == .rcpt && finding.scope == .transaction
                ? finding.about(recipient: recipient) : finding
            return judge.weigh(scoped, stage: outcome.stage, phase: phase)
        }
        let skipped = outcome.report.notEvaluated.map { NotEvaluated(stage: outcome.stage, omission: $0) }
        let evaluation = TransactionRecord.Judgement.Evaluation(stage: outcome.stage, phase: phase)
        if current != nil {
            current?.add(evaluation, findings, outcome.report.effects, skipped)
        } else {
            common.add(evaluation, findings, outcome.report.effects, skipped)
            if phase == .observe || phase == .auth, !findings.isEmpty { isUntold = true }
        }
    }
}
