import Mail
import NIOCore
import SMTP
import Screening
import Synchronization
import Values

/// One client's way to the server behind the proxy: a connection of its own, opened once policy has accepted the
/// greeting and used for all mail of the session, by one task at a time. No actor: each of its steps would be a turn of
/// its own on the event loop.
final class NextHopRelay: NextHop {
    private let pool: NextHopPool
    private let endpoint: ClientEndpoint
    private let loop: any EventLoop
    private let store: (any MessageStore)?
    private let edits: MessageEditor
    private let held = Mutex<Link?>(nil)
    private let isBrokenOff = Mutex(false)

    /// An open connection and the protocol on it.
    private struct Link {
        let stream: ByteStream
        let address: ServerAddress
        /// The client's name that it was opened with.
        let helo: String?
        var session: ClientSession
        var isAuthenticated = false
    }

    /// The connection is lost, or what was said on it cannot be used; the reply is what the client is told.
    private struct Lost: Error {
        let reply: SMTPReply
        /// Why the TLS handshake failed, where that is it.
        var failedHandshake: String?
    }

    private var link: Link? {
        get { held.withLock { $0 } }
        set { held.withLock { $0 = newValue } }
    }

    init(
        pool: NextHopPool, endpoint: ClientEndpoint, loop: any EventLoop, store: (any MessageStore)?,
        edits: MessageEditor
    ) {
        (self.pool, self.endpoint, self.loop, self.store, self.edits) = (pool, endpoint, loop, store, edits)
    }

    func greet(_ session: Session) async -> HopGreeting {
        if let link {
            // RFC 5321 §4.1.4: a further EHLO counts from then on. The server behind learns the name where a connection
            // begins; one on which the client has authenticated itself stays.
            if link.isAuthenticated || link.helo == session.helo.value { return .ready(link.session.extensions) }
            await quit()
        }
        var last = ClientSession.unavailable("the mail server behind this one cannot be reached, try again later")
        for address in pool.candidates() {
            do throws(Lost) {
                let opened = try await reach(address, session)
                link = opened
                return .ready(opened.session.extensions)
            } catch {
                last = error.reply
                let reason = error.failedHandshake.map { "TLS handshake failed: \($0)" } ?? "\(error.reply)"
                pool.onFault("session \(session.id): next hop \(address): \(reason)")
                pool.avoid(address)
            }
        }
        return .unavailable(last)
    }

    func reply(to request: HopRequest) async -> SMTPReply? {
        do throws(Lost) {
            switch request {
            case .auth(let mechanism, let initial):
                return noted(
                    try await ask("AUTH \(mechanism)" + (initial.map { " \($0.base64)" } ?? ""), mayGoOn: true))
            case .authResponse(let response): return noted(try await ask(response.base64, mayGoOn: true))
            case .mail(let path, let parameters): return try await ask(NextHopRelay.line("MAIL FROM", path, parameters))
            case .rcpt(let path, let parameters):
                if let refusal = refusal(of: path) { return refusal }
                return try await ask(NextHopRelay.line("RCPT TO", path, parameters))
            case .message(let delivery): return try await message(delivery)
            case .reset:
                guard held.withLock({ $0 != nil }) else { return nil }
                return try await ask("RSET")
            case .quit:
                await quit()
                return nil
            }
        } catch {
            await drop()
            return error.reply
        }
    }

    private func noted(_ reply: SMTPReply) -> SMTPReply {
        if reply.isPositive { held.withLock { $0?.isAuthenticated = true } }
        return reply
    }

    /// Says goodbye without waiting for the answer.
    private func quit() async {
        guard var link else { return }
        self.link = nil
        try? await link.stream.sendAll(link.session.command("QUIT"), within: .seconds(5))
        await link.stream.close()
    }

    private var stream: ByteStream? { held.withLock { $0?.stream } }

    /// Gives the connection up. What lies on its way must not come to its end there: the client is told that it did not.
    private func drop() async {
        let stream = stream
        link = nil
        await stream?.abort()
    }

    /// Ends what is under way, from any thread: the service stops.
    func breakOff() {
        isBrokenOff.withLock { $0 = true }
        stream?.channel.close(mode: .all, promise: nil)
    }

    /// The connection ended on the client's side.
    func close() async { await quit() }

