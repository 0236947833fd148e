import Values

/// One thing that a log tells: who said or did what, when, to which session and message.
public struct LogRecord: Sendable, Hashable {
    /// Where it stands.
    public var place: LogPlace
    /// When it happened; nil where the log does not say.
    public var instant: LogInstant?
    /// The host whose log it is, where the log names it.
    public var host: String? {
        get { fields.origin.host }
        set { fields.origin = LogOrigin(host: newValue, program: program) }
    }
    /// The program that wrote it: `postfix/smtpd`.
    public var program: String? {
        get { fields.origin.program }
        set { fields.origin = LogOrigin(host: host, program: newValue) }
    }
    /// Its process.
    public var process: Int?
    /// What the log calls the connection, unique within a host and for a while: an id, or a process.
    public var session: String? {
        get {
            switch sessionName {
            case .none: nil
            case .process: process.map { String($0) }
            case .head(let length): fields.head(Int(length))
            case .kept(let place): fields.extra(at: Int(place))
            }
        }
        set { sessionName = newValue.map { .kept(Int32(fields.keep($0))) } ?? .none }
    }
    /// What the log calls the message: the queue id.
    public var message: String? {
        get {
            switch messageName {
            case .none: nil
            case .process: process.map { String($0) }
            case .head(let length): fields.head(Int(length))
            case .kept(let place): fields.extra(at: Int(place))
            }
        }
        set { messageName = newValue.map { .kept(Int32(fields.keep($0))) } ?? .none }
    }
    /// What happened.
    public var kind: Kind
    /// Whose act it was, where it is a line of a dialogue.
    public var role: Role?
    /// The rest, in the order of the field names, each name at most once.
    public internal(set) var fields: LogFields

    /// Where a name is.
    private enum Name: Sendable, Hashable {
        case none
        /// The process.
        case process
        /// So many bytes at the beginning of the line.
        case head(Int32)
        /// Kept beside the fields, at a place.
        case kept(Int32)
    }

    private var sessionName = Name.none, messageName = Name.none

    /// Whether the process is what the log calls the connection.
    var isProcessSession: Bool { sessionName == .process }

    /// What the log calls the message, where the line begins with it.
    var messageBytes: ArraySlice<UInt8>? {
        guard case .head(let length) = messageName else { return nil }
        return fields.text.prefix(Int(length))
    }

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
        self.init(kind, at: place, instant, process: nil, LogFields())
    }

    init(_ kind: Kind, at place: LogPlace, _ instant: LogInstant?, process: Int?, _ fields: LogFields) {
        self.kind = kind
        self.place = place
        self.instant = instant
        self.process = process
        self.fields = fields
    }

    /// The value of a field; setting nil removes it.
    public subscript(_ name: LogField) -> String? {
        get { fields[name] }
        set { fields[name] = newValue }
    }

    /// The bytes of a field as the log has them: of what is no UTF-8, the string has not all.
    public func octets(_ name: LogField) -> Bytes? { fields.octets(name) }

    /// Sets a field to these bytes.
    mutating func set(_ name: LogField, octets: ArraySlice<UInt8>) { fields.set(name, octets: octets) }

    /// Sets a field to what stands in the line at `range`, which is made a string when it is asked for.
    mutating func set(_ name: LogField, _ range: Range<Int>) { fields.set(name, in: range) }

    /// Takes the first `length` bytes of the line for what the log calls the message.
    mutating func setMessage(length: Int) { messageName = .head(Int32(length)) }

    /// Takes the process for what the log calls the connection, or nothing.
    mutating func setSession(isProcess: Bool) { sessionName = isProcess ? .process : .none }

    /// Lets go of the bytes that the log was read from, and keeps those of its line: for records that are kept.
    mutating func own() { fields.own() }

    public static func == (left: LogRecord, right: LogRecord) -> Bool {
        left.place == right.place && left.kind == right.kind && left.instant == right.instant && left.host == right.host
            && left.program == right.program && left.process == right.process && left.session == right.session
            && left.message == right.message && left.role == right.role && left.fields == right.fields
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(place)
        hasher.combine(kind)
        hasher.combine(fields)
    }
}

extension LogRecord.Kind {
    /// The place among all kinds.
    var rank: Int {
        switch self {
        case .connect: 0
        case .disconnect: 1
        case .tls: 2
        case .authentication: 3
        case .dialogue: 4
        case .message: 5
        case .reject: 6
        case .defer: 7
        case .warnReject: 8
        case .delivery: 9
        case .notification: 10
        case .removed: 11
        case .scan: 12
        case .login: 13
        case .note: 14
        }
    }
}
