extension ServerSession {
    /// The reply that `accept()` gives to an event.
    public func standardReply(to event: SessionEvent) -> SMTPReply {
        switch event {
        case .connect: SMTPReply(code: 220, text: "\(configuration.hostname) ESMTP")
        case .helo: SMTPReply(code: 250, text: configuration.hostname)
        case .mail: .standard(250, 1, 0, "sender OK")
        case .rcpt: .standard(250, 1, 5, "recipient OK")
        case .message: .standard(250, 0, 0, "message accepted")
        case .startTLS: .standard(220, 0, 0, "go ahead")
        case .auth, .authResponse: .standard(504, 5, 4, "mechanism not available")
        case .reset: .standard(250, 0, 0, "OK")
        case .quit: .standard(221, 0, 0, "\(configuration.hostname) closing connection")
        case .protocolError(let error): error.reply
        }
    }

    /// Moves on from a decided event; returns the reply to send and whether the session closes after it.
    mutating func resolve(_ event: SessionEvent, with reply: SMTPReply) -> (reply: SMTPReply, closes: Bool) {
        switch event {
        case .connect:
            state = reply.isPositive ? .greeted : .refused
        case .helo(_, let isExtended):
            // RFC 5321 §4.1.4: EHLO resets like RSET; a refused one leaves everything as it was.
            guard reply.isPositive else { break }
            (state, isBehindRefusal) = (.identified, false)
            return (greeting(isExtended: isExtended), false)
        case .startTLS:
            if reply.isPositive { state = .securing }
        case .auth, .authResponse:
            // RFC 4954 §4: 334 asks for more, 235 says yes, and anything else leaves the client as it was.
            state = reply.code == 334 ? .authenticating : .identified
            if reply.isPositive { isAuthenticated = true }
        case .mail:
            guard reply.isPositive else { break }
            (state, isBehindRefusal, refusedRecipientCount) = (.transaction(recipients: 0), false, 0)
        case .rcpt:
            guard case .transaction(let recipients) = state else { break }
            guard reply.isPositive else {
                isBehindRefusal = true
                refusedRecipientCount += 1
                break
            }
            state = .transaction(recipients: recipients + 1)
        case .message:
            (idleCommandCount, isBehindRefusal) = (0, false)
        case .reset:
            isBehindRefusal = false
            switch state {
            case .transaction, .betweenChunks: state = .identified
            case .idle, .refused, .greeted, .identified, .receivingData, .receivingChunk, .authenticating, .securing,
                .closed:
                break
            }
        case .quit:
            return (reply, true)
        case .protocolError(let error):
            return (reply, error.closes)
        }
        return (reply, false)
    }

    /// RFC 5321 §4.1.1.1: the server's name, then for EHLO one keyword a line; RFC 2034 §4: no status codes here.
    private func greeting(isExtended: Bool) -> SMTPReply {
        guard isExtended else { return SMTPReply(code: 250, text: configuration.hostname) }
        let offers = offers.map { $0.line(sizeLimit: sizeLimit) }
        return SMTPReply(code: 250, lines: [configuration.hostname] + offers)
    }
}

extension SMTPReply {
    /// A reply whose status class follows from its code.
    static func standard(_ code: Int, _ subject: Int, _ detail: Int, _ text: String) -> SMTPReply {
        SMTPReply(code: code, enhanced: EnhancedStatus(class: code / 100, subject: subject, detail: detail), text: text)
    }
}
