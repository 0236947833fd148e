import Values

/// One thing that a log tells: who said or did what, when, to which session and message.
public struct LogRecord: Sendable, Hashable {
    /// Where it stands.
    public var place: LogPlace
    /// When it happened; nil where the log does not say.
    public var instant: LogInstant?
    /// The host whose log it is, where the log names it.
    public var host: String?
    /// The program that wrote it: `postfix/smtpd`.
    public var program: String?
    /// Its process.
    public var process: Int?
    /// What the log calls the connection, unique within a host and for a while: an id, or a process.
    public var session: String?
    /// What the log calls the message: the queue id.
    public var message: String?
    /// What happened.
    public var kind: Kind
    /// Whose act it was, where it is a line of a dialogue.
    public var role: Role?
    /// The rest, in the order of the field names, each name at most once.
    public var fields: [Field] = []

    /// What happened.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// A connection came, or was made.
        case connect
        /// It ended.
        case disconnect
        /// TLS was established, or failed.
        case tls
        /// Somebody authenticated, or failed to (`status`: `pass` or `fail`).
        case authentication
        /// A line of the SMTP dialogue.
        case dialogue
        /// A message was taken into the queue, or a part of its envelope became known.
        case message
        /// A command or message was refused for good.
        case reject
        /// A command or message was refused for now.
        case `defer`
        /// A server's own shadow verdict: it would have refused (Postfix `reject_warning`).
        case warnReject = "warn-reject"
        /// A delivery was tried (`status`: `sent`, `deferred`, `bounced`, `expired`).
        case delivery
        /// A bounce or notification was made (`new_queue_id`).
        case notification
        /// The message left the queue.
        case removed
        /// A filter gave its result.
        case scan
        /// A mailbox was logged in to.
        case login
        /// Something of the program itself: start, stop, statistics, a warning.
        case note
    }

    /// Which side of a dialogue spoke.
    public enum Role: String, Sendable, Hashable, CaseIterable { case client, server }

    /// A name and what it is.
    public struct Field: Sendable, Hashable {
        /// The name.
        public var name: LogField
        /// The value as the log has it, controls and all: outputs make it safe.
        public var value: String

        /// A field.
        public init(_ name: LogField, _ value: String) { (self.name, self.value) = (name, value) }
    }

    /// A record of a kind.
    public init(_ kind: Kind, at place: LogPlace, _ instant: LogInstant? = nil) {
        (self.kind, self.place, self.instant) = (kind, place, instant)
    }

    /// The value of a field; setting it keeps the order, setting nil removes it.
    public subscript(_ name: LogField) -> String? {
        get { fields.first { $0.name == name }?.value }
        set {
            // Most fields are set in their order.
            if let newValue, fields.last.map({ $0.name < name }) ?? true {
                fields.append(Field(name, newValue))
                return
            }
            let index = fields.firstIndex { $0.name >= name } ?? fields.endIndex
            let isThere = index < fields.endIndex && fields[index].name == name
            switch (newValue, isThere) {
            case (let value?, true): fields[index].value = value
            case (let value?, false): fields.insert(Field(name, value), at: index)
            case (nil, true): fields.remove(at: index)
            case (nil, false): break
            }
        }
    }
}
