import Logs
import SMTP
import Values

/// Puts the sessions of a server together from the records of its logs, whichever format they are of.
///
/// A session is handed out when it has ended and its messages are known whole: who they are from and to stands in lines
/// that come after its end. What the server said to itself, as to a filter that hands mail back, is left out.
public struct LoggedSessions: Sendable {
    private typealias Key = LoggedSession.MailKey

    /// Where a message is told of.
    private struct MailPlace {
        let session: Int
        let mail: Int
    }

    private let limit: Int
    private var sessions: [Int: LoggedSession] = [:]
    private var count = 0
    /// The oldest session that may be held.
    private var oldest = 1
    /// The sessions whose connections are there, by what the log calls them.
    private var open: [Key: Int] = [:]
    private var mails: [Key: MailPlace] = [:]

    /// None yet; more than `limit` sessions are not held: the oldest are handed out as they are.
    public init(limit: Int = 100_000) { self.limit = max(1, limit) }

    /// Takes a record, and hands out the sessions that are whole by it.
    public mutating func add(_ record: LogRecord, into finished: inout [LoggedSession]) {
        // postscreen hands those that it lets pass to an smtpd, which tells of them once more.
        let isRefusal = record.kind == .reject || record.kind == .defer
        guard let time = record.instant?.time, isRefusal || !LoggedSessions.isScreen(record) else { return }
        switch record.kind {
        case .connect:
            guard record[.status] != "fail", let key = sessionKey(record), let client = LoggedSessions.client(record)
            else { return }
            if let before = open.removeValue(forKey: key) { end(before, at: nil, into: &finished) }
            open[key] = begin(record, client, at: time, into: &finished)
        case .disconnect:
            guard let key = sessionKey(record), let number = open.removeValue(forKey: key) else { return }
            end(number, at: time, into: &finished)
        case .tls:
            guard record[.nextHop] == nil, record[.nextHopAddress] == nil, let key = sessionKey(record),
                let number = open[key], record[.tlsVersion] != nil
            else { return }
            sessions[number]?.tls = RecordedTLS(version: record[.tlsVersion], cipher: record[.cipher])
        case .authentication:
            guard record[.status] == "fail", let number = session(of: record, at: time, into: &finished) else { return }
            add(
                .authentication(
                    mechanism: LoggedSessions.mechanism(record), user: record[.user] ?? record[.authenticated],
                    succeeded: false), to: number, at: time)
            endLone(number, record, into: &finished)
        case .reject, .defer: refuse(record, at: time, into: &finished)
        case .message: takeMessage(record, at: time, into: &finished)
        case .delivery: deliver(record, into: &finished)
        case .removed:
            if let id = record.message { finish(Key(host: record.host, id: id), into: &finished) }
        case .dialogue, .warnReject, .notification, .scan, .login, .note: break
        }
    }

    /// Hands out what is held still.
    public mutating func finish(into finished: inout [LoggedSession]) {
        for number in sessions.keys.sorted() { handOut(number, into: &finished) }
        (open, mails) = ([:], [:])
    }

    // MARK: Sessions

    private static func isScreen(_ record: LogRecord) -> Bool { record.program?.hasSuffix("postscreen") ?? false }

    private func sessionKey(_ record: LogRecord) -> Key? {
        record.session.map { Key(host: record.host, id: $0) }
    }

    /// The client, unless it is the host itself.
    private static func client(_ record: LogRecord) -> IPAddress? {
        guard let text = record[.client], let address = IPAddress(text), !address.isLoopback else { return nil }
        return address
    }

    private static func mechanism(_ record: LogRecord) -> String {
        let name = record[.authenticationMethod] ?? ""
        return name.isEmpty || name.utf8.count > 20 ? "PLAIN" : name
    }

