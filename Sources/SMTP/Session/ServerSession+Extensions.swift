import Values

extension ServerSession {
    /// RFC 3030 §2: the chunk follows its command unasked, and is passed over when the command is refused; read as
    /// commands it would let a message speak for its sender.
    mutating func chunk(_ size: Int, isLast: Bool) -> Action? {
        func passedOver(_ kind: ProtocolError.Kind) -> Action {
            chunkOctetsToSkip = size
            return refuse(kind)
        }
        guard offers.contains(.chunking) else { return passedOver(.notImplemented(verb: "BDAT")) }
        switch state {
        case .transaction(let recipients) where recipients > 0:
            break
        case .betweenChunks:
            break
        case .idle, .refused, .greeted, .identified, .transaction, .receivingData, .receivingChunk, .authenticating,
            .securing, .closed:
            return passedOver(outOfOrder("BDAT"))
        }
        return beginChunk(size: size, isLast: isLast)
    }

    /// RFC 3207 §4.
    mutating func startTLS() -> Action {
        // RFC 3207 §4.2: a client must not ask for TLS where it is active already.
        if isSecured { return refuse(.badSequence(verb: "STARTTLS")) }
        guard offers.contains(.startTLS) else { return refuse(.notImplemented(verb: "STARTTLS")) }
        guard state == .greeted || state == .identified else { return refuse(.badSequence(verb: "STARTTLS")) }
        if hasMoreInput { return refuse(.talkedBeforeTLS) }
        return ask(.startTLS)
    }

    /// RFC 4954 §4: once a session, not within a transaction.
    mutating func auth(_ mechanism: String, _ initial: InitialResponse?) -> Action {
        let offered = offers.flatMap { offer in if case .auth(let mechanisms) = offer { mechanisms } else { [] } }
        // RFC 3207 §4: where TLS opens the way to AUTH, the client is told so.
        if offered.isEmpty, hidesAuthentication, offers.contains(.startTLS) {
            return refuse(.tlsRequired(verb: "AUTH"))
        }
        guard !offered.isEmpty else { return refuse(.notImplemented(verb: "AUTH")) }
        let isIdentified = state == .identified || state == .greeted && !configuration.requiresHelo
        guard !isAuthenticated, isIdentified else { return refuse(.badSequence(verb: "AUTH")) }
        if configuration.requiresTLSForAuthentication, !isSecured { return refuse(.tlsRequired(verb: "AUTH")) }
        return ask(.auth(mechanism: mechanism, initial: initial))
    }

    /// RFC 4954 §4: a line of base64, or `*`. What is none goes on to who judges the credentials, who refuses it.
    mutating func authResponse(_ line: DecodedLine) -> Action {
        guard !line.isTooLong, line.defects.isEmpty else {
            state = .identified
            return refuse(line.isTooLong ? .lineTooLong : .commandDefects(line.defects))
        }
        return ask(.authResponse(InitialResponse(base64: line.content.lossyString)))
    }
}
