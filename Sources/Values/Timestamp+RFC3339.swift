extension Timestamp: CustomStringConvertible {
    /// The instant as an RFC 3339 date-time at UTC; milliseconds only where there are any.
    public var description: String { rfc3339 }

    /// The instant as an RFC 3339 date-time at UTC (`2024-05-01T10:00:00Z`); milliseconds only where there are any.
    public var rfc3339: String {
        let civil = CivilTime(self)
        guard (0...9999).contains(civil.year) else { return Timestamp.rare(civil) }
        return String(capacity: 24) { output in
            func put(_ value: Int, width: Int) {
                var divisor = 1
                for _ in 1..<width { divisor *= 10 }
                while divisor > 0 {
                    output.append(0x30 + UInt8(value / divisor % 10))
                    divisor /= 10
                }
            }
            put(civil.year, width: 4)
            output.append(.hyphen)
            put(civil.month, width: 2)
            output.append(.hyphen)
            put(civil.day, width: 2)
            output.append(.ascii("T"))
            put(civil.hour, width: 2)
            output.append(.colon)
            put(civil.minute, width: 2)
            output.append(.colon)
            put(civil.second, width: 2)
            if civil.millisecond != 0 {
                output.append(.dot)
                put(civil.millisecond, width: 3)
            }
            output.append(.ascii("Z"))
        }
    }

    /// The form for years that RFC 3339 has no digits for, which only broken clocks tell.
    private static func rare(_ civil: CivilTime) -> String {
        func padded(_ value: Int, _ width: Int) -> String {
            let digits = String(value)
            return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
        }
        let date = "\(padded(civil.year, 4))-\(padded(civil.month, 2))-\(padded(civil.day, 2))"
        let time = "\(padded(civil.hour, 2)):\(padded(civil.minute, 2)):\(padded(civil.second, 2))"
        return civil.millisecond == 0 ? "\(date)T\(time)Z" : "\(date)T\(time).\(padded(civil.millisecond, 3))Z"
    }

    /// Reads an RFC 3339 date-time (§5.6: `T` or a space between date and time, `Z` or an offset, any fraction), a
    /// date alone (midnight UTC), or `@` and seconds since the epoch. Nil when it is none of these.
    public init?(rfc3339 text: some StringProtocol) {
        var digits = Scanner(Array(text.utf8))
        if digits.take(.at) {
            guard let seconds = digits.number(widths: 1...12), digits.isAtEnd else { return nil }
            self.init(seconds: Int64(seconds))
            return
        }
        guard let year = digits.number(widths: 4...4), digits.take(.hyphen),
            let month = digits.number(widths: 2...2), digits.take(.hyphen),
            let day = digits.number(widths: 2...2)
        else { return nil }
        if digits.isAtEnd {
            guard let civil = CivilTime(year: year, month: month, day: day) else { return nil }
            self = civil.timestamp
            return
        }
        guard digits.take(.ascii("T")) || digits.take(.ascii("t")) || digits.take(.space),
            let hour = digits.number(widths: 2...2), digits.take(.colon),
            let minute = digits.number(widths: 2...2), digits.take(.colon),
            let second = digits.number(widths: 2...2)
        else { return nil }
        var millisecond = 0
        if digits.take(.dot) {
            guard let fraction = digits.fraction() else { return nil }
            millisecond = fraction
        }
        guard let offset = digits.zoneOffsetSeconds(), digits.isAtEnd,
            let civil = CivilTime(
                year: year, month: month, day: day, hour: hour, minute: minute, second: second,
                millisecond: millisecond)
        else { return nil }
        self = civil.timestamp - .seconds(offset)
    }

    private struct Scanner {
        let bytes: [UInt8]
        var position = 0

        init(_ bytes: [UInt8]) { self.bytes = bytes }

        var isAtEnd: Bool { position == bytes.count }

        mutating func take(_ byte: UInt8) -> Bool {
            guard position < bytes.count, bytes[position] == byte else { return false }
            position += 1
            return true
        }

        mutating func number(widths: ClosedRange<Int>) -> Int? {
            var value = 0
            var width = 0
            while position < bytes.count, bytes[position].isDigit, width < widths.upperBound {
                value = value * 10 + Int(bytes[position] - 0x30)
                position += 1
                width += 1
            }
            return widths.contains(width) ? value : nil
        }

        /// Milliseconds from any number of fraction digits, the rest cut off.
        mutating func fraction() -> Int? {
            var value = 0
            var width = 0
            while position < bytes.count, bytes[position].isDigit {
                if width < 3 { value = value * 10 + Int(bytes[position] - 0x30) }
                position += 1
                width += 1
            }
            guard width > 0 else { return nil }
            return width == 1 ? value * 100 : width == 2 ? value * 10 : value
        }

        mutating func zoneOffsetSeconds() -> Int? {
            if take(.ascii("Z")) || take(.ascii("z")) { return 0 }
            let sign: Int
            if take(.ascii("+")) { sign = 1 } else if take(.hyphen) { sign = -1 } else { return nil }
            guard let hours = number(widths: 2...2), take(.colon), let minutes = number(widths: 2...2),
                hours < 24, minutes < 60
            else { return nil }
            return sign * (hours * 3600 + minutes * 60)
        }
    }
}