    private mutating func begin(
        _ record: LogRecord, _ client: IPAddress, at time: Timestamp, into finished: inout [LoggedSession]
    ) -> Int {
        count += 1
        let name = record.session ?? record.message ?? "\(record.place.line)"
        var session = LoggedSession(id: "\(name)@\(record.place.line)", place: record.place, client: client, at: time)
        session.port = record[.clientPort].flatMap { UInt16($0) }
        session.reverseName = record[.clientName].flatMap { $0.isEmpty || $0 == "unknown" ? nil : $0 }
        sessions[count] = session
        note(record, in: count)
        while sessions.count > limit {
            handOut(oldest, into: &finished)
            oldest += 1
        }
        return count
    }

    /// The session that a record is about: the one that is open, that of its message, or one of its own, as where the log
    /// names none or begins in the middle of it.
    private mutating func session(
        of record: LogRecord, at time: Timestamp, into finished: inout [LoggedSession]
    ) -> Int? {
        if let id = record.message, let place = mails[Key(host: record.host, id: id)] { return place.session }
        let key = sessionKey(record)
        if let key, let number = open[key], sessions[number] != nil {
            note(record, in: number)
            return number
        }
        guard let client = LoggedSessions.client(record) else { return nil }
        let number = begin(record, client, at: time, into: &finished)
        if let key { open[key] = number }
        return number
    }

    /// Takes what a record tells of its session.
    private mutating func note(_ record: LogRecord, in number: Int) {
        if let helo = record[.helo], !helo.isEmpty { sessions[number]?.helo = helo }
        if let name = record[.protocolName] { sessions[number]?.isESMTP = name != "SMTP" }
        if sessions[number]?.tls == nil, let version = record[.tlsVersion] {
            sessions[number]?.tls = RecordedTLS(version: version, cipher: record[.cipher])
        }
    }

    private mutating func add(_ step: LoggedSession.Step, to number: Int, at time: Timestamp) {
        sessions[number]?.add(step, at: time)
    }

    private mutating func end(_ number: Int, at time: Timestamp?, into finished: inout [LoggedSession]) {
        guard let end = sessions[number]?.endTime else { return }
        sessions[number]?.isOver = true
        sessions[number]?.endTime = max(time ?? end, end)
        handOutWhole(number, into: &finished)
    }

    /// Ends a session that nothing else will end, as the log names none.
    private mutating func endLone(_ number: Int, _ record: LogRecord, into finished: inout [LoggedSession]) {
        if record.session == nil { end(number, at: nil, into: &finished) }
    }

    private mutating func handOutWhole(_ number: Int, into finished: inout [LoggedSession]) {
        if sessions[number]?.isWhole ?? false { handOut(number, into: &finished) }
    }

    private mutating func handOut(_ number: Int, into finished: inout [LoggedSession]) {
        guard let session = sessions.removeValue(forKey: number) else { return }
        for mail in session.mails where !mail.isWhole { mails[Key(host: mail.host, id: mail.id)] = nil }
        finished.append(session)
    }

    // MARK: Mail

    private mutating func refuse(_ record: LogRecord, at time: Timestamp, into finished: inout [LoggedSession]) {
        let reply = LoggedSessions.reply(of: record)
        let stage = record[.stage]?.uppercased() ?? "RCPT"
        let recipient = record[.recipient]
        if let id = record.message, let place = mails[Key(host: record.host, id: id)],
            stage != "RCPT" && stage != "MAIL"
        {
            sessions[place.session]?.mails[place.mail].refusal = reply
            if let sender = record[.sender] { sessions[place.session]?.mails[place.mail].sender = sender }
            if let recipient, sessions[place.session]?.mails[place.mail].recipients.isEmpty ?? false {
                sessions[place.session]?.mails[place.mail].recipients = [recipient]
            }
            return finish(Key(host: record.host, id: id), into: &finished)
        }
        guard let number = session(of: record, at: time, into: &finished) else { return }
        note(record, in: number)
        if stage == "CONNECT", sessions[number]?.steps.isEmpty ?? false {
            sessions[number]?.refusal = reply
        } else if let sender = record[.sender] {
            // Without a recipient it was the sender that was refused, or the greeting, which is told with the sender.
            add(
                .refused(sender: sender, recipient: stage == "MAIL" ? nil : recipient, reply: reply), to: number,
                at: time)
        }
        endLone(number, record, into: &finished)
    }

