import Values

/// Reads the times that lines begin with: what neighbouring lines have alike is read once.
struct LogStamp: Sendable {
    private var second = (UInt64(0), UInt64(0), UInt64(0))
    private var time: Timestamp?
    private var form = Form.monthly
    private var clock: LogClock?
    /// The beginning of the last day that was named by a month, and its name.
    private var midnight = Timestamp(seconds: 0)
    private var day: UInt64 = 0

    private enum Form { case monthly, dated }

    /// Takes the time off the beginning of `text`, and leaves the space behind it; nil, with nothing taken, where none is.
    mutating func take(from text: inout LogText, _ clock: LogClock) -> LogInstant? {
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
        if key.0 & 0xFFFF_FFFF_FFFF == day, self.clock == clock, form == .monthly, bytes.byteCount > 15,
            bytes[15] == .space,
            let seconds = LogStamp.secondOfDay(bytes)
        {
            let at = midnight + .seconds(seconds)
            (second, time) = (key, at)
            text = text[(text.startIndex + 15)...]
            return LogInstant(at, precision: .second, hasYear: false, hasZone: false)
        }
        var head = text.prefix(15)
        guard bytes.byteCount > 15, bytes[15] == .space, let (at, _) = LogTime.take(from: &head, clock), head.isEmpty
        else { return takeSlowly(from: &text, clock) }
        (second, time, form, self.clock) = (key, at, .monthly, clock)
        if let seconds = LogStamp.secondOfDay(bytes) {
            (day, midnight) = (key.0 & 0xFFFF_FFFF_FFFF, at - .seconds(seconds))
        }
        text = text[(text.startIndex + 15)...]
        return LogInstant(at, precision: .second, hasYear: false, hasZone: false)
    }

    /// `10:00:00` from the seventh byte on, in seconds.
    private static func secondOfDay(_ bytes: RawSpan) -> Int? {
        guard bytes[9] == .colon, bytes[12] == .colon, bytes[6] == .space else { return nil }
        guard let hour = pair(bytes, 7), let minute = pair(bytes, 10), let second = pair(bytes, 13), hour < 24,
            minute < 60, second < 60
        else { return nil }
        return hour * 3_600 + minute * 60 + second
    }

    /// A number of two figures.
    private static func pair(_ bytes: RawSpan, _ place: Int) -> Int? {
        guard bytes[place].isDigit, bytes[place + 1].isDigit else { return nil }
        return Int(bytes[place] - 0x30) * 10 + Int(bytes[place + 1] - 0x30)
    }

    /// Reads the fraction and the zone behind the second, which is `time` at UTC; and says where they end.
    private func finished(_ bytes: RawSpan, _ time: Timestamp, _ clock: LogClock) -> (LogInstant, Int) {
        var offset = 19
        var (millisecond, digits) = (0, 0)
        if offset + 1 < bytes.byteCount, bytes[offset] == .dot || bytes[offset] == .comma, bytes[offset + 1].isDigit {
            offset += 1
            while offset < bytes.byteCount, bytes[offset].isDigit, digits < 9 {
                if digits < 3 { millisecond = millisecond * 10 + Int(bytes[offset] - 0x30) }
                (offset, digits) = (offset + 1, digits + 1)
            }
            for _ in min(3, digits)..<3 { millisecond *= 10 }
        }
        var (ahead, hasZone) = (clock.offset, false)
        if offset < bytes.byteCount, bytes[offset] == .ascii("Z") {
            (ahead, hasZone, offset) = (.zero, true, offset + 1)
        } else {
            var place = offset
            if place < bytes.byteCount, bytes[place] == .space { place += 1 }
            if place + 5 <= bytes.byteCount, bytes[place] == .ascii("+") || bytes[place] == .hyphen {
                let colon = bytes[place + 3] == .colon ? 1 : 0
                if place + 5 + colon <= bytes.byteCount, let hours = LogStamp.pair(bytes, place + 1),
                    let minutes = LogStamp.pair(bytes, place + 3 + colon)
                {
                    let seconds = hours * 3600 + minutes * 60
                    ahead = .seconds(bytes[place] == .hyphen ? -seconds : seconds)
                    (hasZone, offset) = (true, place + 5 + colon)
                }
            }
        }
        let precision: LogInstant.Precision = digits == 0 ? .second : digits <= 3 ? .millisecond : .microsecond
        let at = Timestamp(milliseconds: time.milliseconds + Int64(millisecond)) - ahead
        return (LogInstant(at, precision: precision, hasYear: true, hasZone: hasZone), offset)
    }

