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
    private var second = (UInt64(0), UInt64(0), UInt64(0))
    private var time: Timestamp?
    private var form = Form.monthly
    private var clock: LogClock?

    private enum Form { case monthly, dated }

    /// The longest host or program that is read as one.
    private static let longestName = 255

    /// Takes the prefix off `line`, and says what it told; nil, with nothing taken, where the line has none.
    ///
    /// `needsProgram` is whether a time alone is none.
    mutating func take(from line: LogText, at place: LogPlace, _ clock: LogClock) -> LogEntry? {
        var rest = line
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
        guard let instant = takeTime(from: &rest, clock) else { return nil }
        var entry = LogEntry(rest, at: place, instant, clock: clock)
        if isStructured { return structured(entry) }
        while rest.first == .space { rest = rest.dropFirst() }
        // FreeBSD's syslogd can tell facility and level: `<mail.info> `.
        if rest.first == .ascii("<"), let end = rest.prefix(32).firstIndex(of: .ascii(">")) {
            rest = rest[(end + 1)...]
            while rest.first == .space { rest = rest.dropFirst() }
        }
        if let after = takeTag(from: rest, into: &entry) {
            // Programs that write a log of their own leave out the host.
            entry.text = after
            return entry
        }
        guard let end = rest.index(of: .space, from: rest.startIndex), end - rest.startIndex <= LogPrefix.longestName,
            end > rest.startIndex
        else { return nil }
        let host = rest[rest.startIndex..<end]
        guard host.allSatisfy({ $0.isVisible }) else { return nil }
        rest = rest[(end + 1)...]
        while rest.first == .space { rest = rest.dropFirst() }
        guard let after = takeTag(from: rest, into: &entry) else { return nil }
        entry.host = name(host)
        entry.text = after
        return entry
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
    private mutating func structured(_ entry: LogEntry) -> LogEntry? {
        var entry = entry
        var rest = entry.text
        while rest.first == .space { rest = rest.dropFirst() }
        var words: [LogText] = []
        while words.count < 4 {
            guard let word = rest.take(until: .space), word.count <= LogPrefix.longestName else { return nil }
            words.append(word)
        }
        func value(_ word: LogText) -> LogText? { word.count == 1 && word.first == .hyphen ? nil : word }
        entry.host = value(words[0]).map { name($0) }
        entry.program = value(words[1]).map { name($0) }
        entry.process = words[2].number
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
                guard index < rest.endIndex else { return nil }
                rest = rest[(index + 1)...]
            }
        }
        if rest.first == .space { rest = rest.dropFirst() }
        if rest.starts(with: [0xEF, 0xBB, 0xBF]) { rest = rest.dropFirst(3) }
        // Relays put the old tag into the message.
        if entry.program == nil, let after = takeTag(from: rest, into: &entry) { rest = after }
        entry.text = rest
        return entry
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

    /// Takes the time off the beginning of `text`.
    private mutating func takeTime(from text: inout LogText, _ clock: LogClock) -> LogInstant? {
        let line = text
        let bytes = unsafe line.span.bytes
        guard bytes.byteCount >= 15 else { return nil }
        let isDated = bytes[0].isDigit
        let key: (UInt64, UInt64, UInt64)
        if isDated {
            guard bytes.byteCount >= 19, bytes[4] == .hyphen else { return takeSlowly(from: &text, clock) }
            key = (bytes.word(at: 0) ?? 0, bytes.word(at: 8) ?? 0, bytes.word(at: 11) ?? 0)
        } else {
            key = (bytes.word(at: 0) ?? 0, bytes.word(at: 7) ?? 0, 0)
        }
        if key == second, self.clock == clock, let time, isDated == (form == .dated) {
            if !isDated {
                guard bytes.byteCount > 15, bytes[15] == .space else { return takeSlowly(from: &text, clock) }
                text = text[(text.startIndex + 15)...]
                return LogInstant(time, precision: .second, hasYear: false, hasZone: false)
            }
            return finishDated(&text, time, clock)
        }
        if isDated {
            let head = text.prefix(19)
            var whole = head
            guard bytes[10] == .ascii("T") || bytes[10] == .space,
                let (at, _) = LogTime.take(from: &whole, LogClock(reference: clock.reference)), whole.isEmpty
            else { return takeSlowly(from: &text, clock) }
            (second, time, form, self.clock) = (key, at, .dated, clock)
            return finishDated(&text, at, clock)
        }
        var head = text.prefix(15)
        guard bytes.byteCount > 15, bytes[15] == .space, let (at, _) = LogTime.take(from: &head, clock), head.isEmpty
        else { return takeSlowly(from: &text, clock) }
        (second, time, form, self.clock) = (key, at, .monthly, clock)
        text = text[(text.startIndex + 15)...]
        return LogInstant(at, precision: .second, hasYear: false, hasZone: false)
    }

    /// Reads the fraction and the zone behind the second, which is `time` at UTC.
    private func finishDated(_ text: inout LogText, _ time: Timestamp, _ clock: LogClock) -> LogInstant? {
        let line = text
        let bytes = line.span
        var offset = 19
        var (millisecond, digits) = (0, 0)
        if offset + 1 < bytes.count, bytes[offset] == .dot || bytes[offset] == .comma, bytes[offset + 1].isDigit {
            offset += 1
            while offset < bytes.count, bytes[offset].isDigit, digits < 9 {
                if digits < 3 { millisecond = millisecond * 10 + Int(bytes[offset] - 0x30) }
                (offset, digits) = (offset + 1, digits + 1)
            }
            for _ in min(3, digits)..<3 { millisecond *= 10 }
        }
        var (ahead, hasZone) = (clock.offset, false)
        if offset < bytes.count, bytes[offset] == .ascii("Z") {
            (ahead, hasZone, offset) = (.zero, true, offset + 1)
        } else {
            var place = offset
            if place < bytes.count, bytes[place] == .space { place += 1 }
            if place + 5 <= bytes.count, bytes[place] == .ascii("+") || bytes[place] == .hyphen {
                let colon = bytes[place + 3] == .colon ? 1 : 0
                if place + 5 + colon <= bytes.count {
                    let places = [place + 1, place + 2, place + 3 + colon, place + 4 + colon]
                    if places.allSatisfy({ bytes[$0].isDigit }) {
                        let figures = places.map { Int(bytes[$0] - 0x30) }
                        let seconds = (figures[0] * 10 + figures[1]) * 3600 + (figures[2] * 10 + figures[3]) * 60
                        ahead = .seconds(bytes[place] == .hyphen ? -seconds : seconds)
                        (hasZone, offset) = (true, place + 5 + colon)
                    }
                }
            }
        }
        let precision: LogInstant.Precision = digits == 0 ? .second : digits <= 3 ? .millisecond : .microsecond
        let at = Timestamp(milliseconds: time.milliseconds + Int64(millisecond)) - ahead
        text = text[(text.startIndex + offset)...]
        return LogInstant(at, precision: precision, hasYear: true, hasZone: hasZone)
    }

    /// The rarer forms: fractions behind a month's name, a year before or behind it, a day of one figure.
    private func takeSlowly(from text: inout LogText, _ clock: LogClock) -> LogInstant? {
        var rest = text
        // `2026 Nov 28 10:00:00` and `Nov 28 2026 10:00:00`: the year is taken out.
        var year: Int?
        if let head = rest.prefix(4).number, rest.prefix(4).count == 4, rest.dropFirst(4).first == .space,
            rest.dropFirst(5).first?.isLetter ?? false
        {
            year = head
            rest = rest.dropFirst(5)
        } else if rest.first?.isLetter ?? false {
            var words = rest
            if let month = words.take(until: .space), month.count == 3 {
                while words.first == .space { words = words.dropFirst() }
                if let day = words.take(until: .space), day.number != nil, let found = words.prefix(4).number,
                    words.prefix(4).count == 4, words.dropFirst(4).first == .space, (1970...9999).contains(found)
                {
                    year = found
                    rest = LogText(Array(month) + [.space] + Array(day) + [.space] + Array(words.dropFirst(5)))
                }
            }
        }
        var used = clock
        if let year, let end = CivilTime(year: year, month: 12, day: 31, hour: 23, minute: 59, second: 59) {
            // The reference is a day early, as a day ahead of it is still taken.
            used = LogClock(reference: end.timestamp - clock.offset - .seconds(86_400), offset: clock.offset)
        }
        let isDated = rest.first?.isDigit ?? false
        guard let (time, _) = LogTime.take(from: &rest, used) else { return nil }
        text = rest
        let precision: LogInstant.Precision = time.milliseconds % 1000 == 0 ? .second : .millisecond
        return LogInstant(time, precision: precision, hasYear: isDated || year != nil, hasZone: false)
    }
}
