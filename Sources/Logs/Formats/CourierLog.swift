import Values

/// Lines of Courier: `imapd: LOGIN, user=ann, ip=[::ffff:192.0.2.1], port=[1234], protocol=IMAP` and
/// `pop3d: LOGIN FAILED, user=ann, ip=[::ffff:192.0.2.1]`.
enum CourierLog {
    static func read(_ text: LogText, by program: String) -> LogEvent.Kind? {
        guard let service = service(program) else { return nil }
        var text = text
        for level in ["INFO: ", "NOTICE: "] { text = text.after(level) ?? text }
        let hasFailed = text.begins("LOGIN FAILED, ")
        // The name comes before the address and may have anything in it.
        guard hasFailed || text.begins("LOGIN, "), let mark = text.last(", ip=["),
            let close = text[mark.upperBound...].firstIndex(of: .ascii("]")),
            let client = text[mark.upperBound..<close].address
        else { return nil }
        let user = text.first("user=").flatMap { start in
            start.upperBound <= mark.lowerBound ? text[start.upperBound..<mark.lowerBound].name : nil
        }
        if hasFailed { return .failure(user: user, client: client, service: service, count: 1) }
        return user.map { .login(user: $0, client: client, service: service) }
    }

    private static func service(_ program: String) -> LogEvent.Service? {
        switch program {
        case "imapd", "imapd-ssl", "imaplogin", "courierimapd", "courierimaplogin": .imap
        case "pop3d", "pop3d-ssl", "pop3login", "courierpop3d", "courierpop3login": .pop
        default: nil
        }
    }
}
