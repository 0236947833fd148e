import Mail
import SMTP
import Values

extension Conversation {
    /// A decision on an event; without a reply, the standard one.
    struct Answer {
        var reply: SMTPReply?
        var delay = Duration.zero
        var closes = false

        static let standard = Answer()

        private init() {}

        /// The answer after which nothing follows, or the standard one where there is no such.
        init(endingWith reply: SMTPReply?, isShadow: Bool) {
            guard let reply, !isShadow else { return }
            (self.reply, closes) = (reply, true)
        }

        /// An answer with this reply.
        init(_ reply: SMTPReply?) { self.reply = reply }

        /// The refusal that a ruling gives, if it does, after the delays that stages asked for; in shadow neither.
        init(_ ruling: SessionScreener.Ruling, isShadow: Bool) {
            guard !isShadow else { return }
            for case .delayReply(let duration) in ruling.effects { delay += duration }
            guard let refusal = ruling.verdict.reply else { return }
            reply = refusal
            closes = ruling.verdict.disposition == .disconnect
        }
    }

    mutating func carryOut(
        _ actions: [ServerSession.Action], at now: Timestamp, by courier: Courier? = nil
    ) async -> [Output] {
        var outputs: [Output] = []
        var actions = actions
        var delay = Duration.zero
        var (isTLSNext, endsMessage) = (false, false)
        while !actions.isEmpty {
            var next: [ServerSession.Action] = []
            for action in actions {
                switch action {
                case .send(let reply):
                    outputs.append(.reply(reply, after: delay))
                    delay = .zero
                case .close: outputs.append(.close)
                case .event(let event):
                    // RFC 2920 §3.2 lets replies wait for one another, but not for what may never be answered.
                    if let courier, !outputs.isEmpty, await courier(outputs, endsMessage) {
                        (outputs, endsMessage) = ([], false)
                    }
                    if case .message = event { endsMessage = true }
                    let answer = await answer(event, at: now)
                    delay = answer.delay
                    next = answer.reply.map { server.decide($0, closes: answer.closes) } ?? server.accept()
                    if server.isWaitingForTLS { isTLSNext = true }
                }
            }
            actions = next
        }
        if isTLSNext { outputs.append(.startTLS) }
        return outputs
    }

    mutating func answer(_ event: SessionEvent, at now: Timestamp) async -> Answer {
        if let refusalOfTLS, event != .quit {
            var answer = Answer(refusalOfTLS.reply)
            answer.closes = refusalOfTLS.closes
            return answer
        }
        switch event {
        case .connect:
            witness?.connected(hasMoreBehind: server.hasMoreInput)
            if let parameters = screener.session.tls.value { witness?.secured(parameters) }
            await noteEarlyTalk(before: .connect, to: &screener, at: now)
            let ruling = await screener.connect(at: now)
            if discards(ruling) { discardsSession = true }
            return greeting(holding(Answer(ruling, isShadow: isShadow), at: .connect))
        case .helo(let name, _):
            return await hello(name, at: now)
        case .startTLS:
            return .standard
        case .auth(let mechanism, let initial):
            if let heldRefusal { return Answer(heldRefusal) }
            exchange = (
                mechanism, SASLIdentity(mechanism: mechanism, initial: initial), initial.map { [$0.base64] } ?? []
            )
            return await authenticate(await nextHop.reply(to: .auth(mechanism: mechanism, initial: initial)), at: now)
        case .authResponse(let response):
            exchange?.identity.add(response)
            exchange?.answers.append(response.base64)
            return await authenticate(await nextHop.reply(to: .authResponse(response)), at: now)
        case .mail(let argument, let parameters):
            return await mail(argument, parameters, at: now)
        case .rcpt(let argument, let parameters):
            let answer = await rcpt(argument, parameters, at: now)
            if let reply = answer.reply, !reply.isPositive {
                transaction.refusals.append(TransactionRecord.Refusal(argument.path.address, reply))
            }
            return answer
        case .message(let received):
            return await message(received, at: now)
        case .reset:
            await forgetTransaction()
            return Answer(endingWith: await screener.observeEnd(.reset, at: now), isShadow: isShadow)
        case .protocolError(let error):
            // A client that does its work may meet the others.
            let end = error.isBreach ? await screener.observeEnd(.protocolError(error.reply.text), at: now) : nil
            // RFC 4954 §4: what the next hop waits for would be taken from whatever comes next.
            if exchange != nil {
                exchange = nil
                _ = await nextHop.reply(to: .authResponse(InitialResponse(base64: "*")))
            }
            switch error.kind {
            // The message was read and not taken: its transaction is over.
            case .messageDefects, .messageTooLarge:
                transaction.answer = error.reply
                await forgetTransaction()
            default: break
            }
            return Answer(endingWith: end, isShadow: isShadow)
        case .quit:
            endTransaction()
            _ = await nextHop.reply(to: .quit)
            return .standard
        }
    }

