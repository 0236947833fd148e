import Glibc

/// The project's side of `bench/run`: its libraries alone, one piece of work a call. Not installed.
@main
enum Bench {
    static func main() async {
        let arguments = Array(CommandLine.arguments.dropFirst(2))
        do {
            switch (CommandLine.arguments.dropFirst().first, arguments.count) {
            case ("cat", 1...): try Concatenation.write(arguments)
            case ("split", 1...): try MailboxSplit.count(arguments)
            case ("sign", 2...3):
                try SignedMailbox.write(
                    privateKey: arguments[0], count: arguments[1], mailbox: arguments.count == 3 ? arguments[2] : nil)
            case ("dkim", 2): try await DKIMRate.measure(mailbox: arguments[0], publicKey: arguments[1])
            case ("spf", 2): try await SPFRate.measure(zone: arguments[0], count: arguments[1])
            case ("limit", 2): try await PhysicalLimit.measure(mailbox: arguments[0], publicKey: arguments[1])
            case ("state", 2): try await StateRate.measure(path: arguments[0], count: arguments[1])
            case ("logs", 1): try LogRate.measure(path: arguments[0])
            case ("simulate", 1): try await SimulationRate.measure(count: arguments[0])
            default:
                throw Failure(
                    "usage: bench cat FILE… | split FILE… | sign PRIVATE-KEY-BASE64 COUNT [MBOX] | dkim MBOX PUBLIC-KEY-BASE64"
                        + " | limit MBOX PUBLIC-KEY-BASE64 | spf ZONE COUNT | state DATABASE COUNT | simulate COUNT | logs LOG"
                )
            }
        } catch {
            _ = unsafe "bench: \(error)\n".withCString { unsafe Glibc.write(STDERR_FILENO, $0, strlen($0)) }
            exit(1)
        }
    }

    /// What kept a measurement from being made.
    struct Failure: Error, CustomStringConvertible {
        let description: String

        init(_ description: String) { self.description = description }
    }
}
