extension ProtocolError {
    /// The error with the reply that RFC 5321 §4.2.2 and RFC 3463 §3 give it.
    init(_ kind: Kind) {
        self.kind = kind
        self.reply =
            switch kind {
            case .syntax(let error): error.reply
            case .unknownCommand: .standard(500, 5, 1, "command not recognized")
            case .notImplemented: .standard(502, 5, 1, "command not implemented")
            case .badSequence(let verb), .behindRefusal(let verb):
                .standard(503, 5, 1, "bad sequence of commands: \(verb)")
            case .lineTooLong: .standard(500, 5, 2, "line too long")
            case .commandDefects(let defects):
                .standard(500, 5, 2, "command has \(defects.names.joined(separator: ", "))")
            case .messageDefects(let message):
                .standard(550, 5, 2, "message has \(message.defects.names.joined(separator: ", "))")
            case .talkedBeforeTLS: .standard(503, 5, 1, "STARTTLS must be the last command of a group")
            // RFC 3207 §4.
            case .tlsRequired: .standard(530, 7, 0, "Must issue a STARTTLS command first")
            // RFC 4954 §6.
            case .authenticationRequired: .standard(530, 7, 0, "Authentication required")
            case .unreadableChunk: .standard(501, 5, 4, "size of the chunk cannot be read, closing")
            // RFC 5321 §4.1.1.11: parameters not recognized or not implemented.
            case .unrecognizedParameter(let name):
                .standard(555, 5, 4, "parameter \(name.prefix(64)) not recognized")
            // RFC 6531 §3.5.
            case .undeclaredUTF8: .standard(553, 6, 7, "address beyond ASCII without SMTPUTF8")
            // RFC 5321 §4.5.3.1.10: 452, so that the client sends the message again to the others.
            case .tooManyRecipients: .standard(452, 5, 3, "too many recipients")
            // RFC 1870 §6.
            case .messageTooLarge: .standard(552, 3, 4, "message too large")
            case .tooManyIdleCommands: .standard(450, 7, 0, "too many commands without mail")
            case .tooManyErrors: .standard(421, 7, 0, "too many errors, closing")
            case .inputFlood: .standard(421, 7, 0, "too much input, closing")
            }
    }
}
