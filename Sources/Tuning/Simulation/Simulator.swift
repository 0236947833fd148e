import DNS
import Mail
import Screening
import State
import Values

/// Asks the stages that remember again about sessions that were recorded, under any policy: no message is read and no
/// DNS asked. The sessions run beside one another as they did then, event by event.
public struct Simulator {
    private let engine: Engine
    private let judge: Judge
    private let environment: ScreeningEnvironment
    /// The sessions that are open, as a heap: the one with the next event stands first.
    private var open: [Open] = []
    private var count = 0

    /// A simulation under `policy` that starts from `state`.
    public init(policy: ScreeningPolicy, state: MemoryState) {
        engine = Engine(policy, only: SessionHistory.simulatedStages)
        judge = Judge(policy)
        environment = ScreeningEnvironment(dns: { _ in NoDNS() }, state: state)
    }

    /// Runs one more session; sessions come in the order in which they began. What others did before it began is done
    /// first. `deliver` is given each transaction at its end.
    public mutating func run(_ history: SessionHistory, deliver: (SimulatedTransaction) -> Void) async {
        guard let begin = history.events.first?.time else { return }
        while let next = open.first, next.time <= begin { await advance(deliver) }
        count += 1
        push(Open(history, number: count))
        // A log with sessions that never end holds no more than these.
        while open.count > Simulator.mostOpen { await advance(deliver) }
    }

    /// Runs all that is left.
    public mutating func finish(deliver: (SimulatedTransaction) -> Void) async {
        while !open.isEmpty { await advance(deliver) }
    }

    private static let mostOpen = 100_000

    private mutating func advance(_ deliver: (SimulatedTransaction) -> Void) async {
        let session = pop()
        await session.step(engine, judge, environment, deliver)
        if session.isOver { session.end(deliver) } else { push(session) }
    }

    private mutating func push(_ session: Open) {
        open.append(session)
        var place = open.count - 1
        while place > 0, open[place] < open[(place - 1) / 2] {
            open.swapAt(place, (place - 1) / 2)
            place = (place - 1) / 2
        }
    }

    private mutating func pop() -> Open {
        open.swapAt(0, open.count - 1)
        let first = open.removeLast()
        var place = 0
        while true {
            var least = place
            for child in [place * 2 + 1, place * 2 + 2] where child < open.count && open[child] < open[least] {
                least = child
            }
            if least == place { return first }
            open.swapAt(place, least)
            place = least
        }
    }
}

/// A session under way.
private final class Open {
    private let history: SessionHistory
    private let number: Int
    private var place = 0
    private var session: Session
    private var transaction: Transaction?
    private var granted = GrantedExemptions()
    /// What was found about the session, and about the transaction besides.
    private var common: [Finding] = []
    private var current: [Finding]?
    private var isSessionRefused = false
    private var isTransactionRefused = false
    /// Whether policy refuses the recipient that came last, so that nobody is asked whether there is such a one.
    private var isRecipientRefused = false
    private var simulated: SimulatedTransaction
    private var hasTransaction = false
    private var hasDelivered = false

    init(_ history: SessionHistory, number: Int) {
        (self.history, self.number) = (history, number)
        session = Session(id: history.source, client: history.client.map(Fact.observed) ?? .absent)
        if let listener = history.listener { session.listener = .observed(listener) }
        if let port = history.listenerPort { session.listenerPort = .observed(port) }
        simulated = SimulatedTransaction(
            source: history.source, time: history.events.first?.time, client: history.client?.description,
            label: history.label, isObserved: history.isObserved)
    }

    var time: Timestamp { history.events[place].time }
    var isOver: Bool { place >= history.events.count }

    static func < (left: Open, right: Open) -> Bool { (left.time, left.number) < (right.time, right.number) }

