import Values

/// Reads what syslog puts before a program's own words: the time, the host, the program and its process.
///
/// Written are, among others, `Nov 28 10:00:00 mx postfix/smtpd[12]: ` (RFC 3164), the same with a year or a fraction,
/// `2026-11-28T10:00:00.123+01:00 mx postfix/smtpd[12]: ` (rsyslog, journald), `<22>1 2026-11-28T10:00:00Z mx
/// postfix/smtpd 12 - - ` (RFC 5424). What neighbouring lines have alike is read once.
struct LogPrefix: Sendable {
    /// Who wrote lines that have been seen: the bytes between the time and the process, and what they say.
    private struct Known: Sendable {
        var bytes: [UInt8] = []
        var origin = LogOrigin.unknown
    }

    private var known = [Known](repeating: Known(), count: 256)
    private var last = LogOrigin.unknown
    private var stamp = LogStamp()

    /// The longest host or program that is read as one.
    private static let longestName = 255
    /// The most digits of a process, and the most bytes of what stands in its place.
    private static let longestProcess = 12, longestThread = 16

    /// Takes the prefix off the entry's text, and notes what it tells; false, with nothing taken, where there is none.
    /// A time that is known already stays.
    mutating func take(from entry: inout LogEntry) -> Bool {
        takeUsual(from: &entry) || takeAny(from: &entry)
    }

    /// What most lines are: `Nov 28 10:00:00 mx postfix/smtpd[12]: ` with a time and an origin that were there before.
    private mutating func takeUsual(from entry: inout LogEntry) -> Bool {
        let line = entry.text
        let bytes = unsafe line.span.bytes
        guard let (instant, end) = stamp.known(bytes, entry.clock) else { return false }
        var offset = end
        while offset < bytes.byteCount, bytes[offset] == .space { offset += 1 }
        let start = offset
        // The tag ends at a bracket or a colon; a host has neither, as far as hosts are known by names.
        while offset < bytes.byteCount, bytes[offset] != .ascii("["), bytes[offset] != .colon { offset += 1 }
        let tagEnd = offset
        guard offset + 1 < bytes.byteCount, tagEnd - start >= 3 else { return false }
        var process: Int?
        if bytes[offset] == .ascii("[") {
            offset += 1
            process = LogPrefix.number(bytes, at: &offset)
            guard process != nil, offset + 1 < bytes.byteCount, bytes[offset] == .ascii("]") else { return false }
            offset += 1
        }
        guard offset + 2 < bytes.byteCount, bytes[offset] == .colon, bytes[offset + 1] == .space,
            bytes[offset + 2] != .ascii("[")
        else { return false }
        let slot = LogPrefix.slot(bytes, start, tagEnd)
        let candidate = known[slot].origin
        guard LogPrefix.isEqual(known[slot].bytes, bytes, start, tagEnd) else { return false }
        entry.origin = candidate
        entry.process = process
        entry.text = line[(line.startIndex + offset + 2)...]
        if entry.instant == nil { entry.instant = instant }
        return true
    }

    /// The number whose digits begin at `offset`, as far as processes have them; nil where there is no digit.
    private static func number(_ bytes: RawSpan, at offset: inout Int) -> Int? {
        let (start, end) = (offset, min(offset + longestProcess, bytes.byteCount))
        var value = 0
        while offset < end, bytes[offset].isDigit {
            value = value * 10 + Int(bytes[offset] - 0x30)
            offset += 1
        }
        return offset > start ? value : nil
    }

    private static func isEqual(_ known: [UInt8], _ bytes: RawSpan, _ start: Int, _ end: Int) -> Bool {
        guard known.count == end - start else { return false }
        let own = unsafe known.span.bytes
        var offset = 0
        while offset + 8 <= own.byteCount {
            guard own.word(at: offset) == bytes.word(at: start + offset) else { return false }
            offset += 8
        }
        while offset < own.byteCount {
            guard own[offset] == bytes[start + offset] else { return false }
            offset += 1
        }
        return true
    }

    private static func slot(_ bytes: RawSpan, _ start: Int, _ end: Int) -> Int {
        let middle = start + (end - start) / 2
        return
            ((end - start) &* 31 &+ Int(bytes[start]) &* 7 &+ Int(bytes[middle]) &* 3 &+ Int(bytes[end - 1])
            &+ Int(bytes[end - 2]) &* 5) & 255
    }

    /// Notes who is meant by what stands between the time and the process.
    private mutating func learn(_ bytes: LogText, _ origin: LogOrigin) {
        guard bytes.count >= 3, bytes.count <= 2 * LogPrefix.longestName,
            !bytes.contains(where: { $0 == .ascii("[") || $0 == .colon || $0 == .ascii("<") })
        else { return }
        let slot = unsafe LogPrefix.slot(bytes.span.bytes, 0, bytes.count)
        known[slot] = Known(bytes: Array(bytes), origin: origin)
    }

    /// One value for lines that come from the same, as neighbours do.
    private mutating func origin(_ host: String?, _ program: String?) -> LogOrigin {
        if last.host != host || last.program != program { last = LogOrigin(host: host, program: program) }
        return last
    }

