import Values

extension ServerSession {
    /// Carries out one line outside message data.
    mutating func perform(_ line: DecodedLine) -> Action? {
        commandDefects.formUnion(line.defects)
        let isStray = state != .authenticating && strayCredentials.note(line.content)
        tookLine?(
            TakenLine(
                content: line.content, isTooLong: line.isTooLong, isSecret: state == .authenticating,
                isStray: isStray, hasMoreBehind: hasMoreInput))
        if state == .authenticating { return authResponse(line) }
        let isChunk = line.content.prefix(4).elementsEqual("BDAT".utf8, by: { $0 & 0xDF == $1 })
        let hasDefects = configuration.discipline == .reject && !line.defects.isEmpty
        if isChunk, line.isTooLong || hasDefects { return refuse(.unreadableChunk) }
        if line.isTooLong { return refuse(.lineTooLong) }
        if hasDefects { return refuse(.commandDefects(line.defects)) }
        switch SMTPCommand.parse(line.content) {
        case .failure where isChunk: return refuse(.unreadableChunk)
        case .failure(let error): return refuse(.syntax(error))
        case .success(let command): return perform(command)
        }
    }

    private mutating func perform(_ command: SMTPCommand) -> Action? {
        let verb = command.verb
        // RFC 5321 §3.1: after a 554 banner the server waits for QUIT and answers 503 to everything else.
        if state == .refused, command != .quit { return refuse(.behindRefusal(verb: verb)) }
        switch command {
        case .helo(let name):
            return idle(verb) ?? ask(.helo(name: name, isExtended: false))
        case .ehlo(let name):
            return idle(verb) ?? ask(.helo(name: name, isExtended: true))
        case .mail(let path, let parameters):
            return mail(path, parameters)
        case .rcpt(let path, let parameters):
            return rcpt(path, parameters)
        case .data:
            return openData()
        case .bdat(let size, let isLast):
            return chunk(size, isLast: isLast)
        case .rset:
            return idle(verb) ?? ask(.reset)
        case .noop:
            return idle(verb) ?? .send(.standard(250, 0, 0, "OK"))
        case .quit:
            return ask(.quit)
        case .vrfy:
            // RFC 5321 §3.5.3: 252 says neither yes nor no.
            return idle(verb) ?? .send(.standard(252, 0, 0, "send some mail, I'll try my best"))
        case .help:
            return idle(verb) ?? .send(.standard(214, 0, 0, "see RFC 5321"))
        case .starttls:
            return startTLS()
        case .auth(let mechanism, let initial):
            return auth(mechanism, initial)
        case .expn, .xclient:
            return refuse(.notImplemented(verb: verb))
        case .unknown(let verb):
            return refuse(.unknownCommand(verb: verb))
        }
    }

    /// Counts a command that furthers no mail; an action when there were too many.
    private mutating func idle(_ verb: String) -> Action? {
        idleCommandCount += 1
        return idleCommandCount > configuration.maximumIdleCommands ? refuse(.tooManyIdleCommands(verb: verb)) : nil
    }

    private mutating func mail(_ path: PathArgument, _ parameters: ESMTPParameters) -> Action {
        switch state {
        case .greeted where configuration.requiresHelo: return refuse(.badSequence(verb: "MAIL"))
        case .greeted, .identified: break
        // RFC 5321 §4.1.4: MAIL must not be sent while a transaction is open.
        case .idle, .refused, .transaction, .receivingData, .receivingChunk, .betweenChunks, .authenticating, .securing,
            .closed:
            return refuse(.badSequence(verb: "MAIL"))
        }
        isBehindRefusal = true
        if configuration.requiresTLS, !isSecured { return refuse(.tlsRequired(verb: "MAIL")) }
        if configuration.requiresAuthentication, !isAuthenticated { return refuse(.authenticationRequired) }
        if let error = parameterError(parameters, allowed: offers.flatMap(\.mailParameters), "MAIL") {
            return refuse(error)
        }
        isInternational = parameters.contains("SMTPUTF8")
        if needsUTF8(path) { return refuse(.undeclaredUTF8) }
        // RFC 1870 §6.1: a declared size over the limit is refused before the data is sent.
        if let size = parameters.size, sizeLimit > 0, size > sizeLimit {
            return refuse(.messageTooLarge(size))
        }
        return ask(.mail(path, parameters))
    }

    private mutating func rcpt(_ path: PathArgument, _ parameters: ESMTPParameters) -> Action {
        switch state {
        case .transaction(let recipients):
            let allowed = offers.flatMap(\.rcptParameters)
            if let error = parameterError(parameters, allowed: allowed, "RCPT") { return refuse(error) }
            if needsUTF8(path) { return refuse(.undeclaredUTF8) }
            if max(recipients, refusedRecipientCount) >= configuration.maximumRecipients {
                return refuse(.tooManyRecipients)
            }
            return ask(.rcpt(path, parameters))
        case .idle, .refused, .greeted, .identified, .receivingData, .receivingChunk, .betweenChunks, .authenticating,
            .securing, .closed:
            return refuse(outOfOrder("RCPT"))
        }
    }

    /// RFC 6531 §3.5: an address beyond ASCII is for transactions of which MAIL has said so.
    private func needsUTF8(_ path: PathArgument) -> Bool {
        !isInternational && !path.text.utf8.allSatisfy { $0 < 0x80 }
    }

    private mutating func openData() -> Action {
        switch state {
        case .transaction(let recipients) where recipients > 0:
            beginData()
            return .send(SMTPReply(code: 354, text: "end data with <CR><LF>.<CR><LF>"))
        // RFC 5321 §3.3: DATA without a recipient accepted is 503 (or 554).
        case .idle, .refused, .greeted, .identified, .transaction, .receivingData, .receivingChunk, .betweenChunks,
            .authenticating, .securing, .closed:
            return refuse(outOfOrder("DATA"))
        }
    }

    /// Why a command of a transaction has no place: by the client's fault or not.
    func outOfOrder(_ verb: String) -> ProtocolError.Kind {
        isBehindRefusal ? .behindRefusal(verb: verb) : .badSequence(verb: verb)
    }

    /// The first parameter that the offered extensions do not know, or whose value is not of its form.
    private func parameterError(
        _ parameters: ESMTPParameters, allowed: [String], _ verb: String
    ) -> ProtocolError.Kind? {
        for parameter in parameters.all {
            guard allowed.contains(parameter.keyword) else { return .unrecognizedParameter(parameter.keyword) }
            let isWellFormed =
                switch parameter.keyword {
                // RFC 1870 §3: 1*20DIGIT; more than fits an Int is more than any limit, but no number either.
                case "SIZE": parameter.value.map { $0.utf8.allSatisfy(\.isDigit) && Int($0) != nil } ?? false
                case "BODY": ["7bit", "8bitmime"].contains(parameter.value?.asciiLowercased ?? "")
                case "SMTPUTF8": parameter.value == nil
                default: parameter.value != nil
                }
            if !isWellFormed {
                return .syntax(CommandSyntaxError(verb: verb, problem: .malformedParameter(parameter.keyword)))
            }
        }
        return nil
    }

    /// Reports a breach and counts it; the one too many ends the session.
    mutating func refuse(_ kind: ProtocolError.Kind) -> Action {
        let error = ProtocolError(kind)
        if error.counts { errorCount += 1 }
        return ask(.protocolError(errorCount > configuration.maximumErrors ? ProtocolError(.tooManyErrors) : error))
    }
}
