import Mail
import NIOPosix
import SMTP
import Screening
import Values

/// By what means promised actions are done: programs, web services, and the mail servers behind.
public struct ActionMeans: Sendable {
    /// What became of an action.
    enum Outcome: Sendable, Hashable {
        case done
        /// It may go well another time.
        case failed(String)
        /// It will not.
        case refused(String)
    }

    /// Runs programs.
    public var programs: any ProgramRunner
    /// Calls web services.
    public var webhooks: WebhookClient
    /// Takes notes.
    public var nextHop: NextHopPool
    /// The name of this host.
    public var hostname: String
    /// The time of day.
    public var clock: @Sendable () -> Timestamp

    /// Means.
    public init(
        programs: any ProgramRunner, webhooks: WebhookClient, nextHop: NextHopPool, hostname: String,
        clock: @escaping @Sendable () -> Timestamp
    ) {
        (self.programs, self.webhooks, self.nextHop, self.hostname) = (programs, webhooks, nextHop, hostname)
        self.clock = clock
    }

    func carryOut(_ promised: PromisedAction, _ message: Bytes?) async -> Outcome {
        switch promised.action {
        case .webhook(let call): await webhooks.send(call, id: promised.id, at: clock())
        case .note(let note): await send(note, promised, message)
        case .run(let call): ActionMeans.outcome(of: await programs.run(call, on: message ?? Bytes([])))
        }
    }

    /// An exit code says what a program thinks of a message, and only 75 (EX_TEMPFAIL of sysexits.h) that it has not done
    /// its work.
    private static func outcome(of answer: ProgramAnswer) -> Outcome {
        switch answer {
        case .exited(75), .failed, .notRun: .failed(answer.text)
        case .exited: .done
        // What it had done by then would be done twice.
        case .killed, .timedOut: .refused(answer.text)
        }
    }

    private func send(_ note: NoteMail, _ promised: PromisedAction, _ message: Bytes?) async -> Outcome {
        var mail = ComposedMail(
            fields: [
                ("Date", ReceivedTrace.date(promised.time)), ("From", note.sender ?? "postmaster@\(hostname)"),
                ("To", note.recipient), ("Subject", note.subject), ("Message-ID", "<\(promised.id)@\(hostname)>"),
                // RFC 3834 §5: nobody is to answer by machine.
                ("Auto-Submitted", "auto-generated"),
            ], text: note.text)
        if let message {
            switch note.attachment {
            case .none: break
            case .message: mail.attachments = [.message(message)]
            case .header: mail.attachments = [.header(message[0..<Message(message).header.bodyOffset])]
            }
        }
        let content = mail.bytes
        let relay = NextHopRelay(
            pool: nextHop, endpoint: ClientEndpoint(address: nil, localAddress: nil, localPort: 25),
            loop: MultiThreadedEventLoopGroup.singleton.any(), store: nil, edits: MessageEditor(addsVerdictField: false)
        )
        var session = Session(id: promised.id, client: .absent)
        session.helo = .observed(hostname)
        let outcome = await send(note, content, by: relay, session)
        await relay.close()
        return outcome
    }

    private func send(
        _ note: NoteMail, _ content: Bytes, by relay: NextHopRelay, _ session: Session
    ) async -> Outcome {
        switch await relay.greet(session) {
        case .ready: break
        case .unavailable(let reply): return ActionMeans.outcome(of: reply)
        }
        let delivery = Delivery(
            message: Message(content), transaction: Transaction(session: session), accepted: [], disposition: .accept,
            effects: [], judgement: TransactionRecord.Judgement(), time: clock())
        let requests: [HopRequest] = [
            .mail(path: note.sender ?? "", .none), .rcpt(path: note.recipient, .none), .message(delivery),
        ]
        for request in requests {
            if let reply = await relay.reply(to: request), !reply.isPositive { return ActionMeans.outcome(of: reply) }
        }
        return .done
    }

    private static func outcome(of reply: SMTPReply) -> Outcome {
        reply.code / 100 == 5 ? .refused("\(reply)") : .failed("\(reply)")
    }
}