    private func message(_ delivery: Delivery) async throws(Lost) -> SMTPReply {
        switch delivery.disposition {
        case .discard:
            _ = try await ask("RSET")
            return NextHopRelay.taken("message discarded")
        case .quarantine:
            let keeping = await store?.keep(delivery) ?? .failed("no folder agent.quarantine is set")
            guard case .kept(let id) = keeping else {
                _ = try await ask("RSET")
                return notKept(keeping, delivery)
            }
            // What is kept is safe whatever the next hop says now.
            do throws(Lost) { _ = try await ask("RSET") } catch { await drop() }
            return NextHopRelay.taken("message kept as \(id)")
        case .accept, .tag, .defer, .reject, .disconnect:
            guard let parts = SetAsideParts(of: delivery, hostname: edits.hostname) else {
                return try await passOn(delivery)
            }
            let keeping = await store?.keep(parts, of: delivery) ?? .failed("no folder agent.quarantine is set")
            guard case .kept(let id) = keeping else {
                _ = try await ask("RSET")
                return notKept(keeping, delivery)
            }
            // What the next hop does not take comes again, and its parts with it.
            do throws(Lost) {
                let reply = try await passOn(delivery)
                if !reply.isPositive { await store?.forget(id) }
                return reply
            } catch {
                await store?.forget(id)
                throw error
            }
        }
    }

    /// Sends a message on as policy has changed it.
    private func passOn(_ delivery: Delivery) async throws(Lost) -> SMTPReply {
        if let refusal = try await readdress(delivery) { return refusal }
        let begin = try await ask("DATA", within: pool.configuration.timeouts.dataBegin, mayGoOn: true)
        guard begin.code == 354 else {
            guard begin.isNegative else {
                // What was to be a message would be read as commands, or commands as a message.
                await drop()
                return NextHopRelay.busy("the mail server behind this one does not take the message now")
            }
            // The client has been told 354, so that its transaction ends with this reply; there it goes on.
            do throws(Lost) { _ = try await ask("RSET") } catch { await drop() }
            return begin
        }
        let content = edits.edited(delivery)
        try takeUnasked()
        try await send(content)
        held.withLock { $0?.session.sentData() }
        return try await answer(within: pool.configuration.timeouts.dataEnd)
    }

    /// Names the recipients that policy adds, or names instead; what the client is told where one of them cannot be had,
    /// as mail must not go where policy does not want it, nor fail to go where it does.
    private func readdress(_ delivery: Delivery) async throws(Lost) -> SMTPReply? {
        var (redirects, copies): ([String], [String]) = ([], [])
        for case .redirect(let address) in delivery.effects { redirects.append(address) }
        for case .copy(let address) in delivery.effects { copies.append(address) }
        if !redirects.isEmpty {
            _ = try await ask("RSET")
            var path = delivery.transaction.reversePath.value.map { $0.isNull ? "" : $0.address } ?? ""
            for case .rewriteReversePath(let replacement) in delivery.effects { path = replacement }
            // RFC 6152 §3: the content may hold what 7bit does not allow.
            let offers = link?.session.extensions
            var parameters = offers?.contains("8BITMIME") ?? false ? " BODY=8BITMIME" : ""
            // RFC 6531 §3.4.
            let isInternational = ([path] + redirects + copies).contains { !$0.utf8.allSatisfy { $0 < 0x80 } }
            if isInternational, offers?.contains("SMTPUTF8") ?? false { parameters += " SMTPUTF8" }
            let reply = try await ask("MAIL FROM:<\(path)>" + parameters)
            guard reply.isPositive else {
                return NextHopRelay.busy("message cannot be redirected now, try again later")
            }
        }
        for recipient in redirects + copies {
            let refusal = refusal(of: recipient)
            let reply = if let refusal { refusal } else { try await ask("RCPT TO:<\(recipient)>") }
            guard !reply.isPositive else { continue }
            pool.onFault(
                "session \(delivery.transaction.session.id): <\(recipient)>, to whom policy sends it: \(reply)")
            _ = try await ask("RSET")
            return NextHopRelay.busy("message cannot be sent where it has to go, try again later")
        }
        return nil
    }

    private func notKept(_ keeping: Keeping, _ delivery: Delivery) -> SMTPReply {
        switch keeping {
        case .noRoom(let reason):
            pool.onFault("session \(delivery.transaction.session.id): quarantine \(reason)")
            // RFC 5321 §4.2.3: 452, insufficient system storage.
            return SMTPReply(
                code: 452, enhanced: EnhancedStatus(class: 4, subject: 3, detail: 1),
                text: "no room for the message now, try again later")
        case .failed(let reason):
            pool.onFault("session \(delivery.transaction.session.id): quarantine \(reason)")
            return NextHopRelay.busy("message cannot be kept now, try again later")
        case .kept: return NextHopRelay.busy("message cannot be kept now, try again later")
        }
    }

