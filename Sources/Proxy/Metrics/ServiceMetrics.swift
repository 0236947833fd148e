import SMTP
import Screening
import Synchronization

/// Counts what a service does. Whatever clients say, there are no more series than the code and the policy have words.
public final class ServiceMetrics: Sendable {
    struct VerdictKey: Hashable {
        let disposition: String
        let checkpoint: String
    }

    struct ReplyKey: Hashable {
        let command: HopCommand
        /// The first digit of the reply; 0 where there was none.
        let kind: Int
    }

    struct State {
        var sessions = 0
        var refused: [ConnectionCounts.Refusal: Int] = [:]
        var verdicts: [VerdictKey: Int] = [:]
        var findings: [String: Int] = [:]
        var replies: [ReplyKey: Int] = [:]
        var latencies: [HopCommand: Histogram] = [:]
        var answers = Histogram()
        var faults: [Fault: Int] = [:]
        var spooled = 0
        var reloads = (good: 0, bad: 0)
        var lastGreeting: ContinuousClock.Instant?
    }

    /// What goes wrong beside the mail itself.
    public enum Fault: String, Sendable, Hashable, CaseIterable {
        /// The store of state gave no answer.
        case state
        /// A message could not be kept in quarantine.
        case quarantine
        /// A message could not be signed.
        case signature
        /// What was to be done about a message is not done, or not yet.
        case action
    }

    /// What is asked of a next hop.
    enum HopCommand: String, Hashable, CaseIterable {
        case greeting, auth, mail, rcpt, message, reset
    }

    private static let symbolLimit = 2000
    private let state = Mutex(State())

    /// Nothing counted yet.
    public init() {}

    func snapshot() -> State { state.withLock { $0 } }

    func noteSession() { state.withLock { $0.sessions += 1 } }

    func note(_ refusal: ConnectionCounts.Refusal) { state.withLock { $0.refused[refusal, default: 0] += 1 } }

    /// Counts a fault.
    public func note(_ fault: Fault) { state.withLock { $0.faults[fault, default: 0] += 1 } }

    /// Counts an attempt to read the policy anew.
    public func noteReload(succeeded: Bool) {
        state.withLock { if succeeded { $0.reloads.good += 1 } else { $0.reloads.bad += 1 } }
    }

    /// Counts a transaction, or a session without one, by its verdict, and each symbol found in it once.
    public func note(_ record: TransactionRecord) {
        let verdict = record.judgement.verdict
        let key = VerdictKey(
            disposition: verdict?.disposition.rawValue ?? "none", checkpoint: verdict?.phase.rawValue ?? "none")
        let symbols = Set(record.judgement.findings.map(\.finding.symbol.name))
        state.withLock { state in
            state.verdicts[key, default: 0] += 1
            for symbol in symbols {
                let isKnown = state.findings[symbol] != nil || state.findings.count < ServiceMetrics.symbolLimit
                state.findings[isKnown ? symbol : "other", default: 0] += 1
            }
        }
    }

    /// Counts what the next hop said to `command`; nil where it said nothing of its own.
    func note(_ command: HopCommand, _ reply: SMTPReply?, after time: Duration) {
        let kind = reply.map { $0.code / 100 } ?? 0
        state.withLock { state in
            state.replies[ReplyKey(command: command, kind: kind), default: 0] += 1
            state.latencies[command, default: Histogram()].add(time)
            if command == .greeting, reply?.isPositive ?? true { state.lastGreeting = .now }
        }
    }

    /// Counts how long a client waited for what is answered here and behind.
    func noteAnswer(after time: Duration) { state.withLock { $0.answers.add(time) } }

    /// More or fewer octets lie in spools.
    func noteSpooled(_ change: Int) { state.withLock { $0.spooled += change } }

    /// Whether a next hop has taken a greeting within `limit`.
    public func hasGreetedNextHop(within limit: Duration) -> Bool {
        state.withLock { $0.lastGreeting.map { $0.duration(to: .now) < limit } ?? false }
    }
}
