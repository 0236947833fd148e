/// Who wrote a line: the host and the program, one value for all the lines that they are alike in.
final class LogOrigin: Sendable {
    /// The host whose log it is, where the log names it.
    let host: String?
    /// The program, without its process: `postfix/smtpd`.
    let program: String?

    init(host: String?, program: String?) { (self.host, self.program) = (host, program) }

    /// Nobody knows who.
    static let unknown = LogOrigin(host: nil, program: nil)
}