    private static func line(_ command: String, _ path: String, _ parameters: ESMTPParameters) -> String {
        parameters.isEmpty ? "\(command):<\(path)>" : "\(command):<\(path)> \(parameters)"
    }

    private static func taken(_ text: String) -> SMTPReply {
        SMTPReply(code: 250, enhanced: EnhancedStatus(class: 2, subject: 0, detail: 0), text: text)
    }

    private static func busy(_ text: String) -> SMTPReply {
        SMTPReply(code: 451, enhanced: EnhancedStatus(class: 4, subject: 3, detail: 0), text: text)
    }

    private static let lost = SMTPReply(
        code: 421, enhanced: EnhancedStatus(class: 4, subject: 4, detail: 2),
        text: "lost the mail server behind this one, try again later")
}

extension NextHopRelay {
    /// Opens a connection with the protection there is to be; an opportunistic one goes on without TLS where the
    /// handshake fails, now and for a while.
    private func reach(_ address: ServerAddress, _ session: Session) async throws(Lost) -> Link {
        let configuration = pool.configuration
        guard configuration.protection == .opportunistic else {
            return try await open(address, session, configuration.protection)
        }
        if await configuration.retry?.contains(address) ?? false { return try await open(address, session, .none) }
        do throws(Lost) {
            return try await open(address, session, .opportunistic)
        } catch {
            guard let reason = error.failedHandshake else { throw error }
            pool.onFault(
                "session \(session.id): next hop \(address): TLS handshake failed: \(reason); going on without TLS")
            await configuration.retry?.add(address, because: reason)
            return try await open(address, session, .none)
        }
    }

    /// The refusal of a recipient whose mail is to be protected where the connection is not; for now, as the next
    /// attempt may find it so.
    private func refusal(of path: String) -> SMTPReply? {
        let isOpenlyLinked = held.withLock { $0.map { !$0.session.isSecured } ?? false }
        guard isOpenlyLinked, let at = path.utf8.lastIndex(of: .at),
            pool.configuration.requiresTLS(String(path[path.utf8.index(after: at)...]))
        else { return nil }
        return SMTPReply(
            code: 450, enhanced: EnhancedStatus(class: 4, subject: 7, detail: 4),
            text: "TLS to the mail server behind this one is required for this recipient, and there is none now")
    }

    private func open(
        _ address: ServerAddress, _ session: Session, _ protection: ClientSession.Protection
    ) async throws(Lost) -> Link {
        let configuration = pool.configuration
        let stream: ByteStream
        do {
            let source = configuration.identification == .transparent ? session.client.value : nil
            stream = try await pool.connect(to: address, on: loop, from: source)
        } catch {
            throw Lost(
                reply: ClientSession.unavailable("the mail server behind this one cannot be reached, try again later"))
        }
        let identity = ClientIdentity(
            address: session.client.value, port: endpoint.port == 0 ? nil : endpoint.port,
            reverseName: session.reverseName.value, helo: session.helo.value ?? "localhost")
        link = Link(
            stream: stream, address: address, helo: session.helo.value,
            session: ClientSession(
                identity: identity, protection: protection,
                tellsIdentity: configuration.identification == .xclient, isSecured: configuration.isImplicitTLS,
                earlierOffers: pool.offers(of: address)))
        do throws(Lost) {
            if isBrokenOff.withLock({ $0 }) { throw Lost(reply: NextHopRelay.lost) }
            let source = session.client.value.map { ($0, endpoint.port) }
            switch configuration.identification {
            case .none, .xclient, .transparent: break
            case .proxy1:
                try await send(
                    ProxyHeader.version1(source: source, destination: endpoint.destination),
                    within: configuration.timeouts.command)
            case .proxy2:
                try await send(
                    ProxyHeader.version2(source: source, destination: endpoint.destination),
                    within: configuration.timeouts.command)
            }
            if configuration.isImplicitTLS { try await secure() }
            try await greetServer()
            guard let opened = link else { throw Lost(reply: NextHopRelay.lost) }
            if let offers = opened.session.offers { pool.note(offers, of: address) }
            return opened
        } catch {
            await drop()
            throw error
        }
    }

