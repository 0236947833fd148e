import DNS
import NIOCore
import NIOPosix
import Synchronization
import Values

/// The DNS as it is now: a stub resolver (RFC 1034 §5.3.1) with a cache.
///
/// Identical questions in flight are asked once, answers are kept for their time to live, and of many questions at
/// once only so many are in flight. The records of an answer come in an order of their own, not the server's, which
/// changes from answer to answer.
public final class LiveResolver: TimedDNSView {
    private let configuration: ResolverConfiguration
    private let servers: [NameServer]
    private let limit: QueryLimit
    private let chain: ChainOfTrust?
    private let state: Mutex<State>
    /// What times to live are measured by.
    private let now: @Sendable () -> ContinuousClock.Instant

    private struct State {
        var cache: AnswerCache<LookupStep>
        var inFlight: [DNSQuestion: Task<LookupStep, Never>] = [:]
    }

    /// A resolver that asks the servers of `configuration`. Sockets are opened when there is something to ask.
    public convenience init(_ configuration: ResolverConfiguration) { self.init(configuration, now: { .now }) }

    /// A resolver whose answers age by `now`.
    init(_ configuration: ResolverConfiguration, now: @escaping @Sendable () -> ContinuousClock.Instant) {
        self.configuration = configuration
        self.now = now
        chain = configuration.trustAnchors.map { ChainOfTrust($0) }
        limit = QueryLimit(configuration.maximumInFlight)
        state = Mutex(State(cache: AnswerCache(limit: configuration.maximumCached)))
        let eventLoop = MultiThreadedEventLoopGroup.singleton.next()
        servers = configuration.servers.map {
            NameServer(
                $0.address, asksForAuthenticity: configuration.trustsAuthenticity,
                asksForSignatures: configuration.trustAnchors != nil, shortestWait: configuration.shortestWait,
                eventLoop: eventLoop)
        }
    }

    /// Closes the sockets; questions that are in flight fail.
    public func close() async {
        for server in servers { await server.close() }
    }

    public func answer(to question: DNSQuestion) async -> DNSAnswer { await timedAnswer(to: question).answer }

    public func timedAnswer(to question: DNSQuestion) async -> TimedAnswer {
        var name = question.name
        var links = 0
        var ttl = Int.max
        var isAuthentic = true
        while true {
            let step = await step(for: DNSQuestion(name, question.type))
            isAuthentic = isAuthentic && step.isAuthentic
            ttl = min(ttl, step.ttl ?? Int.max)
            switch step.outcome {
            case .answer(.records(let records, _)):
                return TimedAnswer(.records(records, authentic: isAuthentic), ttl: ttl)
            case .answer(let answer):
                let isProven = isAuthentic && (answer == .noData || answer == .nameError)
                return TimedAnswer(answer, ttl: step.ttl == nil ? nil : ttl, isProvenAbsence: isProven)
            case .alias(let target, let more):
                links += more
                guard links <= LookupStep.maximumLinks else { return TimedAnswer(.serverFailure, ttl: nil) }
                name = target
            }
        }
    }

    /// What the servers say to exactly this question: remembered, on its way, or asked for.
    private func step(for question: DNSQuestion) async -> LookupStep {
        enum Found {
            case remembered(LookupStep)
            case asked(Task<LookupStep, Never>)
        }
        let found: Found = state.withLock { state in
            if let (step, remaining) = state.cache.value(for: question, at: now()) {
                return .remembered(step.with(remaining: remaining))
            }
            if let task = state.inFlight[question] { return .asked(task) }
            let task = Task {
                let step = await ask(question)
                self.state.withLock { state in
                    state.inFlight[question] = nil
                    if step.lifetime > .zero { state.cache.keep(step, for: question, until: now() + step.lifetime) }
                }
                return step
            }
            state.inFlight[question] = task
            return .asked(task)
        }
        switch found {
        case .remembered(let step): return step
        case .asked(let task): return await task.value
        }
    }

    /// Asks, and validates the answer when that is wanted.
    private func ask(_ question: DNSQuestion) async -> LookupStep {
        let trust = configuration.trustsAuthenticity && chain == nil
        let answer = await limit.run {
            await exchange(WireQuestion(question)) { message in
                LookupStep(message, to: question, trustsServer: trust).map { ($0, message) }
            }
        }
        switch answer {
        case .failure(let failure): return LookupStep(failure: failure.answer)
        case .success((let step, let message)):
            guard let chain else { return step }
            return await step.validated(message, to: question, by: chain) { [self] name, type in
                // Not while the question that it is for has its place: they would wait for one another.
                let sets = await limit.run {
                    await exchange(WireQuestion(name, type: type)) { message in
                        [.noError, .nameError].contains(message.responseCode)
                            ? SignatureWire.sets(of: message.wire) : nil
                    }
                }
                return try? sets.get()
            }
        }
    }

    private struct NoAnswer: Error { let answer: DNSAnswer }

    /// Asks one server after the other, each again after a longer wait, until one gives an answer that is of use or
    /// each has had its time. A server that answers uselessly is not asked again.
    private func exchange<Answer: Sendable>(
        _ question: WireQuestion, reading read: @Sendable (DNSMessage) -> Answer?
    ) async -> Result<Answer, NoAnswer> {
        let budget = configuration.timeout * configuration.attempts
        var spent = Duration.zero
        var candidates = servers
        var isAnswered = false
        var factor = 1
        while !candidates.isEmpty, spent < budget {
            var silent: [NameServer] = []
            var longest = Duration.zero
            for server in candidates {
                let wait = min(server.retransmission * factor, configuration.timeout, budget - spent)
                let start = ContinuousClock.now
                // Over TCP, where it comes to that, no longer than is left of the whole.
                let answer = await server.ask(
                    question, wait: wait, streamWait: min(configuration.timeout, budget - spent))
                longest = max(longest, wait, start.duration(to: .now))
                switch answer {
                case .reply(.answer(let message)):
                    isAnswered = true
                    if let answer = read(message) { return .success(answer) }
                case .reply(.malformed), .reply(.otherCase): isAnswered = true
                case .timeout: silent.append(server)
                case .unreachable: break
                }
            }
            spent += longest
            candidates = silent
            factor *= 2
        }
        return .failure(NoAnswer(answer: isAnswered ? .serverFailure : .timeout))
    }
}
