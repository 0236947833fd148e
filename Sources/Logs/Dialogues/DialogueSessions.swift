import Values

/// Puts sessions together from the records of a log, however their lines are mixed.
///
/// Ids of sessions come again, as processes do: a connection or a greeting begins a new one. Of sessions that never end,
/// those that began first are told when there are too many, or when all together have too many lines.
public struct DialogueSessions: Sendable {
    private var open: [String: DialogueSession] = [:]
    /// The keys of `open` in the order in which the sessions began.
    private var order: [String] = []
    /// The events of all open sessions.
    private var held = 0

    private static let mostOpen = 4_096, mostEvents = 50_000, mostHeld = 500_000

    /// None yet.
    public init() {}

    /// Takes a record, and tells the sessions that it ends.
    public mutating func add(_ record: LogRecord) -> [DialogueSession] {
        guard let name = record.session, let kind = DialogueSessions.kind(of: record) else { return [] }
        let key = "\(record.place.file)\0\(record.host ?? "")\0\(name)"
        var ended: [DialogueSession] = []
        if let session = open[key], begins(kind, anew: session) { ended += close(key) }
        if open[key] == nil {
            // A session that only comes and goes is none of a dialogue: it is begun, and forgotten when it ends.
            if open.count >= DialogueSessions.mostOpen, let oldest = order.first { ended += close(oldest) }
            var session = DialogueSession(name: name, host: record.host)
            session.hasBeginning = DialogueSessions.isBeginning(kind)
            open[key] = session
            order.append(key)
        }
        open[key]?.note(record)
        if case .authentication = kind, open[key]?.hasToldAuthentication ?? false { return ended }
        if open[key]?.events.count ?? 0 < DialogueSessions.mostEvents {
            open[key]?.events.append(DialogueSession.Event(kind: kind, instant: record.instant, place: record.place))
            held += 1
            while held > DialogueSessions.mostHeld, let oldest = order.first, oldest != key { ended += close(oldest) }
        } else {
            open[key]?.omittedCount += 1
        }
        if kind == .disconnect {
            open[key]?.hasEnd = true
            ended += close(key)
        }
        return ended
    }

    /// Tells the sessions that are still open.
    public mutating func finish() -> [DialogueSession] {
        let keys = order
        return keys.flatMap { close($0) }
    }

    private mutating func close(_ key: String) -> [DialogueSession] {
        guard var session = open.removeValue(forKey: key) else { return [] }
        if let index = order.firstIndex(of: key) { order.remove(at: index) }
        held -= session.events.count
        session.hasEnd = session.hasEnd || session.isOver
        let hasLines = session.events.contains { event in
            if case .line = event.kind { true } else { false }
        }
        return hasLines ? [session] : []
    }

    /// Whether what happens is the beginning of another session than the one that is open.
    private func begins(_ kind: DialogueSession.Kind, anew session: DialogueSession) -> Bool {
        switch kind {
        case .connect:
            // Some tell the connection twice, or after they tried to make it.
            return session.events.contains { event in
                if case .line = event.kind { true } else { false }
            }
        case .line(.server, let text):
            return DialogueSessions.isBeginning(kind) && !text.isEmpty && !session.isGreetedAgain
                && session.events.contains { event in
                    if case .line(.client, _) = event.kind { true } else { false }
                }
        default: return false
        }
    }

    private static func isBeginning(_ kind: DialogueSession.Kind) -> Bool {
        switch kind {
        case .connect: true
        // RFC 5321 §3.1: the greeting is 220, or 554 of a server that takes no mail.
        case .line(.server, let line): line.starts(with: "220 ".utf8) || line.starts(with: "220-".utf8)
        default: false
        }
    }

    private static func kind(of record: LogRecord) -> DialogueSession.Kind? {
        switch record.kind {
        case .connect: return record[.status] == "fail" ? nil : .connect
        case .disconnect: return .disconnect
        case .tls:
            return .tls(version: record[.tlsVersion], cipher: record[.cipher], hasSucceeded: record[.status] != "fail")
        case .authentication:
            guard ["smtp", nil].contains(record[.protocolName]) else { return nil }
            return .authentication(
                mechanism: record[.authenticationMethod], identity: record[.user],
                hasSucceeded: record[.status] == "pass")
        case .dialogue:
            guard let role = record.role, ["smtp", nil].contains(record[.protocolName]) else { return nil }
            if let data = record.octets(.data) { return .data(data) }
            return .line(role, record.octets(.command) ?? record.octets(.reply) ?? Bytes([]))
        default: return nil
        }
    }
}

extension DialogueSession {
    /// Takes what a record tells of the session's ends.
    fileprivate mutating func note(_ record: LogRecord) {
        client = client ?? record[.client]
        clientPort = clientPort ?? record[.clientPort]
        clientName = clientName ?? record[.clientName]
        listener = listener ?? record[.listener]
        nextHop = nextHop ?? record[.nextHop]
        nextHopAddress = nextHopAddress ?? record[.nextHopAddress]
        nextHopPort = nextHopPort ?? record[.nextHopPort]
    }
}
