/// A command line that is no well-formed command, and the reply it deserves.
public struct CommandSyntaxError: Error, Sendable, Hashable {
    /// The verb in upper case; nil when the line has none.
    public let verb: String?
    /// What is wrong.
    public let problem: Problem

    /// The ways in which a line can be wrong.
    public enum Problem: Error, Sendable, Hashable {
        /// The line has no verb: it is empty or does not begin with a letter.
        case noVerb
        /// A control character other than a tab.
        case controlCharacter
        /// Bytes above 127 that are not UTF-8.
        case notUTF8
        case missingArgument
        /// An argument to a command that takes none.
        case unexpectedArgument
        /// An argument, such as the size of a chunk, in another form than the command's.
        case malformedArgument
        /// `MAIL` without `FROM:`, `RCPT` without `TO:`.
        case missingKeyword
        case malformedPath
        case malformedParameter(String)
        case repeatedParameter(String)
    }

    /// An error of `problem` in a command with this verb.
    public init(verb: String?, problem: Problem) {
        (self.verb, self.problem) = (verb, problem)
    }

    /// The reply the line deserves: 500 when it is no command, 501 when its arguments are wrong (RFC 5321 §4.2.2),
    /// with the status of RFC 3463 §3.2 or §3.6.
    public var reply: SMTPReply {
        switch problem {
        case .noVerb: .standard(500, 5, 2, "command not recognized")
        case .controlCharacter: .standard(500, 5, 2, "control character in command")
        case .notUTF8: .standard(500, 5, 2, "command is not valid UTF-8")
        case .missingArgument: .standard(501, 5, 4, "argument missing")
        case .unexpectedArgument: .standard(501, 5, 4, "no argument allowed")
        case .malformedArgument: .standard(501, 5, 4, "syntax error in argument")
        case .missingKeyword:
            .standard(501, 5, 4, verb == "RCPT" ? "syntax: RCPT TO:<address>" : "syntax: MAIL FROM:<address>")
        case .malformedPath:
            verb == "RCPT"
                ? .standard(501, 1, 3, "syntax error in recipient address")
                : .standard(501, 1, 7, "syntax error in sender address")
        case .malformedParameter(let text): .standard(501, 5, 4, "syntax error in parameter \(text.prefix(64))")
        case .repeatedParameter(let name): .standard(501, 5, 4, "parameter \(name.prefix(64)) given twice")
        }
    }
}
