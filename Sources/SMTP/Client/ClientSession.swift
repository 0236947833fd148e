import Values

/// The client's side of an SMTP session with a server that a proxy stands in front of (RFC 5321 §4), without sockets
/// or clock: replies go in, what to send comes out.
///
/// The session greets by itself: banner, EHLO (or HELO where that is refused), STARTTLS and XCLIENT as configured. Then
/// it is ready, and commands are sent one by one or several at once, each answered by one reply.
public struct ClientSession: Sendable {
    /// How the connection is to be protected.
    public enum Protection: String, Sendable, Hashable, CaseIterable {
        case none
        /// With TLS where the server offers it.
        case opportunistic
        /// With TLS, or not used at all; whatever certificate the server shows.
        case required
        /// With TLS and a valid certificate for the server's name, or not used at all.
        case verified

        /// Whether a connection without TLS is of no use.
        public var isMandatory: Bool { self == .required || self == .verified }
    }

    /// What the caller is to do.
    public enum Action: Sendable, Hashable {
        /// Send these bytes.
        case send([UInt8])
        /// Begin a TLS handshake and call `tlsEstablished()`.
        case startTLS
        /// The greeting is done; commands can be sent.
        case ready
        /// The server's answer to the oldest command not answered yet.
        case reply(SMTPReply)
        /// The connection is of no use; the reply says why in words for the client.
        case failed(SMTPReply)
    }

    private enum State: Sendable {
        case banner, hello, oldHello, startTLS, securing, xclient, ready, failed
    }

    private let protection: Protection
    private let identity: ClientIdentity
    private let tellsIdentity: Bool
    private var hasToldIdentity = false
    private var state = State.banner
    private var replies = ReplyDecoder()
    /// Commands that were sent and not answered.
    private var unanswered = 0

    /// What the server offers, once the session is ready.
    public private(set) var extensions = PeerExtensions()
    /// What the server said it offers, now or, where it has not yet been asked, before; nil where it never did.
    public private(set) var offers: PeerOffers?
    /// Whether the connection is protected by TLS.
    public private(set) var isSecured: Bool

    /// A session in which no banner has come yet. `tellsIdentity` uses XCLIENT; a server that takes none is of no
    /// use then. `earlierOffers` is what the server said before, which is read anew where it says something else.
    public init(
        identity: ClientIdentity, protection: Protection = .none, tellsIdentity: Bool = false, isSecured: Bool = false,
        earlierOffers: PeerOffers? = nil
    ) {
        offers = earlierOffers
        (self.identity, self.protection) = (identity, protection)
        (self.tellsIdentity, self.isSecured) = (tellsIdentity, isSecured)
    }

    /// Whether commands can be sent.
    public var isReady: Bool { if case .ready = state { true } else { false } }

    /// The bytes of a command, its line end added. Nothing that could end a line goes out within it.
    public mutating func command(_ line: String) -> [UInt8] {
        unanswered += 1
        return Array(line.utf8.filter { $0 != .cr && $0 != .lf && $0 != 0 }) + [.cr, .lf]
    }

    /// Notes that message data with its final dot was sent, which is answered like a command.
    public mutating func sentData() { unanswered += 1 }

    /// The TLS handshake ended: the server is greeted anew (RFC 3207 §4.2).
    public mutating func tlsEstablished() -> [Action] {
        guard case .securing = state else { return [] }
        isSecured = true
        replies = ReplyDecoder()
        return hello()
    }

    /// Takes what the server sent.
    public mutating func consume(_ input: Bytes) -> [Action] {
        var actions: [Action] = []
        for output in replies.consume(input) {
            if case .failed = state { return actions }
            // RFC 3207 §4.2: nothing said before the handshake may count after it, so there is none.
            if case .securing = state { return [fail("answered before TLS")] }
            switch output {
            case .malformed: actions.append(fail("answered with what is no SMTP reply"))
            case .reply(let reply): actions += take(reply)
            }
        }
        return actions
    }

    private mutating func take(_ reply: SMTPReply) -> [Action] {
        switch state {
        case .banner:
            return reply.code == 220 ? hello() : [refused(reply)]
        case .hello:
            if reply.isPositive {
                let known = offers.flatMap { $0.lines == reply.lines.dropFirst() ? $0 : nil } ?? PeerOffers(reply)
                (offers, extensions) = (known, known.extensions)
                return greeted()
            }
            // RFC 5321 §3.2: a server that knows no EHLO gets HELO.
            guard reply.code / 100 == 5, !protection.isMandatory else { return [refused(reply)] }
            state = .oldHello
            return [.send(Array("HELO \(name)\r\n".utf8))]
        case .oldHello:
            guard reply.isPositive else { return [refused(reply)] }
            return greeted()
        case .startTLS:
            guard reply.code == 220 else {
                return protection.isMandatory ? [refused(reply)] : identified()
            }
            state = .securing
            return [.startTLS]
        case .xclient:
            // The server begins anew, with a banner for the client that it was told of.
            return reply.code == 220 ? hello() : [fail("refuses to be told of clients by XCLIENT")]
        case .ready:
            guard unanswered > 0 else {
                // RFC 5321 §3.8: 421 may come unasked.
                return reply.code == 421 ? [refused(reply)] : [fail("sent a reply that nothing asked for")]
            }
            unanswered -= 1
            return [.reply(reply)]
        case .securing, .failed:
            return []
        }
    }

    private var name: String {
        let name = identity.helo.filter { $0.isASCII && !$0.isWhitespace && !$0.isNewline }
        return name.isEmpty ? "localhost" : name
    }

    private mutating func hello() -> [Action] {
        state = identity.isExtended || protection != .none || tellsIdentity ? .hello : .oldHello
        extensions = PeerExtensions()
        if case .hello = state { return [.send(Array("EHLO \(name)\r\n".utf8))] }
        return [.send(Array("HELO \(name)\r\n".utf8))]
    }

    private mutating func greeted() -> [Action] {
        guard protection != .none, !isSecured else { return identified() }
        guard extensions.contains("STARTTLS") else {
            return protection.isMandatory ? [fail("offers no TLS, which is required here")] : identified()
        }
        state = .startTLS
        return [.send(Array("STARTTLS\r\n".utf8))]
    }

    private mutating func identified() -> [Action] {
        if tellsIdentity, !hasToldIdentity {
            // A server that took every client for the proxy would relay for all the world.
            guard let command = identity.xclient(offered: extensions.parameters(of: "XCLIENT")) else {
                return [fail("cannot be told of clients by XCLIENT")]
            }
            hasToldIdentity = true
            state = .xclient
            return [.send(Array("\(command)\r\n".utf8))]
        }
        state = .ready
        return [.ready]
    }

    private mutating func refused(_ reply: SMTPReply) -> Action {
        state = .failed
        // A next hop that takes no mail at all may take it later: the client is not to give up for that.
        return .failed(reply.isNegative ? reply : ClientSession.unavailable(reply.text))
    }

    private mutating func fail(_ reason: String) -> Action {
        state = .failed
        return .failed(ClientSession.unavailable("the mail server behind this one \(reason)"))
    }

    /// What a client is told when the server cannot be used.
    public static func unavailable(_ reason: String) -> SMTPReply {
        SMTPReply(code: 421, enhanced: EnhancedStatus(class: 4, subject: 3, detail: 2), text: reason)
    }
}
