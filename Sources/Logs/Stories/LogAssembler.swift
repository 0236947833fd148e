import Values

/// Puts messages together from the records of their lines, whichever format they are of.
///
/// A message is handed out when it has left the queue, when the logs end, or when it is the oldest of more than are held:
/// memory is bounded.
public struct LogAssembler: Sendable {
    private struct Key: Hashable {
        let host: Int
        let id: LogName
    }

    /// How many messages and sessions are held.
    private let limit: Int
    private var hosts: [String: Int] = [:]
    private var lastHost = (origin: LogOrigin.unknown, number: 0)
    private var messages: [Key: LogMessage] = [:]
    private var order: [Key] = []
    private var orderStart = 0
    private var sessions: [Key: LogSession] = [:]
    private var sessionOrder: [Key] = []
    /// What messages were made of whose own lines have not come yet.
    private var parents: [Key: String] = [:]

    /// An assembler that holds at most `limit` messages.
    public init(limit: Int = 100_000) { self.limit = max(1, limit) }

    /// Takes a record, and hands out what is whole by it.
    public mutating func add(_ record: LogRecord, into finished: inout [LogMessage]) {
        let host = self.host(of: record.fields.origin)
        let sessionKey = record.sessionKey.map { Key(host: host, id: $0) }
        if let sessionKey { note(record, sessionKey) }
        guard let id = record.messageKey else { return }
        let key = Key(host: host, id: id)
        if record.kind == .removed {
            guard var message = messages.removeValue(forKey: key) else { return }
            message.lastTime = record.instant?.time ?? message.lastTime
            finished.append(message)
            return
        }
        let session = record.kind == .delivery ? nil : sessionKey.flatMap { sessions[$0] }
        if let index = messages.index(forKey: key) {
            messages.values[index].take(record, session)
        } else {
            // A line about a message that is gone: nothing to begin with.
            guard record.kind != .note else { return }
            var message = LogMessage(host: record.host, id: record.message ?? "", place: record.place)
            message.take(record, session)
            message.parent = parents.removeValue(forKey: key)
            messages[key] = message
            order.append(key)
            evict(into: &finished)
        }
        if record.fields.has(.newMessage), record.isMadeHere, let new = record[.newMessage], new != record.message {
            note(parent: record.message ?? "", of: Key(host: host, id: LogName(new)))
        }
    }

    /// Hands out what is held still, in the order in which it came.
    public mutating func finish(into finished: inout [LogMessage]) {
        for key in order[orderStart...] {
            if let message = messages.removeValue(forKey: key) { finished.append(message) }
        }
        (messages, order, orderStart, sessions, sessionOrder, parents) = ([:], [], 0, [:], [], [:])
    }

    private mutating func host(of origin: LogOrigin) -> Int {
        if origin === lastHost.origin || origin.host == lastHost.origin.host { return lastHost.number }
        let number = origin.host.map { foundHost($0) } ?? 0
        lastHost = (origin, number)
        return number
    }

    private mutating func foundHost(_ name: String) -> Int {
        if let number = hosts[name] { return number }
        // So many hosts are nobody's: those after them are told apart by their ids alone.
        guard hosts.count < 10_000 else { return -1 }
        hosts[name] = hosts.count + 1
        return hosts.count
    }

    /// Notes which message another was made of; the line that says so may stand before all of its own.
    private mutating func note(parent: String, of child: Key) {
        if let index = messages.index(forKey: child) {
            messages.values[index].parent = parent
        } else {
            if parents.count >= limit { parents = [:] }
            parents[child] = parent
        }
    }

    private mutating func evict(into finished: inout [LogMessage]) {
        while messages.count > limit, orderStart < order.count {
            if let message = messages.removeValue(forKey: order[orderStart]) { finished.append(message) }
            orderStart += 1
        }
        if order.count - orderStart > 4 * limit {
            order = order[orderStart...].filter { messages[$0] != nil }
            orderStart = 0
        } else if orderStart > limit {
            order.removeFirst(orderStart)
            orderStart = 0
        }
    }

