import NIOCore
import SMTP
import Screening
import Synchronization
import Values

/// One client's connection from its first byte to its last.
struct ProxySession: Sendable {
    private let settings: ProxyServer.Settings
    let stream: ByteStream
    private let listener: ListenerSettings
    private let isDraining: @Sendable () -> Bool

    /// A session on `stream`, which came in at `listener`; `isDraining` says whether the service is to stop.
    init(
        _ settings: ProxyServer.Settings, _ stream: ByteStream, _ listener: ListenerSettings,
        isDraining: @escaping @Sendable () -> Bool = { false }
    ) {
        (self.settings, self.stream, self.listener, self.isDraining) = (settings, stream, listener, isDraining)
    }

    var configuration: ProxyServer.Configuration { settings.configuration }

    /// Serves the client until either side ends the connection.
    func run() async {
        do {
            try await serve()
        } catch {
            // The connection broke or nothing came any more; what was judged before has been recorded.
        }
        await stream.close()
    }

    private func serve() async throws {
        var early = Bytes([])
        let (remote, local) = (stream.remoteEnd, stream.localEnd)
        var endpoint = ClientEndpoint(
            address: remote?.address, port: remote?.port ?? 0, localAddress: local?.address, localPort: local?.port ?? 0
        )
        if configuration.expectsProxyHeader, isBalancer(endpoint.address) {
            guard let (header, rest) = try await proxyHeader(from: endpoint.address) else { return }
            early = rest
            if let source = header.source {
                (endpoint.address, endpoint.port) = (source, header.port)
                endpoint.localAddress = header.destination
            }
        }
        var session = Session(
            id: configuration.sessionID(), client: endpoint.address.map(Fact.observed) ?? .absent)
        session.listener = endpoint.localAddress.map(Fact.observed) ?? .absent
        if endpoint.localPort > 0 { session.listenerPort = .observed(endpoint.localPort) }
        if listener.isImplicitTLS {
            switch await secured(session, early: early) {
            case .established(let parameters): session.tls = .observed(parameters)
            case .failed(let reason): return await endUnsecured(session, endpoint, because: reason)
            }
            early = Bytes([])
        }
        // RFC 5321 §3.1: a client waits for the banner. What one sends before is found out only by letting it.
        let patience = configuration.isShadow ? .zero : configuration.bannerDelay
        if early.isEmpty, let ahead = try await stream.early(within: patience) {
            early = Bytes(Array(ahead.readableBytesView))
        }
        let relay = relay(endpoint)
        let (talk, recording) = begin(session, endpoint, relay)
        do {
            try await withTaskCancellationHandler {
                try await converse(talk, early: early, recording)
            } onCancel: {
                relay?.breakOff()
            }
        } catch {
            await finish(talk, recording)
            await relay?.close()
            throw error
        }
        await finish(talk, recording)
        await relay?.close()
    }

    private func relay(_ endpoint: ClientEndpoint) -> NextHopRelay? {
        configuration.nextHop.map {
            NextHopRelay(
                pool: $0, endpoint: endpoint, loop: stream.channel.eventLoop, store: configuration.store,
                edits: configuration.edits)
        }
    }

    private func begin(
        _ session: Session, _ endpoint: ClientEndpoint, _ relay: NextHopRelay?
    ) -> (Talk, SessionRecording?) {
        let smtp = configuration.smtp(at: listener)
        let hop = measured(relay ?? configuration.answering)
        let recording = recording(of: session, endpoint, smtp)
        let conversation = Conversation(
            policy: configuration.policy,
            environment: recording?.environment(configuration.environment) ?? configuration.environment,
            configuration: smtp, session: session, source: session.id,
            nextHop: recording.map { RecordingHop(hop, in: $0) } ?? hop,
            spool: FileSpool(
                folder: configuration.spoolFolder, memoryLimit: configuration.spoolMemory,
                metrics: configuration.metrics),
            isShadow: configuration.isShadow, witness: recording, failedCredentials: configuration.failedCredentials,
            later: configuration.later)
        return (Talk(conversation, Allowance(configuration.timeouts)), recording)
    }

    /// Ends a connection that was to begin with TLS and did not: it leaves a record of that.
    private func endUnsecured(_ session: Session, _ endpoint: ClientEndpoint, because reason: String) async {
        let (talk, recording) = begin(session, endpoint, nil)
        guard let (taken, allowance) = talk.take() else { return }
        var conversation = taken
        await conversation.tlsFailed(reason, at: now(recording))
        talk.put(conversation, allowance)
        await finish(talk, recording)
    }

    private func measured(_ hop: any NextHop) -> any NextHop {
        configuration.metrics.map { MeasuredNextHop(hop: hop, metrics: $0) } ?? hop
    }

