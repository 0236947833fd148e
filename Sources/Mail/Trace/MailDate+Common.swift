import Values

extension MailDate {
    /// Reads the form that nearly every program writes, `Sat, 1 Jun 2024 10:00:00 +0000 (UTC)`, the day of the week and
    /// the seconds left out or not; nil for every other, which `MailDateReader` may read.
    init?(common bytes: Bytes) {
        var cursor = DateCursor(bytes)
        guard let date = cursor.read() else { return nil }
        self = date
    }
}

/// Goes through a date from its beginning to its end.
private struct DateCursor {
    private let bytes: Bytes
    private var position = 0

    init(_ bytes: Bytes) { self.bytes = bytes }

    mutating func read() -> MailDate? {
        skipSpace()
        var weekday: Int?
        if let letters = threeLetters() {
            guard let named = DateCursor.place(of: letters, in: DateCursor.weekdays), take(.comma) else { return nil }
            weekday = named
            skipSpace()
        }
        guard let day = number(widths: 1...2), skipSpace(), let letters = threeLetters(),
            let month = DateCursor.place(of: letters, in: DateCursor.months), skipSpace(),
            let year = number(widths: 4...4), skipSpace(), let hour = number(widths: 1...2), take(.colon),
            let minute = number(widths: 1...2)
        else { return nil }
        var second = 0
        if take(.colon) {
            guard let value = number(widths: 1...2) else { return nil }
            second = value
        }
        guard skipSpace(), let offset = zone(), isAtEnd(),
            let civil = CivilTime(
                year: year, month: month + 1, day: day, hour: hour, minute: minute, second: second, millisecond: 0)
        else { return nil }
        let isWrong = weekday.map { $0 != DateCursor.weekday(of: civil) } ?? false
        return MailDate(
            timestamp: civil.timestamp - .seconds(offset * 60), zoneOffsetMinutes: offset,
            defects: isWrong ? .wrongWeekday : [])
    }

    @discardableResult
    private mutating func skipSpace() -> Bool {
        let start = position
        while position < bytes.count, bytes[position].isFoldingWhitespace { position += 1 }
        return position > start
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard position < bytes.count, bytes[position] == byte else { return false }
        position += 1
        return true
    }

    /// Digits, followed by none.
    private mutating func number(widths: ClosedRange<Int>) -> Int? {
        let start = position
        var value = 0
        while position < bytes.count, bytes[position].isDigit, position - start <= 4 {
            value = value * 10 + Int(bytes[position] - 0x30)
            position += 1
        }
        return widths.contains(position - start) ? value : nil
    }

    /// Three letters in lower case as one number, followed by none; nil leaves the place.
    private mutating func threeLetters() -> UInt32? {
        guard position + 3 < bytes.count, !bytes[position + 3].isLetter else { return nil }
        var letters: UInt32 = 0
        for offset in position..<position + 3 {
            guard bytes[offset].isLetter else { return nil }
            letters = letters << 8 | UInt32(bytes[offset] | 0x20)
        }
        position += 3
        return letters
    }

    /// `+0200`, in minutes.
    private mutating func zone() -> Int? {
        guard position < bytes.count else { return nil }
        let isWest = bytes[position] == .hyphen
        guard isWest || bytes[position] == .ascii("+") else { return nil }
        position += 1
        guard let digits = number(widths: 4...4), let size = MailZone.offset(digits: digits, width: 4) else {
            return nil
        }
        return isWest ? -size : size
    }

    /// Whether nothing follows but white space and a comment without another in it.
    private mutating func isAtEnd() -> Bool {
        let isApart = skipSpace()
        if position < bytes.count, isApart, take(.ascii("(")) {
            while position < bytes.count, bytes[position] != .ascii(")") {
                guard bytes[position] != .ascii("("), bytes[position] != .backslash else { return false }
                position += 1
            }
            guard take(.ascii(")")) else { return false }
            skipSpace()
        }
        return position == bytes.count
    }

    /// 0 (Sunday) to 6.
    private static func weekday(of civil: CivilTime) -> Int {
        let days = (civil.timestamp.seconds - Int64(civil.hour * 3600 + civil.minute * 60 + civil.second)) / 86_400
        // 1970-01-01 was a Thursday, the fourth day counted from Sunday.
        return Int(((days + 4) % 7 + 7) % 7)
    }

    private static func place(of letters: UInt32, in names: [UInt32]) -> Int? { names.firstIndex(of: letters) }

    private static func packed(_ names: String) -> [UInt32] {
        names.split(separator: " ").map { $0.utf8.reduce(0) { $0 << 8 | UInt32($1) } }
    }

    private static let months = packed("jan feb mar apr may jun jul aug sep oct nov dec")
    private static let weekdays = packed("sun mon tue wed thu fri sat")
}
