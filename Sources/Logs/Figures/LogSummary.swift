import Values

/// What logs add up to: volumes, refusals by reason, delays, the busiest, TLS and authentication, greylisting, guessed
/// passwords. Memory is bounded whatever the logs hold.
public struct LogSummary: Sendable {
    /// How many records there are of each kind.
    public var kinds: [LogRecord.Kind: Int] {
        Dictionary(uniqueKeysWithValues: LogRecord.Kind.allCases.map { ($0, counts[$0.rank]) }.filter { $0.1 > 0 })
    }
    /// Messages that came, and their bytes where the log tells.
    public private(set) var messageCount = 0, byteCount = 0
    /// Deliveries by status: `sent`, `deferred`, `bounced`, `expired`.
    public private(set) var deliveries = LogTop()
    /// Refusals, for good and for now and as warnings, by reason.
    public private(set) var rejections = LogTop(), deferrals = LogTop(), warnings = LogTop()
    /// Why deliveries were put off or failed.
    public private(set) var deliveryFailures = LogTop()
    /// How long deliveries took that came about, from the message's arrival on.
    public private(set) var delays = LogSpread()
    /// Messages and recipients by address, sessions and refusals by client, deliveries by next hop.
    public private(set) var senders = LogTop(), recipients = LogTop(), clients = LogTop(), refusedClients = LogTop(),
        nextHops = LogTop()
    /// Sessions, those of them that were encrypted, and versions of TLS; the same of connections to next hops.
    public private(set) var sessionCount = 0, encryptedCount = 0, tlsFailureCount = 0
    public private(set) var tlsVersions = LogTop(), outgoingTLS = LogTop()
    /// Messages that authenticated clients sent, and authentications that failed.
    public private(set) var authenticatedCount = 0, authenticationFailureCount = 0
    /// Failed authentications by client.
    public private(set) var attacks = LogAttacks()
    /// Refusals for now that were retried.
    public private(set) var greylist = LogGreylist()
    /// Results of filters by verdict, viruses by name, lists that named clients.
    public private(set) var verdicts = LogTop(), viruses = LogTop(), lists = LogTop()
    /// Who logged in to fetch mail.
    public private(set) var logins = LogTop()

    private var counts = [Int](repeating: 0, count: LogRecord.Kind.allCases.count)
    private var assembler = LogAssembler()
    private var finished: [LogMessage] = []

    /// Of nothing yet.
    public init() {}

    /// Adds records in the order of the logs.
    public mutating func add(_ records: [LogRecord]) {
        // Records are large: they are looked at where they lie.
        let span = records.span
        for index in span.indices { add(span[index]) }
    }

    /// Adds a record.
    public mutating func add(_ record: LogRecord) {
        counts[record.kind.rank] += 1
        switch record.kind {
        case .connect:
            if record.fields.has(.client), !record.fields.is(.status, "fail") {
                sessionCount += 1
                LogSummary.count(record, .client, in: &clients)
            }
        case .tls: tls(record)
        case .authentication:
            if record.fields.is(.status, "fail") {
                authenticationFailureCount += 1
                attacks.add(record)
            }
        case .reject, .defer, .warnReject: refusal(record)
        case .delivery: delivery(record)
        case .scan:
            if let verdict = record[.verdict] { verdicts.add(verdict) }
            if let virus = record[.virus] { viruses.add(virus) }
            if let list = record[.list] { lists.add(list) }
        case .login: logins.add(record[.user] ?? "")
        default: break
        }
        assembler.add(record, into: &finished)
        if finished.count > 1_000 { count() }
    }

    /// Adds what is left when the logs are at their end.
    public mutating func finish() {
        assembler.finish(into: &finished)
        count()
    }

    private mutating func count() {
        for message in finished {
            let isArrival = message.sender != nil || message.session != nil || message.size != nil
            guard isArrival else { continue }
            messageCount += 1
            byteCount += max(0, min(message.size ?? 0, 1 << 40))
            if let sender = message.sender { senders.add(sender.asciiLowercased) }
            if message.authenticated != nil { authenticatedCount += 1 }
            greylist.add(message)
        }
        finished.removeAll(keepingCapacity: true)
    }

    private mutating func tls(_ record: LogRecord) {
        guard let version = record[.tlsVersion] else {
            tlsFailureCount += 1
            return
        }
        if record[.nextHop] != nil || record[.nextHopAddress] != nil {
            outgoingTLS.add(version)
        } else {
            encryptedCount += 1
            tlsVersions.add(version)
        }
    }

    private mutating func refusal(_ record: LogRecord) {
        let reason = LogSummary.reason(of: record)
        switch record.kind {
        case .reject: rejections.add(reason)
        case .defer: deferrals.add(reason)
        default: warnings.add(reason)
        }
        if let list = record[.list] { lists.add(list) }
        if record.kind != .warnReject { LogSummary.count(record, .client, in: &refusedClients) }
        if record.kind == .defer { greylist.add(record) }
    }

    /// Counts the value of a field; most stand in the line.
    private static func count(_ record: LogRecord, _ name: LogField, in top: inout LogTop) {
        if let bytes = record.fields.bytes(name) { top.add(bytes) } else if let value = record[name] { top.add(value) }
    }

    private mutating func delivery(_ record: LogRecord) {
        LogSummary.count(record, .status, in: &deliveries)
        if !record.fields.has(.status) { deliveries.add("") }
        if record.fields.is(.status, "sent") {
            if let bytes = record.fields.bytes(.recipient) {
                recipients.add(address: bytes)
            } else {
                recipients.add((record[.recipient] ?? "").asciiLowercased)
            }
            LogSummary.count(record, .nextHop, in: &nextHops)
            if let delay = record[.delay], let value = LogSummary.milliseconds(delay) {
                delays.add(milliseconds: value)
            }
        } else if let reply = record[.reply] {
            let status = record[.status] ?? ""
            deliveryFailures.add("\(status): \(LogShape.of(Array(reply.utf8.suffix(400))[...]))")
        }
    }

    /// The reason of a refusal, without what differs from one to the next.
    static func reason(of record: LogRecord) -> String {
        let stage = record[.stage].map { "\($0): " } ?? ""
        let code = record[.code].map { "\($0) " } ?? ""
        if let list = record[.list] { return "\(stage)\(code)blocked using \(list)" }
        let words = record[.reason] ?? record[.reply] ?? ""
        return stage + code + LogShape.of(Array(words.utf8.prefix(300))[...])
    }

    /// `1.25` seconds in milliseconds; nil for what is no number.
    static func milliseconds(_ text: String) -> Int? {
        var (whole, fraction, digits) = (0, 0, 0)
        var isFraction = false
        for byte in text.utf8 {
            if byte == .dot, !isFraction {
                isFraction = true
            } else if byte.isDigit, !isFraction, whole < 1_000_000_000 {
                whole = whole * 10 + Int(byte - 0x30)
            } else if byte.isDigit, isFraction {
                if digits < 3 { (fraction, digits) = (fraction * 10 + Int(byte - 0x30), digits + 1) }
            } else {
                return nil
            }
        }
        while digits < 3 { (fraction, digits) = (fraction * 10, digits + 1) }
        return whole * 1_000 + fraction
    }
}