    /// The recording of a session; nil where none are made.
    private func recording(
        of session: Session, _ endpoint: ClientEndpoint, _ smtp: ServerConfiguration
    ) -> SessionRecording? {
        func end(_ address: IPAddress?, _ port: Int) -> Endpoint? {
            address.map { Endpoint($0, port: UInt16(exactly: port).flatMap { $0 == 0 ? nil : $0 }) }
        }
        return configuration.recorder.map { recorder in
            SessionRecording(
                client: end(endpoint.address, endpoint.port), server: end(endpoint.localAddress, endpoint.localPort),
                service: RecordedService(smtp, isShadow: configuration.isShadow),
                at: configuration.clock(), to: recorder.sink(for: session.id))
        }
    }

    /// The time of what comes next.
    func now(_ recording: SessionRecording?) -> Timestamp {
        let now = configuration.clock()
        recording?.begin(at: now)
        return now
    }

    /// Goes on until either side ends it. A task keeps all the room that its stack has ever taken: what a client says is
    /// dealt with in tasks that end when it falls silent, so that an idle connection holds little.
    private func converse(_ talk: Talk, early: Bytes, _ recording: SessionRecording?) async throws {
        var isOpen = try await ProxySession.apart {
            try await carryOn(talk) { conversation, allowance in
                guard try await open(&conversation, &allowance, early: early, recording) else { return false }
                return try await goOn(&conversation, &allowance, recording)
            }
        }
        while isOpen {
            await stream.somethingComes(within: talk.timeLeft)
            isOpen = try await ProxySession.apart {
                try await carryOn(talk) { try await goOn(&$0, &$1, recording) }
            }
        }
    }

    /// Runs `work` in a task of its own, of which nothing is left when it returns.
    private static func apart(_ work: @Sendable @escaping () async throws -> Bool) async throws -> Bool {
        async let result = work()
        return try await result
    }

    /// Takes the conversation for as long as `work` takes. False once the connection is to be closed.
    private func carryOn(
        _ talk: Talk, _ work: (inout Conversation, inout Allowance) async throws -> Bool
    ) async throws -> Bool {
        guard var (conversation, allowance) = talk.take() else { return false }
        let result: Result<Bool, any Error>
        do { result = .success(try await work(&conversation, &allowance)) } catch { result = .failure(error) }
        talk.put(conversation, allowance)
        return try result.get()
    }

    private func open(
        _ conversation: inout Conversation, _ allowance: inout Allowance, early: Bytes, _ recording: SessionRecording?
    ) async throws -> Bool {
        let isOpen = try await carryOut(
            await conversation.connect(at: now(recording), early: early), of: &conversation, recording)
        deliver(from: &conversation, recording)
        allowance.renew()
        return isOpen
    }

    /// Deals with what the client says until it says nothing for a while. False once the connection is to be closed.
    private func goOn(
        _ conversation: inout Conversation, _ allowance: inout Allowance, _ recording: SessionRecording?
    ) async throws -> Bool {
        while true {
            if isDraining(), !conversation.hasTransaction {
                try await sayGoodbye(3, "service is stopping", recording)
                return false
            }
            let left = allowance.left
            if left > ProxySession.silence, await !stream.somethingComes(within: ProxySession.silence) { return true }
            let input: ByteBuffer?
            do {
                input = try await stream.next(within: left)
            } catch ByteStream.Failure.interrupted {
                continue
            } catch ByteStream.Failure.timeout {
                // RFC 5321 §4.5.3.2: a server that gives up says 421.
                try await sayGoodbye(4, "timed out, closing", recording)
                return false
            }
            guard let input else { return false }
            allowance.spend(input.readableBytes, isData: conversation.isReceivingData)
            let start = ContinuousClock.now
            let sent = SentAhead()
            let outputs = await conversation.receive(
                Bytes(Array(input.readableBytesView)), at: now(recording),
                by: ProxySession.isPipelined(input) ? courier(since: start, sent, recording) : nil)
            if !outputs.isEmpty {
                allowance.renew()
                configuration.metrics?.noteAnswer(after: start.duration(to: .now))
            }
            deliver(from: &conversation, recording)
            allowance.bucket.rate = conversation.rateLimit
            let octets = input.readableBytes + Conversation.wireCount(of: outputs) + sent.octets
            try await holdUp(octets, conversation.sharedRates, &allowance)
            if try await !carryOut(outputs, of: &conversation, recording) { return false }
        }
    }

    /// Holds the client up for what passed: its time does not run meanwhile. What others use of a rate that is shared is
    /// asked again and again, as it makes the wait longer.
    private func holdUp(_ octets: Int, _ rates: [SharedRate], _ allowance: inout Allowance) async throws {
        var octets = octets
        var moment = ContinuousClock.now
        while true {
            let own = allowance.bucket.spend(octets, at: moment)
            let shared = configuration.shares.spend(
                octets, of: rates, at: moment, in: configuration.environment.state, time: configuration.clock())
            guard max(own, shared) > .zero else { return }
            let wait = shared > .zero ? min(max(own, shared), ProxySession.sharedStep) : own
            try await configuration.pause(wait)
            allowance.extend(by: wait)
            (octets, moment) = (0, moment + wait)
        }
    }