    private mutating func note(_ record: LogRecord, _ key: Key) {
        switch record.kind {
        case .connect: sessions[key] = nil
        case .dialogue, .note, .scan, .login: return
        case .disconnect:
            sessions[key] = nil
            return
        default: break
        }
        // Deliveries name a next hop, no client.
        guard record.kind != .delivery else { return }
        if let index = sessions.index(forKey: key) {
            sessions.values[index].take(record)
        } else {
            var session = LogSession(id: record.session ?? "", place: record.place, time: record.instant)
            session.take(record)
            sessions[key] = session
            sessionOrder.append(key)
            if sessionOrder.count > 2 * limit {
                for old in sessionOrder.prefix(limit) { sessions[old] = nil }
                sessionOrder.removeFirst(limit)
            }
        }
    }
}

extension LogRecord {
    /// Whether the message that it names is one of the same server: a notification, a forwarded copy, or what a filter on
    /// the host itself gave back.
    fileprivate var isMadeHere: Bool {
        if kind == .notification { return true }
        guard kind == .delivery else { return false }
        guard let address = self[.nextHopAddress] else { return true }
        return address.hasPrefix("127.") || address == "::1"
    }
}

extension LogMessage {
    /// Takes what a record of the message tells; `known` is what is known of the session that it came by.
    mutating func take(_ record: LogRecord, _ known: LogSession?) {
        if time == nil { time = record.instant }
        if let time = record.instant?.time { lastTime = time }
        switch record.kind {
        case .message:
            if session == nil, record[.client] != nil || record[.clientName] != nil {
                var own = known ?? LogSession(id: record.session ?? "", place: record.place, time: record.instant)
                own.take(record)
                session = own
            }
            sender = record[.sender] ?? sender
            messageID = record[.messageID] ?? messageID
            size = record[.size].flatMap { Int($0) } ?? size
            authenticated = record[.authenticated] ?? authenticated
            if let recipients = record[.recipient] {
                for address in recipients.split(separator: " ") {
                    note(recipient: String(address), original: nil, status: nil)
                }
            }
        case .delivery:
            sender = sender ?? record[.sender]
            if let recipients = record[.recipient], let status = record[.status] {
                if record[.transport] != nil, recipients.contains(" "), !recipients.hasPrefix("\"") {
                    for address in recipients.split(separator: " ") {
                        note(recipient: String(address), original: record[.originalRecipient], status: status)
                    }
                } else {
                    note(recipient: recipients, original: record[.originalRecipient], status: status)
                }
            }
        case .reject, .defer:
            // A milter or a filter refused the message after its end.
            sender = sender ?? record[.sender]
            let stage = record[.stage] ?? ""
            if stage != "RCPT" && stage != "MAIL" { isRefused = true }
            if session == nil, record[.client] != nil {
                var own = LogSession(id: record.session ?? "", place: record.place, time: record.instant)
                own.take(record)
                session = own
            } else if let helo = record[.helo] {
                if session?.helo == nil { session?.helo = helo }
            }
        case .notification: break
        default:
            if record[.helo] != nil, session != nil { session?.helo = record[.helo] }
        }
    }

    /// Notes what became of a recipient.
    mutating func note(recipient: String, original: String?, status: String?) {
        if let index = recipients.firstIndex(where: {
            $0.address == recipient && ($0.original == original || original == nil || $0.original == nil)
        }) {
            if let status { recipients[index].status = status }
            if status == "deferred" { recipients[index].deferrals += 1 }
            if recipients[index].original == nil { recipients[index].original = original }
            return
        }
        // Where the recipients were named when the message came, one that was named is the one that is delivered to.
        if let original,
            let index = recipients.firstIndex(where: {
                $0.address == original && $0.original == nil && $0.status == nil
            })
        {
            recipients[index] = Recipient(
                address: recipient, original: original, status: status, deferrals: status == "deferred" ? 1 : 0)
            return
        }
        guard recipients.count < LogMessage.mostRecipients else { return }
        recipients.append(
            Recipient(address: recipient, original: original, status: status, deferrals: status == "deferred" ? 1 : 0))
    }
}
