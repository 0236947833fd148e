import Values

/// What `kcli trace-smtp-server` and `kcli trace-smtp-client` of KumoMTA print: the session in brackets, the time since it
/// began, and an arrow from who spoke, or `===` before what happened.
struct KumoMTATraceFormat: LogFormat {
    static let name = "kumomta-trace"

    private struct Session: Sendable {
        var tracker: DialogueTracker
        var start: LogInstant?
    }

    private var sessions = RecentTable<Session>(limit: 4_096)

    static func confidence(in head: [ArraySlice<UInt8>]) -> Int { share(of: head) { parts($0) != nil } * 95 / 100 }

    mutating func read(_ line: LogEntry, into records: inout [LogRecord]) -> LogRecognition {
        guard let (key, delta, mark, text) = KumoMTATraceFormat.parts(line.text) else { return .unknown }
        var base = line.record(.note)
        base.session = key.value
        var session = sessions[Array(key)] ?? open(key)
        if mark == "===" {
            if let start = KumoMTATraceFormat.start(text, line.clock) { session.start = start }
        }
        if let start = session.start {
            let milliseconds = Int64(delta / 1_000_000)
            base.instant = LogInstant(start.time + .milliseconds(milliseconds), precision: .microsecond)
        }
        switch mark {
        case "->": session.tracker.client(KumoMTATraceFormat.unescape(text), base, into: &records)
        case "<-": session.tracker.server(KumoMTATraceFormat.unescape(text), base, into: &records)
        default:
            var record = base
            record[.reason] = text.value
            if let id = text.after("conn_meta ready_queue_name=") { session.tracker.know(.nextHop, id.unquoted.value) }
            if text.begins("Connected") { record.kind = .connect }
            if text.begins("Closed") { record.kind = .disconnect }
            for field in session.tracker.known { record[field.name] = field.value }
            records.append(record)
        }
        sessions[Array(key)] = mark == "===" && text.begins("Closed") ? nil : session
        return .read
    }

    /// A server's session is called by its two ends, a client's by an id.
    private func open(_ key: LogText) -> Session {
        var rest = key
        guard let from = rest.take(untilFirst: "->"), let client = from.endpoint else {
            return Session(tracker: DialogueTracker(isOutbound: true))
        }
        var tracker = DialogueTracker(isOutbound: false)
        tracker.know(.client, client.address.description)
        tracker.know(.clientPort, client.port.map { String($0) })
        tracker.know(.listener, rest.value)
        return Session(tracker: tracker)
    }

    private static func start(_ text: LogText, _ clock: LogClock) -> LogInstant? {
        guard var time = text.after("Connected ") ?? text.after("BeginSession ") else { return nil }
        var utc = clock
        utc.offset = .zero
        guard var instant = ShapedTime.take("Y-M-D h:m:sf", from: &time, utc) else { return nil }
        instant.hasZone = true
        return instant
    }

    /// The session, the nanoseconds since it began, the mark and the text.
    private static func parts(_ line: LogText) -> (LogText, Double, String, LogText)? {
        let plain = line.contains(0x1B) ? LogText.withoutColors(line) : line
        guard plain.first == .ascii("["), let close = plain.first("] "), close.lowerBound - plain.startIndex <= 120
        else {
            return nil
        }
        let key = plain[(plain.startIndex + 1)..<close.lowerBound]
        var rest = plain[close.upperBound...].drop { $0 == .space }
        var delta = 0.0
        if rest.first?.isDigit ?? false {
            let word = rest.takeWord()
            let figures = word.prefix { $0.isDigit || $0 == .dot }
            let units: [String: Double] = ["ns": 1, "µs": 1e3, "ms": 1e6, "s": 1e9]
            guard figures.count <= 12, let value = Double(figures.string),
                let unit = units[word.dropFirst(figures.count).string]
            else { return nil }
            delta = min(value * unit, 1e15)
        }
        for mark in ["===", "->", "<-"] {
            guard let text = rest.after(mark) else { continue }
            // Two spaces follow `->`, one or two `<-`; commands begin with none.
            return (key, delta, mark, text.drop { $0 == .space })
        }
        return nil
    }

    /// Takes back what was escaped for printing: quotation marks, controls, and characters by their numbers.
    private static func unescape(_ text: LogText) -> LogText {
        guard text.contains(.backslash) else { return text }
        var output: [UInt8] = []
        var rest = text
        while let byte = rest.popFirst() {
            guard byte == .backslash, let escaped = rest.first else {
                output.append(byte)
                continue
            }
            rest = rest.dropFirst()
            switch escaped {
            case .ascii("t"): output.append(.tab)
            case .ascii("r"): output.append(.cr)
            case .ascii("n"): output.append(.lf)
            case .ascii("0"): output.append(0)
            case .quote, .backslash, .ascii("'"): output.append(escaped)
            case .ascii("u"):
                let digits = rest.dropFirst().prefix(6).prefix { $0.hexDigitValue != nil }
                if rest.first == .ascii("{"), digits.endIndex < rest.endIndex, rest[digits.endIndex] == .ascii("}"),
                    let number = UInt32(digits.string, radix: 16), let scalar = Unicode.Scalar(number)
                {
                    output += String(Character(scalar)).utf8
                    rest = rest[(digits.endIndex + 1)...]
                } else {
                    output += [.backslash, escaped]
                }
            default: output += [.backslash, escaped]
            }
        }
        return output[...]
    }
}

extension ArraySlice<UInt8> {
    /// A line without the sequences that color it on a terminal (ECMA-48 §8.3.117).
    static func withoutColors(_ line: LogText) -> LogText {
        var output: [UInt8] = []
        var position = line.startIndex
        while position < line.endIndex {
            if line[position] == 0x1B, position + 1 < line.endIndex, line[position + 1] == .ascii("[") {
                let rest = line[(position + 2)...].drop { $0.isDigit || $0 == .semicolon }
                if rest.first == .ascii("m") {
                    position = rest.startIndex + 1
                    continue
                }
            }
            output.append(line[position])
            position += 1
        }
        return output[...]
    }
}