    private func finishDated(_ text: inout LogText, _ time: Timestamp, _ clock: LogClock) -> LogInstant? {
        let line = text
        let (instant, end) = unsafe finished(line.span.bytes, time, clock)
        text = line[(line.startIndex + end)...]
        return instant
    }

    /// A time of the second or the day that was read last, and where it ends; nil where it is of another.
    mutating func known(_ bytes: RawSpan, _ clock: LogClock) -> (LogInstant, Int)? {
        guard bytes.byteCount > 19, let time, self.clock == clock, let head = bytes.word(at: 0) else { return nil }
        if bytes[0].isDigit {
            guard form == .dated, bytes[4] == .hyphen, head == second.0, bytes.word(at: 8) == second.1,
                bytes.word(at: 11) == second.2
            else { return nil }
            return finished(bytes, time, clock)
        }
        guard form == .monthly, bytes[15] == .space else { return nil }
        func instant(_ time: Timestamp) -> (LogInstant, Int) {
            (LogInstant(time, precision: .second, hasYear: false, hasZone: false), 15)
        }
        let tail = bytes.word(at: 7) ?? 0
        if head == second.0, tail == second.1 { return instant(time) }
        guard head & 0xFFFF_FFFF_FFFF == day, let seconds = LogStamp.secondOfDay(bytes) else { return nil }
        let at = midnight + .seconds(seconds)
        (second, self.time) = ((head, tail, 0), at)
        return instant(at)
    }

    /// The rarer forms: fractions behind a month's name, a year before or behind it, a day of one figure, and what
    /// journalctl writes when it is asked for more (`short-full`, `short-unix`).
    private func takeSlowly(from text: inout LogText, _ clock: LogClock) -> LogInstant? {
        if let instant = LogStamp.takeFull(from: &text, clock) { return instant }
        var rest = text
        if rest.first?.isDigit ?? false, let instant = ShapedTime.takeEpoch(from: &rest), rest.first == .space {
            text = rest
            return instant
        }
        rest = text
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
        // What is left stands in the line itself, whose places are those that count.
        text = text.suffix(rest.count)
        let precision: LogInstant.Precision = time.milliseconds % 1000 == 0 ? .second : .millisecond
        return LogInstant(time, precision: precision, hasYear: isDated || year != nil, hasZone: false)
    }

    /// `Wed 2024-05-01 10:00:00 CEST `: the zone is a name, of which only UTC says how far ahead it is.
    private static func takeFull(from text: inout LogText, _ clock: LogClock) -> LogInstant? {
        guard let dated = LogTime.weekday(text) else { return nil }
        var rest = dated
        let isUTC = rest.dropFirst(19).prefix(24).first(" UTC ") != nil
        let used = isUTC ? LogClock(reference: clock.reference) : clock
        guard let (time, form) = LogTime.take(from: &rest, used), form == .spaced, rest.startIndex > text.startIndex,
            text[rest.startIndex - 1] == .space
        else { return nil }
        let name = rest.prefix { $0.isLetter || $0 == .ascii("+") || $0 == .hyphen || $0.isDigit }
        guard (2...6).contains(name.count), name.endIndex < rest.endIndex, rest[name.endIndex] == .space else {
            return nil
        }
        text = rest[name.endIndex...]
        let precision: LogInstant.Precision = time.milliseconds % 1000 == 0 ? .second : .millisecond
        return LogInstant(time, precision: precision, hasYear: true, hasZone: isUTC)
    }
}
