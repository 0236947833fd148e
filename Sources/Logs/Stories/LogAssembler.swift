import Values

/// Puts messages together from the records of their lines, whichever format they are of.
///
/// A message is handed out when it has left the queue, when the logs end, or when it is the oldest of more than are held:
/// memory is bounded.
public struct LogAssembler: Sendable {
    private struct Key: Hashable {
        let host: Int
        let id: String
    }

    /// How many messages and sessions are held.
    private let limit: Int
    private var hosts: [String: Int] = [:]
    private var messages: [Key: LogMessage] = [:]
    private var order: [Key] = []
    private var orderStart = 0
    private var sessions: [Key: LogSession] = [:]
    private var sessionOrder: [Key] = []

    /// An assembler that holds at most `limit` messages.
    public init(limit: Int = 100_000) { self.limit = max(1, limit) }

    /// Takes a record, and hands out what is whole by it.
    public mutating func add(_ record: LogRecord, into finished: inout [LogMessage]) {
        let host = self.host(record.host)
        if let session = record.session { note(record, Key(host: host, id: session)) }
        guard let id = record.message else { return }
        let key = Key(host: host, id: id)
        let isNew = messages[key] == nil
        if isNew {
            // A line about a message that is gone: nothing to begin with.
            guard record.kind != .removed, record.kind != .note else { return }
            let name = record.host
            messages[key] = LogMessage(host: name, id: id, place: record.place)
            order.append(key)
            evict(into: &finished)
        }
        let session = record.session.flatMap { sessions[Key(host: host, id: $0)] }
        take(record, key, session)
        if record.kind == .notification, let new = record[.newMessage] {
            let child = Key(host: host, id: new)
            if messages[child] != nil { messages[child]?.parent = id }
        }
        if record.kind == .removed, let message = messages.removeValue(forKey: key) { finished.append(message) }
    }

    /// Hands out what is held still, in the order in which it came.
    public mutating func finish(into finished: inout [LogMessage]) {
        for key in order[orderStart...] {
            if let message = messages.removeValue(forKey: key) { finished.append(message) }
        }
        (messages, order, orderStart, sessions, sessionOrder) = ([:], [], 0, [:], [])
    }

    private mutating func host(_ name: String?) -> Int {
        guard let name else { return 0 }
        if let number = hosts[name] { return number }
        // So many hosts are nobody's: those after them are told apart by their ids alone.
        guard hosts.count < 10_000 else { return -1 }
        hosts[name] = hosts.count + 1
        return hosts.count
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
        if sessions[key] == nil {
            sessions[key] = LogSession(id: key.id, place: record.place, time: record.instant)
            sessionOrder.append(key)
            if sessionOrder.count > 2 * limit {
                for old in sessionOrder.prefix(limit) { sessions[old] = nil }
                sessionOrder.removeFirst(limit)
            }
        }
        // Deliveries name a next hop, no client.
        if record.kind != .delivery { sessions[key]?.take(record) }
    }

    private mutating func take(_ record: LogRecord, _ key: Key, _ session: LogSession?) {
        guard var message = messages[key] else { return }
        messages[key] = nil
        defer { messages[key] = message }
        if message.time == nil { message.time = record.instant }
        if let time = record.instant?.time { message.lastTime = time }
        switch record.kind {
        case .message:
            if message.session == nil, record[.client] != nil || record[.clientName] != nil {
                var own = session ?? LogSession(id: record.session ?? "", place: record.place, time: record.instant)
                own.take(record)
                message.session = own
            }
            message.sender = record[.sender] ?? message.sender
            message.messageID = record[.messageID] ?? message.messageID
            message.size = record[.size].flatMap { Int($0) } ?? message.size
            message.authenticated = record[.authenticated] ?? message.authenticated
            if let recipients = record[.recipient] {
                for address in recipients.split(separator: " ") {
                    message.note(recipient: String(address), original: nil, status: nil)
                }
            }
        case .delivery:
            message.sender = message.sender ?? record[.sender]
            if let recipients = record[.recipient], let status = record[.status] {
                if record[.transport] != nil, recipients.contains(" "), !recipients.hasPrefix("\"") {
                    for address in recipients.split(separator: " ") {
                        message.note(recipient: String(address), original: record[.originalRecipient], status: status)
                    }
                } else {
                    message.note(recipient: recipients, original: record[.originalRecipient], status: status)
                }
            }
        case .reject, .defer:
            // A milter or a filter refused the message after its end.
            message.sender = message.sender ?? record[.sender]
            let stage = record[.stage] ?? ""
            if stage != "RCPT" && stage != "MAIL" { message.isRefused = true }
            if message.session == nil, record[.client] != nil {
                var own = LogSession(id: record.session ?? "", place: record.place, time: record.instant)
                own.take(record)
                message.session = own
            } else if let helo = record[.helo] {
                if message.session?.helo == nil { message.session?.helo = helo }
            }
        case .notification: break
        default:
            if record[.helo] != nil, message.session != nil { message.session?.helo = record[.helo] }
        }
    }
}

extension LogMessage {
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
