import Values

/// Times as programs write them that keep a log of their own.
enum ShapedTime {
    /// Takes a time of this shape off the beginning of `text`; nil, with nothing taken, where there is none.
    ///
    /// `Y` is a year of four digits and `y` one of two, `M` and `D` the month and day as numbers, `N` the month's English
    /// name in three letters and `W` the day's, `h:m:s` the time of day, `f` a fraction of a second and `z` a zone, both
    /// of which may be missing; a space is any number of them, and other characters stand for themselves.
    static func take(_ shape: String, from text: inout LogText, _ clock: LogClock) -> LogInstant? {
        var rest = text
        var (year, month, day) = (Int?.none, 1, 1)
        var (hour, minute, second, millisecond) = (0, 0, 0, 0)
        var (digits, zone) = (0, Duration?.none)
        for letter in shape.utf8 {
            switch letter {
            case .ascii("Y"): guard let value = number(&rest, 4...4) else { return nil }; year = value
            case .ascii("y"): guard let value = number(&rest, 2...2) else { return nil }; year = 2000 + value
            case .ascii("M"): guard let value = number(&rest, 1...2) else { return nil }; month = value
            case .ascii("D"): guard let value = number(&rest, 1...2) else { return nil }; day = value
            case .ascii("h"): guard let value = number(&rest, 1...2) else { return nil }; hour = value
            case .ascii("m"): guard let value = number(&rest, 2...2) else { return nil }; minute = value
            case .ascii("s"): guard let value = number(&rest, 2...2) else { return nil }; second = value
            case .ascii("N"): guard let value = name(&rest, of: months) else { return nil }; month = value + 1
            case .ascii("W"): guard name(&rest, of: weekdays) != nil else { return nil }
            case .ascii("f"): (millisecond, digits) = fraction(&rest)
            case .ascii("z"): zone = self.zone(&rest)
            case .space:
                guard rest.first == .space else { return nil }
                rest = rest.drop { $0 == .space }
            default:
                guard rest.first == letter else { return nil }
                rest = rest.dropFirst()
            }
        }
        let time: Timestamp
        if let year {
            guard
                let civil = CivilTime(
                    year: year, month: month, day: day, hour: hour, minute: minute, second: second,
                    millisecond: millisecond)
            else { return nil }
            time = civil.timestamp - (zone ?? clock.offset)
        } else {
            guard let found = clock.time(month: month, day: day, hour: hour, minute: minute, second: second) else {
                return nil
            }
            time = found + .milliseconds(millisecond)
        }
        text = rest
        let precision: LogInstant.Precision = digits > 3 ? .microsecond : digits > 0 ? .millisecond : .second
        return LogInstant(time, precision: precision, hasYear: year != nil, hasZone: zone != nil)
    }

    /// Takes seconds since 1970, with or without a fraction: `1576147242.200225`.
    static func takeEpoch(from text: inout LogText) -> LogInstant? {
        var rest = text
        guard let seconds = number(&rest, 9...12) else { return nil }
        let (millisecond, digits) = fraction(&rest)
        text = rest
        let time = Timestamp(milliseconds: Int64(seconds) * 1000 + Int64(millisecond))
        return LogInstant(time, precision: digits > 3 ? .microsecond : digits > 0 ? .millisecond : .second)
    }

    /// Takes a TAI64N label, `@` and 24 hexadecimal digits, with the space behind it. As multilog writes it, TAI is ten
    /// seconds ahead of UTC and knows no leap seconds.
    static func takeTAI64N(from text: inout LogText) -> LogInstant? {
        guard text.first == .at, text.count >= 25 else { return nil }
        var seconds: UInt64 = 0
        for byte in text.dropFirst().prefix(16) {
            guard let digit = byte.hexDigitValue else { return nil }
            seconds = seconds << 4 | UInt64(digit)
        }
        var nanoseconds: UInt64 = 0
        for byte in text.dropFirst(17).prefix(8) {
            guard let digit = byte.hexDigitValue else { return nil }
            nanoseconds = nanoseconds << 4 | UInt64(digit)
        }
        let epoch: UInt64 = 1 << 62 + 10
        guard seconds >= epoch, seconds - epoch < 1 << 38, nanoseconds < 1_000_000_000 else { return nil }
        text = text.dropFirst(25)
        if text.first == .space { text = text.dropFirst() }
        let milliseconds = Int64(seconds - epoch) * 1000 + Int64(nanoseconds / 1_000_000)
        return LogInstant(Timestamp(milliseconds: milliseconds), precision: .microsecond)
    }

    private static let months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
    private static let weekdays = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]

    private static func number(_ text: inout LogText, _ widths: ClosedRange<Int>) -> Int? {
        let digits = text.prefix(widths.upperBound).prefix { $0.isDigit }
        guard digits.count >= widths.lowerBound else { return nil }
        text = text.dropFirst(digits.count)
        return digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
    }

    private static func name(_ text: inout LogText, of names: [String]) -> Int? {
        let word = String(decoding: text.prefix(3), as: UTF8.self).asciiLowercased
        guard let index = names.firstIndex(of: word) else { return nil }
        text = text.dropFirst(3)
        return index
    }

    /// The milliseconds of a fraction, and how many digits it has.
    private static func fraction(_ text: inout LogText) -> (Int, Int) {
        guard text.first == .dot || text.first == .comma, text.dropFirst().first?.isDigit ?? false else {
            return (0, 0)
        }
        let digits = text.dropFirst().prefix(9).prefix { $0.isDigit }
        text = text.dropFirst(1 + digits.count)
        var value = digits.prefix(3).reduce(0) { $0 * 10 + Int($1 - 0x30) }
        for _ in min(digits.count, 3)..<3 { value *= 10 }
        return (value, digits.count)
    }

    private static func zone(_ text: inout LogText) -> Duration? {
        var rest = text.drop { $0 == .space }
        if rest.first == .ascii("Z") {
            text = rest.dropFirst()
            return .zero
        }
        guard let sign = rest.first, sign == .ascii("+") || sign == .hyphen else { return nil }
        rest = rest.dropFirst()
        guard let hours = number(&rest, 2...2) else { return nil }
        if rest.first == .colon { rest = rest.dropFirst() }
        guard let minutes = number(&rest, 2...2), hours <= 14, minutes <= 59 else { return nil }
        text = rest
        return .seconds((sign == .hyphen ? -1 : 1) * (hours * 3600 + minutes * 60))
    }
}