    private mutating func takeAny(from entry: inout LogEntry) -> Bool {
        var rest = entry.text
        var isStructured = false
        if rest.first == .ascii("<"), let end = rest.prefix(6).firstIndex(of: .ascii(">")),
            rest[(rest.startIndex + 1)..<end].allSatisfy(\.isDigit), end > rest.startIndex + 1
        {
            rest = rest[(end + 1)...]
            // RFC 5424 §6.2.2: the version is a number without a leading zero, and there is one.
            if rest.has("1 ", at: rest.startIndex) {
                isStructured = true
                rest = rest.dropFirst(2)
            }
        }
        guard let instant = stamp.take(from: &rest, entry.clock) else { return false }
        if isStructured { return structured(rest, instant, &entry) }
        while rest.first == .space { rest = rest.dropFirst() }
        // FreeBSD's syslogd can tell facility and level: `<mail.info> `.
        if rest.first == .ascii("<"), let end = rest.prefix(32).firstIndex(of: .ascii(">")) {
            rest = rest[(end + 1)...]
            while rest.first == .space { rest = rest.dropFirst() }
        }
        let start = rest.startIndex
        if let (program, process, end, after) = tag(of: rest) {
            // Programs that write a log of their own leave out the host.
            entry.origin = origin(nil, program)
            entry.process = process
            learn(entry.text[start..<end], entry.origin)
            entry.text = after
            if entry.instant == nil { entry.instant = instant }
            return true
        }
        guard let end = rest.index(of: .space, from: rest.startIndex), end - rest.startIndex <= LogPrefix.longestName,
            end > rest.startIndex
        else { return false }
        let host = rest[rest.startIndex..<end]
        rest = rest[(end + 1)...]
        while rest.first == .space { rest = rest.dropFirst() }
        guard let (program, process, tagEnd, after) = tag(of: rest), host.allSatisfy(\.isVisible) else { return false }
        entry.origin = origin(host.string, program)
        entry.process = process
        learn(entry.text[start..<tagEnd], entry.origin)
        entry.text = after
        if entry.instant == nil { entry.instant = instant }
        return true
    }

    /// `program[123]: `; where the program's name ends and what follows it, nil where the text begins with no such thing.
    private func tag(of text: LogText) -> (program: String, process: Int?, end: Int, after: LogText)? {
        let bytes = unsafe text.span.bytes
        let count = bytes.byteCount
        var offset = 0
        while offset < count, offset <= LogPrefix.longestName, LogPrefix.isTag(bytes[offset]) { offset += 1 }
        guard offset > 0, offset < count else { return nil }
        let length = offset
        var process: Int?
        if bytes[offset] == .ascii("[") {
            offset += 1
            process = LogPrefix.number(bytes, at: &offset)
            // Some write a thread or a name: it is no process, and not in the way.
            let end = min(offset + LogPrefix.longestThread, count)
            if offset < end, bytes[offset] != .ascii("]") { process = nil }
            while offset < end, bytes[offset] != .ascii("]"), bytes[offset].isVisible { offset += 1 }
            guard offset < count, bytes[offset] == .ascii("]") else { return nil }
            offset += 1
        }
        guard offset < count, bytes[offset] == .colon else { return nil }
        offset += 1
        guard offset == count || bytes[offset] == .space else { return nil }
        if offset < count { offset += 1 }
        let start = text.startIndex
        var after = text[(start + offset)...]
        // Solaris tells an id, facility and level: `[ID 197553 mail.info] `.
        if after.has("[ID ", at: after.startIndex), let end = after.prefix(48).firstIndex(of: .ascii("]")) {
            after = after[(end + 1)...]
            if after.first == .space { after = after.dropFirst() }
        }
        return (text[start..<start + length].string, process, start + length, after)
    }

    private static func isTag(_ byte: UInt8) -> Bool {
        byte.isAlphanumeric || byte == .hyphen || byte == .ascii("/") || byte == .dot || byte == .ascii("_")
            || byte == .ascii("@") || byte == .ascii("+")
    }

    /// RFC 5424 §6: host, program, process and message id follow the time, then structured data.
    private mutating func structured(_ text: LogText, _ instant: LogInstant, _ entry: inout LogEntry) -> Bool {
        var rest = text
        while rest.first == .space { rest = rest.dropFirst() }
        var words: [LogText] = []
        while words.count < 4 {
            guard let word = rest.take(until: .space), word.count <= LogPrefix.longestName else { return false }
            words.append(word)
        }
        func value(_ word: LogText) -> LogText? { word.count == 1 && word.first == .hyphen ? nil : word }
        if rest.first == .hyphen {
            rest = rest.dropFirst()
        } else {
            // RFC 5424 §6.3.3: within a value, `"`, `\` and `]` stand behind a backslash.
            while rest.first == .ascii("[") {
                var (index, isQuoted) = (rest.startIndex + 1, false)
                while index < rest.endIndex, isQuoted || rest[index] != .ascii("]") {
                    if rest[index] == .backslash, isQuoted {
                        index += 1
                    } else if rest[index] == .quote {
                        isQuoted.toggle()
                    }
                    index += 1
                }
                guard index < rest.endIndex else { return false }
                rest = rest[(index + 1)...]
            }
        }
        if rest.first == .space { rest = rest.dropFirst() }
        if rest.starts(with: [0xEF, 0xBB, 0xBF]) { rest = rest.dropFirst(3) }
        var program = value(words[1])?.string
        entry.process = words[2].number
        // Relays put the old tag into the message.
        if program == nil, let (name, process, _, after) = tag(of: rest) {
            (program, entry.process, rest) = (name, process, after)
        }
        entry.origin = origin(value(words[0])?.string, program)
        entry.text = rest
        if entry.instant == nil { entry.instant = instant }
        return true
    }
}
