import Values

/// Reads what syslog puts before a program's own words: the time, the host, the program and its process.
///
/// Written are, among others, `Nov 28 10:00:00 mx postfix/smtpd[12]: ` (RFC 3164), the same with a year or a fraction,
/// `2026-11-28T10:00:00.123+01:00 mx postfix/smtpd[12]: ` (rsyslog, journald), `<22>1 2026-11-28T10:00:00Z mx
/// postfix/smtpd 12 - - ` (RFC 5424). What neighbouring lines have alike is read once.
struct LogPrefix: Sendable {
    /// A name that has been seen, as bytes and as a string.
    private struct Name: Sendable {
        var bytes: [UInt8] = []
        var text = ""
    }

    private var names = [Name](repeating: Name(), count: 256)
    private var stamp = LogStamp()

    /// The longest host or program that is read as one.
    private static let longestName = 255

    /// Takes the prefix off the entry's text, and notes what it tells; false, with nothing taken, where there is none. A time
    /// that is known already stays.
    mutating func take(from entry: inout LogEntry) -> Bool {
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
        if let after = takeTag(from: rest, into: &entry) {
            // Programs that write a log of their own leave out the host.
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
        guard let after = takeTag(from: rest, into: &entry) else { return false }
        guard let name = visibleName(host) else { return false }
        entry.host = name
        entry.text = after
        if entry.instant == nil { entry.instant = instant }
        return true
    }

    /// `program[123]: `; what follows it, nil where the text begins with no such thing.
    private mutating func takeTag(from text: LogText, into entry: inout LogEntry) -> LogText? {
        let bytes = text.span
        var offset = 0
        while offset < bytes.count, offset <= LogPrefix.longestName, LogPrefix.isTag(bytes[offset]) { offset += 1 }
        guard offset > 0, offset < bytes.count else { return nil }
        let length = offset
        var process: Int?
        if bytes[offset] == .ascii("[") {
            offset += 1
            var (value, digits) = (0, 0)
            while offset < bytes.count, bytes[offset].isDigit, digits < 12 {
                value = value * 10 + Int(bytes[offset] - 0x30)
                (offset, digits) = (offset + 1, digits + 1)
            }
            // Some write a thread or a name: it is no process, and not in the way.
            while offset < bytes.count, bytes[offset] != .ascii("]"), bytes[offset].isVisible, digits < 64 {
                (offset, digits) = (offset + 1, digits + 13)
            }
            guard offset < bytes.count, bytes[offset] == .ascii("]") else { return nil }
            if digits > 0, digits <= 12 { process = value }
            offset += 1
        }
        guard offset < bytes.count, bytes[offset] == .colon else { return nil }
        offset += 1
        guard offset == bytes.count || bytes[offset] == .space else { return nil }
        if offset < bytes.count { offset += 1 }
        let start = text.startIndex
        entry.program = name(text[start..<start + length])
        entry.process = process
        var after = text[(start + offset)...]
        // Solaris tells an id, facility and level: `[ID 197553 mail.info] `.
        if after.has("[ID ", at: after.startIndex), let end = after.prefix(48).firstIndex(of: .ascii("]")) {
            after = after[(end + 1)...]
            if after.first == .space { after = after.dropFirst() }
        }
        return after
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
        entry.host = value(words[0]).map { name($0) }
        entry.program = value(words[1]).map { name($0) }
        entry.process = words[2].number
        // Relays put the old tag into the message.
        if entry.program == nil, let after = takeTag(from: rest, into: &entry) { rest = after }
        entry.text = rest
        if entry.instant == nil { entry.instant = instant }
        return true
    }

    /// The same of bytes that must be visible.
    private mutating func visibleName(_ bytes: LogText) -> String? {
        let text = name(bytes)
        return text.utf8.allSatisfy { $0.isVisible } ? text : nil
    }

    /// A string of `bytes`, made once for those that keep coming.
    private mutating func name(_ bytes: LogText) -> String {
        guard let first = bytes.first, let last = bytes.last else { return "" }
        let middle = bytes[bytes.startIndex + bytes.count / 2]
        let slot = (bytes.count &* 31 &+ Int(first) &* 7 &+ Int(middle) &* 3 &+ Int(last)) & 255
        let known = names[slot].bytes
        if known.count == bytes.count, unsafe known.span.bytes.isEqual(to: bytes.span.bytes) { return names[slot].text }
        names[slot] = Name(bytes: Array(bytes), text: bytes.string)
        return names[slot].text
    }
}
