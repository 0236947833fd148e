import Values

/// Lines of Dovecot's login processes, through syslog or in its own log:
/// `imap-login: Info: Login: user=<ann>, method=PLAIN, rip=192.0.2.1, lip=198.51.100.25, mpid=18, TLS, session=<…>`.
enum DovecotLog {
    static func read(_ text: LogText, by program: String) -> LogEvent.Kind? {
        var (text, process) = (text, program)
        if program == "dovecot" {
            guard let end = text.first(": ") else { return nil }
            process = String(decoding: text[..<end.lowerBound], as: UTF8.self)
            text = text[end.upperBound...]
        }
        guard let service = service(process) else { return nil }
        for level in ["Info: ", "Warning: "] { text = text.after(level) ?? text }
        guard let line = DovecotLoginLine(text), line.head.count < text.count, let client = line.client else {
            return nil
        }
        let name = line.user?.name
        if text.begins("Login: ") || text.begins("Logged in: ") {
            guard service == .pop || service == .imap, let name else { return nil }
            return .login(user: name, client: client, service: service)
        }
        // What stands before the name is the server's own.
        guard text.first("user=<") != nil, let failed = line.head.first("(auth failed, ") else { return nil }
        let count = line.head[failed.upperBound...].prefix { $0.isDigit }.number ?? 1
        return .failure(user: name, client: client, service: service, count: min(max(count, 1), 100))
    }

    private static func service(_ process: String) -> LogEvent.Service? {
        switch process {
        case "imap-login": .imap
        case "pop3-login": .pop
        case "submission-login": .smtp
        case "managesieve-login": .sieve
        default: nil
        }
    }
}