    /// How long a client is held up before it is asked again what others use.
    private static let sharedStep = Duration.milliseconds(500)
    /// How long a client may say nothing before it counts as idle.
    private static let silence = Duration.milliseconds(50)

    /// RFC 5321 §3.8: a server that has to go may say so at any time.
    private func sayGoodbye(_ subject: Int, _ reason: String, _ recording: SessionRecording?) async throws {
        let reply = SMTPReply(
            code: 421, enhanced: EnhancedStatus(class: 4, subject: subject, detail: 2), text: reason)
        recording?.sent(reply, at: configuration.clock())
        try await stream.sendAll(reply.wire(), within: .seconds(5))
    }

    private func isBalancer(_ address: IPAddress?) -> Bool {
        guard !configuration.balancers.isEmpty else { return true }
        return address.map { address in configuration.balancers.contains { $0.contains(address) } } ?? false
    }

    /// The header that a balancer begins with, and what came behind it; nil when there is none. One that says nothing at all
    /// only looks if anybody is here.
    private func proxyHeader(from balancer: IPAddress?) async throws -> (ProxyLine, Bytes)? {
        func complain() {
            let name = balancer.map { "\($0)" } ?? "a local client"
            configuration.onFault("\(name) is a balancer and sent no PROXY header that can be read; closed")
        }
        var bytes: [UInt8] = []
        // One time for all of it: a header that drips in buys none.
        let deadline = ContinuousClock.now + .seconds(10)
        func next() async throws -> ByteBuffer? {
            do {
                return try await stream.next(within: max(.milliseconds(1), deadline - .now))
            } catch ByteStream.Failure.timeout {
                complain()
                return nil
            }
        }
        while let buffer = try await next() {
            bytes += buffer.readableBytesView
            switch ProxyLine.read(bytes) {
            case .header(let header, let length): return (header, Bytes(bytes, in: length..<bytes.count))
            case .incomplete: continue
            case .none:
                complain()
                return nil
            }
        }
        return nil
    }

    private func finish(_ talk: Talk, _ recording: SessionRecording?) async {
        guard var (conversation, _) = talk.take() else { return }
        // What is found at the end is found at the time that the record has for it.
        let end = now(recording)
        await conversation.close(at: end)
        deliver(from: &conversation, recording)
        recording?.close(at: end)
    }

    private func deliver(from conversation: inout Conversation, _ recording: SessionRecording?) {
        for record in conversation.takeRecords() {
            recording?.ended(record)
            configuration.onRecord(record)
        }
    }
}

/// A conversation between two tasks that carry it on.
private final class Talk: Sendable {
    private let held: Mutex<(conversation: Conversation, allowance: Allowance)?>

    init(_ conversation: Conversation, _ allowance: Allowance) { held = Mutex((conversation, allowance)) }

    /// The conversation, which nobody else has from then on.
    func take() -> (conversation: Conversation, allowance: Allowance)? {
        var taken: (conversation: Conversation, allowance: Allowance)?
        // Moved, not copied: there are many things in it.
        held.withLock { swap(&$0, &taken) }
        return taken
    }

    func put(_ conversation: consuming Conversation, _ allowance: Allowance) {
        var given: (conversation: Conversation, allowance: Allowance)? = (conversation, allowance)
        held.withLock { swap(&$0, &given) }
    }

    /// How long the client may still take.
    var timeLeft: Duration { held.withLock { $0?.allowance.left } ?? .zero }
}

/// How long a client may still take: a command has one deadline for all of its line, so that dripping it buys no time;
/// data has one for every block.
private struct Allowance: Sendable {
    private let timeouts: ProxyServer.Timeouts
    private var deadline: ContinuousClock.Instant
    private var octets = 0
    /// How much the client may send and be sent in a time.
    var bucket = TokenBucket(at: .now)

    private static let block = 4096

    init(_ timeouts: ProxyServer.Timeouts) {
        self.timeouts = timeouts
        deadline = .now + timeouts.command
    }

    var left: Duration { max(.milliseconds(1), deadline - .now) }

    /// A new command may take all of its time.
    mutating func renew() { (deadline, octets) = (.now + timeouts.command, 0) }

    mutating func extend(by duration: Duration) { deadline += duration }

    mutating func spend(_ count: Int, isData: Bool) {
        guard isData else { return }
        octets += count
        if octets >= Allowance.block {
            octets = 0
            deadline = .now + timeouts.dataBlock
        }
    }
}