    /// What the client was told, as a line of the server's.
    private static func reply(of record: LogRecord) -> String {
        if let reply = record[.reply], reply.utf8.count > 3, reply.utf8.prefix(3).allSatisfy(\.isDigit) {
            let text = String(decoding: reply.utf8.prefix(400).filter { $0 >= 0x20 && $0 != 0x7F }, as: UTF8.self)
            return text
        }
        let isForNow = record.kind == .defer
        return "\(record[.code] ?? (isForNow ? "450" : "550")) "
            + "\(record[.enhancedCode] ?? (isForNow ? "4.0.0" : "5.0.0")) refused"
    }

    private mutating func takeMessage(_ record: LogRecord, at time: Timestamp, into finished: inout [LoggedSession]) {
        guard let id = record.message else { return }
        let key = Key(host: record.host, id: id)
        if mails[key] == nil, LoggedSessions.client(record) != nil, record[.nextHopAddress] == nil,
            let number = session(of: record, at: time, into: &finished)
        {
            if let user = record[.authenticated], !(sessions[number]?.isAuthenticated ?? true) {
                sessions[number]?.isAuthenticated = true
                add(
                    .authentication(mechanism: LoggedSessions.mechanism(record), user: user, succeeded: true),
                    to: number, at: time)
            }
            let place = sessions[number]?.mails.count ?? 0
            sessions[number]?.mails.append(LoggedSession.Mail(host: record.host, id: id))
            add(.mail(place), to: number, at: time)
            mails[key] = MailPlace(session: number, mail: place)
            note(record, in: number)
            endLone(number, record, into: &finished)
        }
        guard let place = mails[key] else { return }
        if let sender = record[.sender] { sessions[place.session]?.mails[place.mail].sender = sender }
        if let size = record[.size].flatMap({ Int($0) }) { sessions[place.session]?.mails[place.mail].size = size }
        if let count = record[.recipientCount].flatMap({ Int($0) }) {
            sessions[place.session]?.mails[place.mail].recipientCount = count
        }
        for address in record[.recipient]?.split(separator: " ") ?? [] {
            sessions[place.session]?.mails[place.mail].note(String(address), for: nil)
        }
    }

    private mutating func deliver(_ record: LogRecord, into finished: inout [LoggedSession]) {
        guard let id = record.message, let place = mails[Key(host: record.host, id: id)] else { return }
        if let sender = record[.sender] { sessions[place.session]?.mails[place.mail].sender = sender }
        if let recipient = record[.recipient] {
            sessions[place.session]?.mails[place.mail].note(recipient, for: record[.originalRecipient])
        }
        let mail = sessions[place.session]?.mails[place.mail]
        if let mail, let count = mail.recipientCount, mail.sender != nil, mail.destinations.count >= count {
            finish(Key(host: record.host, id: id), into: &finished)
        }
    }

    /// All is known of a message that is going to be.
    private mutating func finish(_ key: Key, into finished: inout [LoggedSession]) {
        guard let place = mails.removeValue(forKey: key) else { return }
        sessions[place.session]?.mails[place.mail].isWhole = true
        handOutWhole(place.session, into: &finished)
    }
}

extension LoggedSession.Mail {
    /// Notes an address that the message goes to; the client named `original` for it, where that is another.
    fileprivate mutating func note(_ address: String, for original: String?) {
        guard recipients.count < 1_000 else { return }
        destinations.insert(address)
        let named = original ?? address
        if !recipients.contains(named) { recipients.append(named) }
    }
}
