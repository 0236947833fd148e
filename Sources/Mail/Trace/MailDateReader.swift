import Values

/// Finds the parts of a date by their shape rather than their place, as mail programs disagree on the place.
struct MailDateReader {
    private let bytes: [UInt8]
    let items: [MailDateItem]
    private let comment: Range<Int>?
    var defects: MailDateDefects = []

    init(_ bytes: [UInt8]) {
        let lexer = MailDateLexer(bytes, in: 0..<bytes.count)
        (self.bytes, self.items, self.comment) = (bytes, lexer.items, lexer.comment)
    }

    /// `Www Mmm dd hh:mm`.
    var hasAsctimeShape: Bool {
        guard items.count >= 6, case .word(let first) = items[0], case .word(let second) = items[1],
            case .number = items[2], case .number = items[3], items[4] == .mark(.colon)
        else { return false }
        return MailDateReader.weekday(first) != nil && MailDateReader.month(second) != nil
    }

    mutating func read() -> MailDate? {
        guard var time = timeOfDay() else { return nil }
        let zone = zone(from: time.end)
        if zone.end == time.end, time.end < items.count, case .word(let half) = items[time.end] {
            guard let hour = MailDateReader.hour(time.hour, half: half) else { return nil }
            time.hour = hour
        }
        guard let date = date(outside: time.start..<zone.end) else { return nil }
        guard
            let civil = CivilTime(
                year: date.year, month: date.month, day: date.day, hour: time.hour, minute: time.minute,
                second: time.second, millisecond: time.millisecond)
        else { return nil }
        var offset = zone.offset
        if offset == nil, !zone.isNamed {
            offset = zoneInComment() ?? date.unsignedZone
            if offset == nil { defects.insert(.missingZone) } else { defects.insert(.foreignForm) }
        }
        checkWeekday(civil)
        return MailDate(
            timestamp: civil.timestamp - .seconds((offset ?? 0) * 60), zoneOffsetMinutes: offset, defects: defects)
    }

    private func number(at index: Int) -> (value: Int, width: Int)? {
        guard items.indices.contains(index), case .number(let value, let width) = items[index] else { return nil }
        return (value, width)
    }

    func isMark(_ byte: UInt8, at index: Int) -> Bool {
        items.indices.contains(index) && items[index] == .mark(byte)
    }

    private struct TimeOfDay {
        var (hour, minute, second, millisecond) = (0, 0, 0, 0)
        var (start, end) = (0, 0)
    }

    /// The first `hh:mm[:ss[.fraction]]`.
    private func timeOfDay() -> TimeOfDay? {
        for index in items.indices {
            guard let hour = number(at: index), hour.width <= 2, isMark(.colon, at: index + 1),
                let minute = number(at: index + 2), minute.width <= 2
            else { continue }
            var time = TimeOfDay()
            (time.hour, time.minute, time.start, time.end) = (hour.value, minute.value, index, index + 3)
            if isMark(.colon, at: index + 3), let second = number(at: index + 4), second.width <= 2 {
                (time.second, time.end) = (second.value, index + 5)
                if isMark(.dot, at: index + 5) || isMark(.comma, at: index + 5), let fraction = number(at: index + 6),
                    fraction.width <= 9
                {
                    var thousandths = fraction.value * 1000
                    for _ in 0..<fraction.width { thousandths /= 10 }
                    (time.millisecond, time.end) = (thousandths, index + 7)
                }
            }
            return time
        }
        return nil
    }

    private static func hour(_ hour: Int, half: String) -> Int? {
        guard half == "am" || half == "pm" else { return hour }
        guard (1...12).contains(hour) else { return nil }
        return hour % 12 + (half == "pm" ? 12 : 0)
    }

    /// The zone at or after `start`: `+0200`, `+02:00`, `GMT`, `GMT+0200`, `EST (-0500)`. `end` is `start` when the
    /// items there are something else.
    private mutating func zone(from start: Int) -> (offset: Int?, isNamed: Bool, end: Int) {
        // asctime with a zone puts it before or after the year.
        var index = start
        var named: (offset: Int?, end: Int)?
        while index < items.count {
            switch items[index] {
            case .mark(.ascii("+")), .mark(.hyphen):
                guard var digits = number(at: index + 1) else { break }
                var end = index + 2
                // "+02:00", and "+05-30" as some mailers write it.
                let parts = isMark(.colon, at: end) || isMark(.hyphen, at: end)
                if digits.width <= 2, parts, let minutes = number(at: end + 1), minutes.width == 2 {
                    digits = (digits.value * 100 + minutes.value, 4)
                    end += 2
                }
                guard let size = MailZone.offset(digits: digits.value, width: digits.width) else {
                    // "-9999": as good as no zone.
                    defects.insert(.unknownZone)
                    return (nil, true, index == start ? end : start)
                }
                if digits.width != 4 || named != nil { defects.insert(.foreignForm) }
                return (isMark(.hyphen, at: index) ? -size : size, true, index == start || named != nil ? end : start)
            case .word(let word) where named == nil:
                guard word != "am", word != "pm", MailDateReader.month(word) == nil,
                    MailDateReader.weekday(word) == nil
                else { break }
                named = (MailZone.offset(named: word), index == start ? index + 1 : start)
            default:
                break
            }
            index += 1
        }
        guard let named else { return (nil, false, start) }
        defects.insert(named.offset == nil ? .unknownZone : .namedZone)
        return (named.offset, true, named.end)
    }

    private func zoneInComment() -> Int? {
        guard let comment else { return nil }
        let inner = MailDateLexer(bytes, in: comment).items
        switch inner.first {
        case .word(let name) where inner.count == 1:
            return MailZone.offset(named: name)
        default:
            guard let sign = inner.firstIndex(where: { $0 == .mark(.ascii("+")) || $0 == .mark(.hyphen) }),
                sign + 1 < inner.count, case .number(let value, let width) = inner[sign + 1],
                let size = MailZone.offset(digits: value, width: width)
            else { return nil }
            return inner[sign] == .mark(.hyphen) ? -size : size
        }
    }

    private mutating func checkWeekday(_ civil: CivilTime) {
        let days = (civil.timestamp.seconds - Int64(civil.hour * 3600 + civil.minute * 60 + civil.second)) / 86_400
        // 1970-01-01 was a Thursday, the fourth day counted from Sunday.
        let actual = Int(((days + 4) % 7 + 7) % 7)
        for case .word(let word) in items {
            guard let named = MailDateReader.weekday(word) else { continue }
            if named != actual { defects.insert(.wrongWeekday) }
            return
        }
    }
}
