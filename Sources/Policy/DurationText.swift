import Values

/// Durations as policies write them: `15m`, `1h30m`, `10 days`, `250ms`.
public enum DurationText {
    private static let units: [(names: [String], milliseconds: Int64)] = [
        (["w", "week", "weeks"], 604_800_000),
        (["d", "day", "days"], 86_400_000),
        (["h", "hr", "hrs", "hour", "hours"], 3_600_000),
        (["m", "min", "mins", "minute", "minutes"], 60_000),
        (["s", "sec", "secs", "second", "seconds"], 1000),
        (["ms", "msec", "millisecond", "milliseconds"], 1),
    ]

    /// Reads whole numbers each followed by a unit, larger units first. Nil for anything else, a bare number
    /// included: nobody can tell whether it counts seconds or minutes.
    public static func parse(_ text: String) -> Duration? {
        var rest = text.asciiLowercased.utf8[...]
        guard rest.count <= 100 else { return nil }
        var total: Int64 = 0
        var nextUnit = 0
        repeat {
            let digits = rest.prefix(while: \.isDigit)
            rest = rest.dropFirst(digits.count).drop(while: \.isWhitespace)
            let word = String(decoding: rest.prefix(while: \.isLetter), as: UTF8.self)
            rest = rest.dropFirst(word.utf8.count).drop(while: \.isWhitespace)
            guard !digits.isEmpty, digits.count <= 12,
                let count = Int64(String(decoding: digits, as: UTF8.self)),
                let unit = units.firstIndex(where: { $0.names.contains(word) }), unit >= nextUnit
            else { return nil }
            let (product, tooLarge) = count.multipliedReportingOverflow(by: units[unit].milliseconds)
            let (sum, overflow) = total.addingReportingOverflow(product)
            guard !tooLarge, !overflow else { return nil }
            total = sum
            nextUnit = unit + 1
        } while !rest.isEmpty
        return .milliseconds(total)
    }

    /// The duration in days, hours, minutes, seconds and milliseconds, those that are zero left out: `1d12h`, `0s`.
    /// What is finer than a millisecond is not told.
    public static func render(_ duration: Duration) -> String {
        var rest = duration.milliseconds
        guard rest != 0 else { return "0s" }
        var text = rest < 0 ? "-" : ""
        for unit in units.dropFirst() {
            let count = (rest / unit.milliseconds).magnitude
            if count > 0 { text += "\(count)\(unit.names[0])" }
            rest %= unit.milliseconds
        }
        return text
    }
}
