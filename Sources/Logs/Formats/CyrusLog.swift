import Values

/// Lines of Cyrus: `imap[1]: login: host.example [192.0.2.1] ann plaintext+TLS User logged in SESSIONID=<…>` and
/// `pop3[1]: badlogin: [192.0.2.1] plaintext ann SASL(-13): authentication failure: …`.
enum CyrusLog {
    static func read(_ text: LogText, by program: String) -> LogEvent.Kind? {
        guard let service = service(program) else { return nil }
        let hasFailed = text.begins("badlogin: ")
        guard let rest = text.after("login: ") ?? text.after("badlogin: ") else { return nil }
        // The client's name comes before its address, and the names of hosts have no brackets.
        guard let open = rest.firstIndex(of: .ascii("[")), let close = rest[open...].firstIndex(of: .ascii("]")),
            let client = rest[open...close].address, rest[..<open].dropLast().allSatisfy({ $0 > .space })
        else { return nil }
        let words = rest[(close + 1)...].split(separator: .space, maxSplits: 3)
        if hasFailed {
            // A plain-text login tells whose it was; of a mechanism versions from 3 on do, in brackets: `PLAIN (ann) [SASL(-13): …`.
            let isPlain = words.first?.begins("plaintext") ?? false
            let second = words.dropFirst().first
            var user = isPlain ? second : nil
            if !isPlain, let second, second.first == .ascii("("), second.last == .ascii(")") {
                user = second.dropFirst().dropLast()
            }
            return .failure(user: user?.name, client: client, service: service, count: 1)
        }
        guard words.count >= 3, rest.first("User logged in") != nil, let user = words[0].name else { return nil }
        return .login(user: user, client: client, service: service)
    }

    private static func service(_ program: String) -> LogEvent.Service? {
        let name = program.hasPrefix("cyrus/") ? program.dropFirst(6) : program[...]
        return switch name {
        case "imap", "imaps", "imapd", "imap-ssl": .imap
        case "pop3", "pop3s", "pop3d": .pop
        case "sieve", "timsieved": .sieve
        default: nil
        }
    }
}
