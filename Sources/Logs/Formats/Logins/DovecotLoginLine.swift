import Values

/// The parts of a line of one of Dovecot's login processes.
struct DovecotLoginLine {
    /// What the server says, up to the name.
    let head: LogText
    /// The name, as the client gave it.
    let user: LogText?
    /// The address of the client; nil where it is none.
    let client: IPAddress?
    private let tail: LogText
    private let between: LogText

    /// Reads what follows the name of the process and the level; nil for a line that tells no client.
    init?(_ text: LogText) {
        // The user's name is the only part that a client chooses, and comes before the address.
        guard let rip = text.last(", rip=") ?? text.last("rip=") else { return nil }
        tail = text[rip.upperBound...]
        client = tail.prefix { $0 != .comma }.address
        guard let start = text.first("user=<"), start.upperBound <= rip.lowerBound else {
            let method = text[..<rip.lowerBound].first("method=")?.lowerBound ?? rip.lowerBound
            (head, user, between) = (text[..<method], nil, text[method..<rip.lowerBound])
            return
        }
        head = text[..<start.lowerBound]
        let nameEnd = text[..<rip.lowerBound].last(">")?.lowerBound ?? rip.lowerBound
        let isNamed = nameEnd > start.upperBound
        user = isNamed ? text[start.upperBound..<nameEnd] : nil
        between = nameEnd >= start.upperBound ? text[min(nameEnd + 1, rip.lowerBound)..<rip.lowerBound] : []
    }

    /// The mechanism.
    var method: LogText? {
        between.first("method=").map { between[$0.upperBound...].prefix { $0 != .comma } }
    }

    /// Whether the connection was encrypted.
    var hasTLS: Bool { tail.first(", TLS") != nil }

    /// A value behind the address: `lip`, `session`.
    func value(_ name: String) -> LogText? {
        tail.first(", \(name)=").map { tail[$0.upperBound...].prefix { $0 != .comma } }
    }
}