    /// Goes on until the session is ready for commands. The client waits for its own greeting meanwhile, and for no longer
    /// than five minutes in all (RFC 5321 §4.5.3.2.2), in which other servers are to be tried too.
    private func greetServer() async throws(Lost) {
        while true {
            var actions = try await incoming(within: pool.configuration.timeouts.greeting)[...]
            while let action = actions.popFirst() {
                switch action {
                case .send(let bytes): try await send(bytes, within: pool.configuration.timeouts.command)
                case .startTLS:
                    try await secure()
                    actions = (held.withLock { $0?.session.tlsEstablished() } ?? [])[...]
                case .ready: return
                case .failed(let reply): throw Lost(reply: reply)
                case .reply: throw Lost(reply: NextHopRelay.lost)
                }
            }
        }
    }

    /// Makes the handshake with the server.
    private func secure() async throws(Lost) {
        guard let link, let tls = pool.configuration.tls else { throw Lost(reply: NextHopRelay.lost) }
        do throws(TLSFault) {
            _ = try await link.stream.secure(by: tls, to: link.address, within: pool.configuration.timeouts.handshake)
        } catch {
            throw Lost(
                reply: ClientSession.unavailable("no protected connection to the mail server behind this one"),
                failedHandshake: error.description)
        }
    }

    /// Asks the server for something. A reply of class 3 is one only where it `mayGoOn` to something else.
    private func ask(
        _ line: String, within limit: Duration? = nil, mayGoOn: Bool = false
    ) async throws(Lost) -> SMTPReply {
        try takeUnasked()
        guard let bytes = held.withLock({ $0?.session.command(line) }) else { throw Lost(reply: NextHopRelay.lost) }
        let limit = limit ?? pool.configuration.timeouts.command
        try await send(bytes, within: limit)
        let reply = try await answer(within: limit)
        guard reply.code / 100 != 3 || mayGoOn else {
            throw Lost(reply: ClientSession.unavailable("the mail server behind this one answers what was not asked"))
        }
        return reply
    }

    /// What the server said unasked would be taken for the answer to what comes next.
    private func takeUnasked() throws(Lost) {
        guard let stream, let buffer = stream.takeUnread() else { return }
        let actions = held.withLock { $0?.session.consume(Bytes(Array(buffer.readableBytesView))) } ?? []
        for case .failed(let reply) in actions { throw Lost(reply: reply) }
        throw Lost(reply: NextHopRelay.lost)
    }

    private func answer(within limit: Duration) async throws(Lost) -> SMTPReply {
        while true {
            var answer: SMTPReply?
            for action in try await incoming(within: limit) {
                switch action {
                case .reply(let reply):
                    // RFC 5321 §3.8: 421 says that the server closes the connection.
                    if reply.code == 421 { throw Lost(reply: reply) }
                    answer = reply
                case .failed(let reply):
                    // The answer that came before counts; there are no more.
                    guard answer != nil else { throw Lost(reply: reply) }
                    pool.onFault("next hop \(held.withLock { $0.map { "\($0.address)" } } ?? ""): \(reply)")
                    await drop()
                case .send, .startTLS, .ready: throw Lost(reply: NextHopRelay.lost)
                }
            }
            if let answer { return answer }
        }
    }

    /// Sends a message as it goes over the wire.
    private func send(_ message: Bytes) async throws(Lost) {
        guard let stream else { throw Lost(reply: NextHopRelay.lost) }
        // Few messages have more dots to double than this has room for.
        var buffer = stream.channel.allocator.buffer(capacity: message.count + 64)
        DotStuffing.write(message) { _ = buffer.writeBytes($0) }
        // RFC 5321 §4.5.3.2.5 and 6: each block has its time, and that of the answer begins when all has left.
        let limit = pool.configuration.timeouts.dataBlock
        do {
            while let block = buffer.readSlice(length: min(NextHopRelay.block, buffer.readableBytes)),
                block.readableBytes > 0
            {
                try await stream.sendAll(block, within: limit)
            }
        } catch {
            throw Lost(reply: NextHopRelay.lost)
        }
    }

    private static let block = 64 << 10

    private func send(_ bytes: [UInt8], within limit: Duration) async throws(Lost) {
        guard let stream else { throw Lost(reply: NextHopRelay.lost) }
        do { try await stream.send(bytes, within: limit) } catch { throw Lost(reply: NextHopRelay.lost) }
    }

    private func incoming(within limit: Duration) async throws(Lost) -> [ClientSession.Action] {
        guard let stream else { throw Lost(reply: NextHopRelay.lost) }
        let buffer: ByteBuffer?
        do { buffer = try await stream.next(within: limit) } catch { throw Lost(reply: NextHopRelay.lost) }
        guard let buffer else { throw Lost(reply: NextHopRelay.lost) }
        return held.withLock { $0?.session.consume(Bytes(Array(buffer.readableBytesView))) } ?? []
    }
}
