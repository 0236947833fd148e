import Values

/// Day, month and year among what is left around the time of day.
extension MailDateReader {
    struct CalendarDate {
        var year: Int
        var month: Int
        var day: Int
        /// A bare `0200` left over after day and year.
        var unsignedZone: Int?
    }

    mutating func date(outside time: Range<Int>) -> CalendarDate? {
        var numbers: [(value: Int, width: Int)] = []
        var month: Int?
        var hasSlash = false
        for (index, item) in items.enumerated() where !time.contains(index) {
            switch item {
            case .number(let value, let width):
                // The digits of a zone that stands apart from the time are no part of the date.
                let signed =
                    index > time.upperBound && (isMark(.ascii("+"), at: index - 1) || isMark(.hyphen, at: index - 1))
                if numbers.count < 4, !signed { numbers.append((value, width)) }
            case .word(let word):
                if month == nil { month = MailDateReader.month(word) }
            case .mark(let byte):
                if byte == .ascii("/"), index < time.lowerBound { hasSlash = true }
            }
        }
        guard let month else { return numericDate(numbers, hasSlash: hasSlash) }
        guard numbers.count >= 2 else { return nil }
        let yearIndex = numbers[0].width >= 3 || numbers[0].value > 31 ? 0 : 1
        if yearIndex == 0 { defects.insert(.foreignForm) }
        guard let year = fullYear(numbers[yearIndex]) else { return nil }
        let rest = numbers.dropFirst(2).first
        let zone = rest.flatMap { $0.width == 4 ? MailZone.offset(digits: $0.value, width: 4) : nil }
        return CalendarDate(year: year, month: month, day: numbers[1 - yearIndex].value, unsignedZone: zone)
    }

    /// `2001-02-07`, `7.2.2001`, `7 2 2001`, and with slashes `2/7/2001` as North America writes it, unless that
    /// would be no month.
    private mutating func numericDate(_ numbers: [(value: Int, width: Int)], hasSlash: Bool) -> CalendarDate? {
        guard numbers.count >= 3 else { return nil }
        defects.insert(.foreignForm)
        if numbers[0].width == 4 {
            return CalendarDate(year: numbers[0].value, month: numbers[1].value, day: numbers[2].value)
        }
        guard let year = fullYear(numbers[2]) else { return nil }
        let (first, second) = (numbers[0].value, numbers[1].value)
        let monthFirst = (hasSlash && first <= 12) || second > 12
        return CalendarDate(year: year, month: monthFirst ? first : second, day: monthFirst ? second : first)
    }

    private mutating func fullYear(_ year: (value: Int, width: Int)) -> Int? {
        switch year.width {
        case 4:
            return year.value
        case 1, 2:
            // RFC 5322 §4.3: 00 to 49 are this century's, 50 to 99 the last one's.
            defects.insert(.shortYear)
            return year.value < 50 ? 2000 + year.value : 1900 + year.value
        case 3:
            defects.insert(.shortYear)
            return 1900 + year.value
        default:
            return nil
        }
    }

    private static let months = [
        "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
        "december",
    ]
    private static let weekdays = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"]

    /// 1 to 12 for a month's name or its first three letters or more (`sept`).
    static func month(_ word: String) -> Int? {
        guard word.utf8.count >= 3 else { return nil }
        return months.firstIndex { $0.hasPrefix(word) }.map { $0 + 1 }
    }

    /// 0 (Sunday) to 6 for a day's name or its first three letters or more.
    static func weekday(_ word: String) -> Int? {
        guard word.utf8.count >= 3 else { return nil }
        return weekdays.firstIndex { $0.hasPrefix(word) }
    }
}
