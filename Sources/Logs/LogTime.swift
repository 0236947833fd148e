import Values

/// The time that a line of a log begins with.
enum LogTime {
    /// How it is written.
    enum Form {
        /// `May  1 10:00:00`, as syslog does (RFC 3164 §4.1.2).
        case syslog
        /// `2024-05-01T10:00:00.123+02:00` (RFC 3339).
        case rfc3339
        /// `2024-05-01 10:00:00`, with or without fractions and a zone.
        case spaced
    }

    private static let months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
    private static let weekdays = ["mon ", "tue ", "wed ", "thu ", "fri ", "sat ", "sun "]

    /// What follows the name of a day and a space; nil where there is none.
    static func weekday(_ text: LogText) -> LogText? {
        let head = String(decoding: text.prefix(4), as: UTF8.self).asciiLowercased
        guard weekdays.contains(head), text.dropFirst(4).first?.isDigit ?? false else { return nil }
        return text.dropFirst(4)
    }

    /// Takes the time off the beginning of `text`, with the space or colon behind it; nil when there is none.
    static func take(from text: inout LogText, _ clock: LogClock) -> (Timestamp, Form)? {
        let result = text.first.map { $0.isDigit } ?? false ? dated(&text, clock) : monthly(&text, clock)
        guard result != nil else { return nil }
        if text.first == .colon { text = text.dropFirst() }
        while text.first == .space { text = text.dropFirst() }
        return result
    }

    private static func monthly(_ text: inout LogText, _ clock: LogClock) -> (Timestamp, Form)? {
        let name = String(decoding: text.prefix(3), as: UTF8.self).asciiLowercased
        guard let month = months.firstIndex(of: name) else { return nil }
        var rest = text.dropFirst(3)
        guard rest.first == .space else { return nil }
        while rest.first == .space { rest = rest.dropFirst() }
        guard let day = number(&rest, 1...2), rest.first == .space else { return nil }
        rest = rest.dropFirst()
        guard let (hour, minute, second) = timeOfDay(&rest),
            let time = clock.time(month: month + 1, day: day, hour: hour, minute: minute, second: second)
        else { return nil }
        let millisecond = fraction(&rest)
        text = rest
        return (time + .milliseconds(millisecond), .syslog)
    }

    private static func dated(_ text: inout LogText, _ clock: LogClock) -> (Timestamp, Form)? {
        var rest = text
        guard let year = number(&rest, 4...4), take(.hyphen, &rest), let month = number(&rest, 2...2),
            take(.hyphen, &rest), let day = number(&rest, 2...2)
        else { return nil }
        let form: Form
        if take(.ascii("T"), &rest) {
            form = .rfc3339
        } else if take(.space, &rest) {
            form = .spaced
        } else {
            return nil
        }
        guard let (hour, minute, second) = timeOfDay(&rest) else { return nil }
        let millisecond = fraction(&rest)
        var offset = clock.offset
        if take(.ascii("Z"), &rest) {
            offset = .zero
        } else {
            var zone = rest
            if form == .spaced { while zone.first == .space { zone = zone.dropFirst() } }
            if let found = LogTime.zone(&zone) { (offset, rest) = (found, zone) }
        }
        guard
            let civil = CivilTime(
                year: year, month: month, day: day, hour: hour, minute: minute, second: second,
                millisecond: millisecond)
        else { return nil }
        text = rest
        return (civil.timestamp - offset, form)
    }

    private static func timeOfDay(_ text: inout LogText) -> (Int, Int, Int)? {
        guard let hour = number(&text, 2...2), take(.colon, &text), let minute = number(&text, 2...2),
            take(.colon, &text), let second = number(&text, 2...2)
        else { return nil }
        return (hour, minute, second)
    }

    /// Milliseconds, where a fraction stands.
    private static func fraction(_ text: inout LogText) -> Int {
        guard text.first == .dot || text.first == .comma, text.dropFirst().first?.isDigit ?? false else { return 0 }
        text = text.dropFirst()
        var (value, digits) = (0, 0)
        while let digit = text.first, digit.isDigit, digits < 9 {
            if digits < 3 { value = value * 10 + Int(digit - 0x30) }
            digits += 1
            text = text.dropFirst()
        }
        for _ in min(digits, 3)..<3 { value *= 10 }
        return value
    }

    /// `+0200` or `+02:00`.
    private static func zone(_ text: inout LogText) -> Duration? {
        guard let sign = text.first, sign == .ascii("+") || sign == .hyphen else { return nil }
        var rest = text.dropFirst()
        guard let hours = number(&rest, 2...2) else { return nil }
        if rest.first == .colon { rest = rest.dropFirst() }
        guard let minutes = number(&rest, 2...2), hours <= 14, minutes <= 59 else { return nil }
        text = rest
        let seconds = hours * 3600 + minutes * 60
        return .seconds(sign == .hyphen ? -seconds : seconds)
    }

    private static func number(_ text: inout LogText, _ widths: ClosedRange<Int>) -> Int? {
        var (value, width) = (0, 0)
        while let digit = text.dropFirst(width).first, digit.isDigit, width < widths.upperBound {
            value = value * 10 + Int(digit - 0x30)
            width += 1
        }
        guard width >= widths.lowerBound else { return nil }
        text = text.dropFirst(width)
        return value
    }

    private static func take(_ byte: UInt8, _ text: inout LogText) -> Bool {
        guard text.first == byte else { return false }
        text = text.dropFirst()
        return true
    }
}
