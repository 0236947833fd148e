import Mail
import NIOCore
import NIOPosix
import SMTP
import Screening
import Values

/// Sends a message that was kept aside on to its recipients, by the way it would have gone.
public struct QuarantineRelease: Sendable {
    private let folder: QuarantineFolder
    private let pool: NextHopPool
    private let edits: MessageEditor

    /// Releases from `folder` to `servers`, without fields that claim to be our verdict; without those that SpamAssassin
    /// writes too where `removesSpamFields`. `onFault` is told why one of the servers could not be used.
    public init(
        _ folder: QuarantineFolder, to servers: NextHopConfiguration, removesSpamFields: Bool = false,
        onFault: @escaping @Sendable (String) -> Void
    ) {
        self.folder = folder
        var edits = MessageEditor(addsVerdictField: false)
        (edits.removesVerdicts, edits.removesSpamFields) = (true, removesSpamFields)
        self.edits = edits
        pool = NextHopPool(servers, onFault: onFault)
    }

    /// What became of a release.
    public struct Outcome: Sendable, Hashable {
        /// The recipients that the server took the message for.
        public var released: [String] = []
        /// The others, and what the server said of each.
        public var refused: [Refusal] = []
        /// Whether no server could be asked: then nobody refused anything.
        public var isUnreachable = false

        /// A recipient that the server refused.
        public struct Refusal: Sendable, Hashable {
            /// The recipient, as the client gave it.
            public let recipient: String
            /// What the server said.
            public let reply: SMTPReply
        }
    }

    /// Sends the message `id` on to those of its recipients that `isWanted` says yes to, and notes on the disk who got
    /// it. `isWanted` is told of the releases there were, while no other program makes one. With `deletes` the message
    /// is deleted once it has been sent on to all of its recipients, now or before.
    public func send(
        _ id: String, at now: Timestamp, deletes: Bool,
        choosing: @Sendable (QuarantinedMessage, [QuarantineFolder.Release]) -> [QuarantinedMessage.Recipient]
    ) async throws(QuarantineError) -> Outcome {
        try await folder.holding(id) { () async throws(QuarantineError) in
            let message = try folder.message(id)
            let content = try folder.content(of: id)
            let before = try folder.releases(of: id)
            let recipients = choosing(message, before)
            let (outcome, server) = await deliver(message, content, to: recipients)
            if !outcome.released.isEmpty {
                try folder.note(
                    QuarantineFolder.Release(time: now, server: server, recipients: outcome.released), of: id)
            }
            let done = Set(before.flatMap(\.recipients) + outcome.released)
            // Parts that are to be kept are kept here, where the message went on without them.
            let keepsParts = message.edits.contains(where: \.keepsPart)
            if deletes, !keepsParts, outcome.refused.isEmpty,
                message.recipients.allSatisfy({ done.contains($0.address) })
            {
                try folder.remove(id)
            }
            return outcome
        }
    }

    private func deliver(
        _ message: QuarantinedMessage, _ content: Bytes, to recipients: [QuarantinedMessage.Recipient]
    ) async -> (Outcome, server: String) {
        var outcome = Outcome()
        guard !recipients.isEmpty else { return (outcome, "") }
        let relay = NextHopRelay(
            pool: pool,
            endpoint: ClientEndpoint(address: message.client, localAddress: message.listener, localPort: 25),
            loop: MultiThreadedEventLoopGroup.singleton.any(), store: nil,
            edits: edits)
        func refuse(_ recipients: [QuarantinedMessage.Recipient], _ reply: SMTPReply) {
            outcome.refused += recipients.map { Outcome.Refusal(recipient: $0.address, reply: reply) }
        }
        var session = Session(id: message.id, client: message.client.map(Fact.observed) ?? .absent)
        session.helo = message.helo.map(Fact.observed) ?? .absent
        session.reverseName = message.reverseName.map(Fact.observed) ?? .absent
        let offered: PeerExtensions
        switch await relay.greet(session) {
        case .ready(let extensions): offered = extensions ?? PeerExtensions()
        case .unavailable(let reply):
            refuse(recipients, reply)
            outcome.isUnreachable = true
            await relay.close()
            return (outcome, "")
        }
        // Those that could not be reached come last now.
        let server = pool.candidates().first?.description ?? ""
        let parameters = QuarantineRelease.parameters(message, content, offered: offered)
        let reply = await relay.reply(to: .mail(path: message.forwardedSender, parameters))
        if let reply, !reply.isPositive {
            refuse(recipients, reply)
            await relay.close()
            return (outcome, server)
        }
        var accepted: [QuarantinedMessage.Recipient] = []
        for recipient in recipients {
            let reply = await relay.reply(
                to: .rcpt(
                    path: recipient.forwarded, offered.contains("DSN") ? recipient.notifications : .none))
            if let reply, !reply.isPositive { refuse([recipient], reply) } else { accepted.append(recipient) }
        }
        if !accepted.isEmpty {
            let reply = await relay.reply(to: .message(message.delivery(of: content, in: session)))
            // Nothing but the server's own 250 says that it has the message.
            if let reply, reply.isPositive {
                outcome.released = accepted.map(\.address)
            } else {
                refuse(accepted, reply ?? ClientSession.unavailable("the mail server gave no answer"))
            }
        }
        await relay.close()
        return (outcome, server)
    }

    /// RFC 6152 §2 and RFC 6531 §3.4: what has to be said of a message with other characters than ASCII; RFC 3461 §4: what
    /// the client wanted to be told.
    private static func parameters(
        _ message: QuarantinedMessage, _ content: Bytes, offered: PeerExtensions
    ) -> ESMTPParameters {
        var words: [String] = []
        let paths = [message.forwardedSender] + message.recipients.map(\.forwarded)
        if offered.contains("8BITMIME"), content.contains(where: { $0 >= 0x80 }) { words.append("BODY=8BITMIME") }
        if offered.contains("SMTPUTF8"), paths.contains(where: { $0.utf8.contains { $0 >= 0x80 } }) {
            words.append("SMTPUTF8")
        }
        let asked = offered.contains("DSN") ? message.notifications : .none
        return ESMTPParameters(words: words + asked.all.map(\.description))
    }
}

extension Effect {
    /// Whether a part of the message is to be kept in quarantine.
    fileprivate var keepsPart: Bool {
        if case .editContent(.takeOut(_, _, _, true)) = self { true } else { false }
    }

    /// The effect on a message that is in quarantine itself.
    fileprivate var withoutKeeping: Effect {
        guard case .editContent(.takeOut(let path, let span, let note, true)) = self else { return self }
        return .editContent(.takeOut(path: path, span: span, note: note))
    }
}

extension QuarantinedMessage {
    fileprivate func delivery(of content: Bytes, in session: Session) -> Delivery {
        return Delivery(
            message: Message(content), transaction: Transaction(session: session), accepted: [],
            disposition: .accept, effects: edits.map(\.withoutKeeping), judgement: TransactionRecord.Judgement(),
            time: time)
    }
}