    /// RFC 5321 §4.2: the banner may go on in further lines.
    private func greeting(_ answer: Answer) -> Answer {
        guard answer.reply == nil, !bannerLines.isEmpty else { return answer }
        var greeting = answer
        greeting.reply = SMTPReply(code: 220, lines: server.standardReply(to: .connect).lines + bannerLines)
        return greeting
    }

    private mutating func hello(_ name: String, at now: Timestamp) async -> Answer {
        let hadTransaction = transaction.time != nil
        forgetHeldRefusal(of: .helo)
        let ruling = await greet(name, at: now)
        if discards(ruling) { discardsSession = true }
        var answer = holding(Answer(ruling, isShadow: isShadow), at: .helo)
        guard answer.reply == nil, heldRefusal == nil else { return answer }
        for case .withholdTLS in ruling.effects where !isShadow { server.withholdsTLS = true }
        if hadTransaction { _ = await nextHop.reply(to: .reset) }
        switch await nextHop.greet(screener.session) {
        case .ready(let extensions): server.offer(whatHas: extensions)
        case .unavailable(let reply): answer.reply = reply
        }
        return answer
    }

    private mutating func mail(
        _ argument: PathArgument, _ parameters: ESMTPParameters, at now: Timestamp
    ) async -> Answer {
        endTransaction()
        forgetHeldRefusal(of: .mail)
        transaction.time = now
        transaction.reversePath = .observed(argument.path)
        transaction.notifications.note(sender: parameters)
        let ruling = await screener.mail(transaction.reversePath, at: now)
        var answer = holding(Answer(ruling, isShadow: isShadow), at: .mail)
        discardsTransaction = discardsSession || discards(ruling)
        if answer.reply == nil, heldRefusal == nil, !discardsTransaction {
            var path = argument.text
            for case .rewriteReversePath(let replacement) in ruling.effects where !isShadow { path = replacement }
            answer.reply = await nextHop.reply(to: .mail(path: path, parameters))
            if let reply = answer.reply, !reply.isPositive { transaction.answer = reply }
        }
        if answer.reply.map({ !$0.isPositive }) ?? false { endTransaction() }
        return answer
    }

    private mutating func rcpt(
        _ argument: PathArgument, _ parameters: ESMTPParameters, at now: Timestamp
    ) async -> Answer {
        let path = Fact.observed(argument.path)
        let place = transaction.recipients.count
        transaction.recipients.append(path)
        transaction.notifications.note(parameters, recipient: place)
        let ruling = await screener.rcpt(Recipient(path), at: now)
        var answer = Answer(ruling, isShadow: isShadow)
        if let heldRefusal { answer.take(heldRefusal) }
        guard answer.reply == nil else { return answer }
        if discardsTransaction || discards(ruling) {
            transaction.discarded.append(argument.path.address)
            return answer
        }
        var forward = argument.text
        for case .rewriteRecipient(_, let replacement) in ruling.effects where !isShadow { forward = replacement }
        answer.reply = await nextHop.reply(to: .rcpt(path: forward, parameters))
        if answer.reply?.isPositive ?? true {
            transaction.accepted.append(place)
        } else if answer.reply?.saysUnknownRecipient ?? false {
            // A shadow has the answer all the same; under the policy the next hop would not have been asked.
            guard !ruling.verdict.disposition.isTerminal else {
                screener.passOver(.unknownRecipient(argument.path.address), at: now)
                return answer
            }
            let end = await screener.observeEnd(.unknownRecipient(argument.path.address), at: now)
            if let end, !isShadow { (answer.reply, answer.closes) = (end, true) }
        }
        return answer
    }

