import ArgumentParser
import Mail
import Values

/// What is known of the client that a message came from, where it is known.
struct ClientOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The client's address, for SPF.", valueName: "address"))
    var ip: IPAddress?

    // What the client says may begin with a hyphen: it is a value all the same.
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("The name the client gave in HELO or EHLO.", valueName: "name"))
    var helo: String?

    @Option(
        name: .customLong("mail-from"), parsing: .unconditional,
        help: ArgumentHelp("The reverse-path; <> or nothing for the null one.", valueName: "path"))
    var mailFrom: String?

    func validate() throws { try ReversePathArgument.check(mailFrom) }

    /// The reverse-path: the one given, else that of the message's Return-Path field; nil for the null one, and where
    /// neither tells.
    func reversePath(of message: Message) -> String? {
        let path = mailFrom ?? message.returnPath?.address ?? ""
        return path.isEmpty || path == "<>" ? nil : path
    }
}
