import Archives
import Logs
import SMTP
import Screening
import Values

/// A session of which nothing is left but what the server's log says: who came, what for, and what they were told.
public struct LoggedSession: Sendable {
    /// A message that the server took, or refused when it had come.
    struct Mail: Sendable {
        let host: String?
        let id: String
        var sender: String?
        /// The addresses that the client named, each once.
        var recipients: [String] = []
        /// The addresses that it goes to, and how many there are.
        var destinations: Set<String> = []
        var recipientCount: Int?
        var size: Int?
        /// What the client was told at the end of data, where it was not the usual.
        var refusal: String?
        var isWhole = false
    }

    /// Something that the client did.
    enum Step: Sendable {
        /// A sender, and perhaps a recipient, that were refused.
        case refused(sender: String, recipient: String?, reply: String)
        /// The message at a place among `mails`.
        case mail(Int)
        /// An authentication.
        case authentication(mechanism: String, user: String?, succeeded: Bool)
    }

    /// A step and when it was taken.
    struct TimedStep: Sendable {
        let time: Timestamp
        let step: Step
    }

    /// What the log calls it.
    let id: String
    /// Where its first line stands.
    public let place: LogPlace
    let client: IPAddress
    let connectTime: Timestamp
    var port: UInt16?
    var reverseName: String?
    var helo: String?
    var isESMTP = true
    var tls: RecordedTLS?
    var isAuthenticated = false
    /// What the client was told instead of a banner.
    var refusal: String?
    var steps: [TimedStep] = []
    var mails: [Mail] = []
    var endTime: Timestamp
    /// Whether the connection has ended.
    var isOver = false

    /// How many steps of a session are kept.
    static let mostSteps = 2_000

    init(id: String, place: LogPlace, client: IPAddress, at time: Timestamp) {
        (self.id, self.place, self.client, connectTime, endTime) = (id, place, client, time, time)
    }

    /// Whether no line that is still to come tells more of it.
    var isWhole: Bool { isOver && mails.allSatisfy(\.isWhole) }

    mutating func add(_ step: Step, at time: Timestamp) {
        guard steps.count < LoggedSession.mostSteps else { return }
        steps.append(TimedStep(time: time, step: step))
        endTime = max(endTime, time)
    }
}

extension LoggedSession {
    /// What tells a message of one server from others.
    struct MailKey: Hashable, Sendable {
        let host: String?
        let id: String
    }

    /// The session without the messages that `isKnown` says are known better, as from an archive; nil where all that there
    /// was to it were those.
    func without(_ isKnown: (MailKey) -> Bool) -> LoggedSession? {
        let known = mails.map { isKnown(MailKey(host: $0.host, id: $0.id)) }
        guard known.contains(true) else { return self }
        var rest = self
        rest.steps.removeAll { timed in
            switch timed.step {
            case .mail(let place): known[place]
            case .authentication(_, _, let succeeded): succeeded
            case .refused: false
            }
        }
        return rest.steps.isEmpty ? nil : rest
    }

    /// The session as a transcript would have it, as far as the log tells. What it leaves out, the client did not say: a
    /// greeting that is not told is none.
    var recorded: RecordedSession? {
        var script = LoggedScript(id)
        script.add(
            .connect(client: Endpoint(client, port: port), server: nil, reverseName: reverseName), at: connectTime)
        if let tls { script.add(.tls(tls), at: connectTime) }
        script.say(refusal ?? "220 log ESMTP", at: connectTime)
        // What is no word could not be said again as it was.
        if let helo, refusal == nil, helo.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) {
            script.exchange("\(isESMTP ? "EHLO" : "HELO") \(helo)", "250 log", at: steps.first?.time ?? connectTime)
        }
        for timed in steps where refusal == nil {
            switch timed.step {
            case .refused(let sender, let recipient, let reply):
                guard let recipient else {
                    script.mail(sender, reply, at: timed.time)
                    continue
                }
                script.recipient(recipient, of: sender, reply, at: timed.time)
            case .mail(let place): script.add(mails[place], at: timed.time)
            case .authentication(let mechanism, let user, let succeeded):
                script.authenticate(mechanism, user, succeeded, at: timed.time)
            }
        }
        script.add(.close(reason: nil), at: endTime)
        return RecordedSession(id: id, lines: script.lines)
    }
}

/// Writes what a log tells of a session as lines of a transcript.
private struct LoggedScript {
    private let id: String
    private(set) var lines: [TranscriptLine] = []
    /// The sender of the transaction under way.
    private var sender: String?

    init(_ id: String) { self.id = id }

    mutating func add(_ event: TranscriptEvent, at time: Timestamp) {
        // A log may step back by a second; a session does not.
        let time = max(time, lines.last?.time ?? time)
        lines.append(TranscriptLine(session: id, time: time, event: event, number: lines.count + 1))
    }

    mutating func say(_ reply: String, at time: Timestamp) {
        add(.line(from: .server, Bytes(Array(reply.utf8))), at: time)
    }

    /// A command and its reply; false, with nothing written, where the log has it so that it is no command.
    @discardableResult
    mutating func exchange(_ command: String, _ reply: String, at time: Timestamp) -> Bool {
        let bytes = Bytes(Array(command.utf8))
        guard case .success = SMTPCommand.parse(TakenLine.restored(bytes)) else { return false }
        add(.line(from: .client, bytes), at: time)
        say(reply, at: time)
        return true
    }

    private static func command(_ verb: String, _ address: String) -> String {
        "\(verb):<\(address)>" + (address.utf8.allSatisfy { $0 < 0x80 } || verb != "MAIL FROM" ? "" : " SMTPUTF8")
    }

    /// Begins a transaction, or goes on with the one that `sender` has begun. A client ends one without a message by
    /// RSET.
    @discardableResult
    mutating func mail(_ sender: String, _ reply: String = "250 2.1.0 Ok", at time: Timestamp) -> Bool {
        if self.sender == sender { return true }
        if self.sender != nil { exchange("RSET", "250 2.0.0 Ok", at: time) }
        self.sender = nil
        guard exchange(LoggedScript.command("MAIL FROM", sender), reply, at: time) else { return false }
        if reply.hasPrefix("2") { self.sender = sender }
        return true
    }

    mutating func recipient(_ recipient: String, of sender: String, _ reply: String, at time: Timestamp) {
        guard mail(sender, at: time) else { return }
        exchange(LoggedScript.command("RCPT TO", recipient), reply, at: time)
    }

    mutating func add(_ mail: LoggedSession.Mail, at time: Timestamp) {
        guard let sender = mail.sender, !mail.recipients.isEmpty, self.mail(sender, at: time) else { return }
        var isTaken = false
        for recipient in mail.recipients {
            if exchange(LoggedScript.command("RCPT TO", recipient), "250 2.1.5 Ok", at: time) { isTaken = true }
        }
        guard isTaken, exchange("DATA", "354 go on", at: time) else { return }
        add(.message(RecordedMessage(sha256: nil, content: .size(mail.size ?? 0))), at: time)
        say(mail.refusal ?? "250 2.0.0 Ok: queued as \(mail.id)", at: time)
        self.sender = nil
    }

    mutating func authenticate(_ mechanism: String, _ user: String?, _ succeeded: Bool, at time: Timestamp) {
        let reply = succeeded ? "235 2.7.0 Authentication successful" : "535 5.7.8 Authentication failed"
        guard exchange("AUTH \(mechanism) *", reply, at: time) else { return }
        add(.auth(mechanism: mechanism.uppercased(), identity: user, succeeded: succeeded), at: time)
    }
}