    private mutating func message(_ received: ReceivedMessage, at now: Timestamp) async -> Answer {
        guard let content = whole(received) else {
            // RFC 5321 §4.2.3: 452, insufficient system storage.
            let reply = SMTPReply(
                code: 452, enhanced: EnhancedStatus(class: 4, subject: 3, detail: 1),
                text: "no room for the message now, try again later")
            transaction.answer = reply
            await forgetTransaction()
            return Answer(reply)
        }
        witness?.screens(content)
        let message = Message(content)
        transaction.message = message
        let ruling = await screener.message(message, at: now)
        var answer = Answer(ruling, isShadow: isShadow)
        if answer.reply == nil, !transaction.discarded.isEmpty, transaction.accepted.isEmpty {
            // Nobody is left who is to have it, and the next hop knows of no recipient.
            answer.reply = SMTPReply(
                code: 250, enhanced: EnhancedStatus(class: 2, subject: 0, detail: 0), text: "message discarded")
            _ = await nextHop.reply(to: .reset)
        } else if answer.reply == nil, let known = screener.transaction {
            let delivery = Delivery(
                message: message, transaction: known, accepted: transaction.accepted,
                disposition: isShadow ? .accept : ruling.verdict.disposition,
                effects: isShadow ? [] : screener.judgement.effects, judgement: screener.judgement, time: now,
                notifications: transaction.notifications)
            answer.reply = await nextHop.reply(to: .message(delivery))
        } else {
            _ = await nextHop.reply(to: .reset)
        }
        transaction.answer = answer.reply
        if let later, !isShadow { await promise(later, after: answer.reply, ruling, on: message, at: now) }
        endTransaction()
        return answer
    }

    /// Has done what stages want done once the fate of a message is settled: it has been taken, by the next hop or by
    /// policy, or policy has refused it for good. What is to be tried again comes again.
    private func promise(
        _ later: any LaterActions, after reply: SMTPReply?, _ ruling: SessionScreener.Ruling, on message: Message,
        at now: Timestamp
    ) async {
        let isSettled = reply?.isPositive ?? true || ruling.verdict.reply.map { $0.code / 100 == 5 } ?? false
        guard isSettled, let known = screener.transaction else { return }
        var actions: [LaterAction] = []
        for case .later(let action) in screener.judgement.effects { actions.append(action) }
        guard !actions.isEmpty else { return }
        await later.promise(actions, about: message, of: known, at: now)
    }

    /// The message with what lies in the spool; nil when it cannot be had.
    private mutating func whole(_ received: ReceivedMessage) -> Bytes? {
        if isMessageLost { return nil }
        guard let spool, hasSpooled else { return received.content }
        let isFull = isSpoolFull
        (hasSpooled, isSpoolFull) = (false, false)
        guard !isFull, spool.append(received.content) else { return nil }
        return spool.take()
    }

    private mutating func forgetTransaction() async {
        if transaction.time != nil { _ = await nextHop.reply(to: .reset) }
        endTransaction()
    }

    /// Ends an AUTH exchange, or lets it go on.
    private mutating func authenticate(_ reply: SMTPReply?, at now: Timestamp) async -> Answer {
        let reply =
            reply
            ?? SMTPReply(
                code: 504, enhanced: EnhancedStatus(class: 5, subject: 5, detail: 4), text: "mechanism not available")
        guard reply.code != 334, let exchange else { return Answer(reply) }
        self.exchange = nil
        let recorded = recordedAttempt()
        let attempt = AuthenticationAttempt(
            mechanism: exchange.mechanism, identity: recorded?.identity ?? exchange.identity.name,
            succeeded: reply.isPositive,
            isRepeated: recorded?.isRepeated ?? isRepeated(exchange.answers, exchange.mechanism, reply))
        witness?.authenticated(attempt)
        let ruling = await screener.auth(attempt, at: now)
        if discards(ruling) { discardsSession = true }
        var answer = Answer(ruling, isShadow: isShadow)
        // The next hop counts the client as authenticated: one that policy refuses has to go.
        if answer.reply != nil, reply.isPositive { answer.closes = true }
        if answer.reply == nil { answer.reply = reply }
        return answer
    }
}

extension Conversation {
    /// Whether the credentials were refused, now and before. RFC 4954 §6: 535 is for credentials that are wrong.
    private func isRepeated(_ answers: [String], _ mechanism: String, _ reply: SMTPReply) -> Bool {
        guard reply.code == 535, let failedCredentials else { return false }
        return failedCredentials.note(answers, by: mechanism, from: screener.session.client.value)
    }
}

extension SMTPReply {
    /// Whether a server says by this that there is no such mailbox (RFC 3463 §3.2; RFC 5321 §4.2.3 without a status).
    fileprivate var saysUnknownRecipient: Bool {
        guard code == 550 || code == 551 || code == 553 else { return false }
        guard let enhanced else { return code == 550 }
        return enhanced.subject == 1
    }
}
