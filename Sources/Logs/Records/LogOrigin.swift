import Values

/// Who wrote a line: the host and the program, one value for all the lines that they are alike in.
final class LogOrigin: Sendable {
    /// The host whose log it is, where the log names it.
    let host: String?
    /// The program, without its process: `postfix/smtpd`.
    let program: String?

    /// Where the daemon begins in the program's name, in bytes: `smtpd` of `postfix/submission/smtpd`.
    let daemonStart: Int
    /// Which of the programs of Postfix it is, as far as their lines are read in different ways.
    let daemon: Daemon

    enum Daemon: Sendable { case smtpd, postscreen, tlsproxy, other }

    init(host: String?, program: String?) {
        (self.host, self.program) = (host, program)
        let name = program ?? ""
        daemonStart =
            name.utf8.lastIndex(of: .ascii("/")).map { name.utf8.distance(from: name.startIndex, to: $0) + 1 } ?? 0
        daemon =
            name.hasSuffix("smtpd")
            ? .smtpd : name.hasSuffix("postscreen") ? .postscreen : name.hasSuffix("tlsproxy") ? .tlsproxy : .other
    }

    /// Nobody knows who.
    static let unknown = LogOrigin(host: nil, program: nil)
}