    func step(
        _ engine: Engine, _ judge: Judge, _ environment: ScreeningEnvironment,
        _ deliver: (SimulatedTransaction) -> Void
    ) async {
        let event = history.events[place]
        place += 1
        for grant in event.grants { granted.add(grant) }
        if case .unknownRecipient = event.kind, isRecipientRefused { return }
        guard let checkpoint = checkpoint(for: event, deliver) else { return }
        var found = event.symbols.map { Finding($0) }
        for symbol in event.symbols { simulated.note(symbol) }
        let isRefusedNow = found.contains { judge.refuses($0) }
        let outcomes = await engine.evaluate(
            checkpoint, now: event.time, in: environment, earlier: earlier(found), granted: granted,
            isRefused: isSessionRefused || isTransactionRefused || isRefusedNow)
        for outcome in outcomes {
            found += outcome.report.findings
            for finding in outcome.report.findings { simulated.add(finding, refuses: judge.refuses(finding)) }
            for effect in outcome.report.effects { simulated.add(effect) }
        }
        if !found.isEmpty { keep(found, refuses: checkpoint.phase < .rcpt && found.contains { judge.refuses($0) }) }
        switch event.kind {
        case .rcpt(let path):
            isRecipientRefused = found.contains { judge.refuses($0) }
            if let path { simulated.recipients.append(path) }
        case .message: finish(deliver)
        default: break
        }
    }

    /// What was found before and `found` with it.
    private func earlier(_ found: [Finding]) -> [Finding] {
        let known = current ?? common
        return found.isEmpty ? known : known + found
    }

    private func keep(_ found: [Finding], refuses: Bool) {
        if current != nil {
            current?.append(contentsOf: found)
            if refuses { isTransactionRefused = true }
        } else {
            common += found
            if refuses { isSessionRefused = true }
        }
    }

    private func checkpoint(
        for event: SessionHistory.Event, _ deliver: (SimulatedTransaction) -> Void
    ) -> Checkpoint? {
        switch event.kind {
        case .connect: return .connect(session)
        case .helo(let name):
            finish(deliver)
            session.helo = name.map(Fact.observed) ?? .absent
            return .helo(session)
        case .auth(let mechanism, let identity, let succeeded, let isRepeated):
            if succeeded {
                session.authenticated = .observed(identity ?? mechanism)
                session.mechanism = .observed(mechanism)
                simulated.isAuthenticated = true
            }
            return .auth(
                session,
                AuthenticationAttempt(
                    mechanism: mechanism, identity: identity, succeeded: succeeded, isRepeated: isRepeated))
        case .mail(let path):
            finish(deliver)
            let transaction = Transaction(session: session, reversePath: Open.fact(path))
            (self.transaction, current, hasTransaction) = (transaction, common, true)
            (simulated.time, simulated.sender) = (event.time, path ?? "")
            return .mail(transaction)
        case .rcpt(let path):
            var transaction = transaction ?? Transaction(session: session)
            let recipient = Recipient(Open.fact(path))
            let checkpoint = Checkpoint.rcpt(transaction, recipient)
            transaction.recipients.append(recipient)
            self.transaction = transaction
            return checkpoint
        case .message(let octets):
            let message = Message(Open.nothing[0..<min(max(octets, 0), Open.nothing.count)])
            return .message(transaction ?? Transaction(session: session), message)
        case .reset:
            finish(deliver)
            return .observe(session, .reset)
        case .protocolError: return .observe(session, .protocolError(""))
        case .unknownRecipient: return .observe(session, .unknownRecipient(""))
        case .spokeEarly(let phase): return .observe(session, .spokeEarly(phase))
        case .closed:
            finish(deliver)
            return .observe(session, .closed)
        }
    }

    /// What messages are made of, of which nothing but the size is known.
    private static let nothing = Bytes([.cr, .lf] + [UInt8](repeating: .space, count: 64 << 20))

    private static func fact(_ path: String?) -> Fact<SMTPPath> {
        path.flatMap { SMTPPath($0) }.map(Fact.observed) ?? .absent
    }

    /// Ends the transaction under way.
    private func finish(_ deliver: (SimulatedTransaction) -> Void) {
        guard hasTransaction else { return }
        deliver(simulated)
        hasDelivered = true
        var next = SimulatedTransaction(
            source: history.source, time: time(at: place), client: history.client?.description, label: history.label,
            isObserved: history.isObserved)
        next.isAuthenticated = simulated.isAuthenticated
        for finding in common { next.add(finding, refuses: isSessionRefused) }
        next.newBans = []
        simulated = next
        (transaction, current, hasTransaction, isTransactionRefused) = (nil, nil, false, false)
    }

    private func time(at place: Int) -> Timestamp? { place < history.events.count ? history.events[place].time : nil }

    func end(_ deliver: (SimulatedTransaction) -> Void) {
        if hasTransaction { return finish(deliver) }
        if hasDelivered {
            // Nothing is left that could be refused.
            guard !simulated.newBans.isEmpty else { return }
            simulated.ban = nil
        }
        deliver(simulated)
    }
}
