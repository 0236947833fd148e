import Expressions
import Values

/// Dates as mail has them, read by looking for their parts wherever they stand.
enum LenientDate {
    private static let months = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
    private static let monthNames = months.asciiLowercased.split(separator: "|").map(String.init)
    private static let full = Expression(known: " (\\d+) (\(months)) (\\d{4}) ", .ignoringCase)
    private static let asctime = Expression(known: " (\(months)) +(\\d+) \\d+:\\d+:\\d+ (\\d{4}) ", .ignoringCase)
    private static let short = Expression(known: " (\\d+) (\(months)) (\\d{2,3}) ", .ignoringCase)
    private static let clock = Expression(known: " (\\d?\\d):(\\d\\d)(?::(\\d\\d))? ")
    private static let offset = Expression(known: " ([-+]\\d{4}) ")
    private static let zone = Expression(known: "\\b([A-Z]{2,4}(?:-DST)?)\\b")

    /// Minutes east of Greenwich, in the hour-and-minute form that mail writes them.
    private static let zones: [String: Int] = [
        "UT": 0, "UTC": 0, "GMT": 0, "WET": 0, "NDT": -230, "AST": -400, "ADT": -300, "NST": -330, "EST": -500,
        "EDT": -400, "CST": -600, "CDT": -500, "MST": -700, "MDT": -600, "PST": -800, "PDT": -700, "HST": -1000,
        "AKST": -900, "AKDT": -800, "HADT": -900, "HAST": -1000, "BST": 100, "IST": 100, "WEST": 100, "CET": 100,
        "CEST": 200, "EET": 200, "EEST": 300, "MSK": 300, "MSD": 400, "MET": 100, "MEZ": 100, "MEST": 200, "MESZ": 200,
        "BRST": -200, "BRT": -300, "AEST": 1000, "AEDT": 1100, "ACST": 930, "ACDT": 1030, "AWST": 800, "NZST": 1200,
        "NZDT": 1300, "JST": 900, "KST": 900, "HKT": 800, "SGT": 800, "PHT": 800, "IDT": 300,
    ]

    /// Seconds since 1970; nil where there is no day.
    static func seconds(_ date: [UInt8], _ matcher: Matcher) -> Int? {
        var text = normalized(date)
        var (day, month, year): (Int, String, String)
        if let found = take(full, &text, matcher) {
            (day, month, year) = (number(found[0]), found[1], found[2])
        } else if let found = take(asctime, &text, matcher) {
            (day, month, year) = (number(found[1]), found[0], found[2])
        } else if let found = take(short, &text, matcher) {
            (day, month, year) = (number(found[0]), found[1], found[2])
        } else {
            return nil
        }
        var civilYear = number(year)
        if year.count == 2, civilYear < 50 { civilYear += 2000 } else if year.count != 4 { civilYear += 1900 }
        let time = take(clock, &text, matcher)
        var east = 0
        if let found = take(offset, &text, matcher) {
            east = number(found[0])
        } else if let word = matcher.capture(1, of: zone, in: Bytes(text)), let known = zones[word.lossyString] {
            east = known
        }
        var civilMonth = (monthNames.firstIndex(of: month.asciiLowercased) ?? 0) + 1
        let hour = min(time.map { number($0[0]) } ?? 0, 23)
        let minute = min(time.map { number($0[1]) } ?? 0, 59)
        let second = min(time.map { number($0[2]) } ?? 0, 59)
        let isLeap = civilYear % 4 == 0 && (civilYear % 100 != 0 || civilYear % 400 == 0)
        let lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        if day > lengths[civilMonth - 1] {
            day = 1
            civilMonth += 1
            if civilMonth > 12 { (civilMonth, civilYear) = (1, civilYear + 1) }
        }
        civilYear = min(max(civilYear, 1970), 2037)
        guard day >= 1 else { return nil }
        let total = days(civilYear, civilMonth, day) * 86_400 + hour * 3_600 + minute * 60 + second
        let seconds = (abs(east) / 100 * 60 + abs(east) % 100) * 60
        return east < 0 ? total + seconds : max(total - seconds, 0)
    }

    /// Spaces around, one between words, one after each comma.
    private static func normalized(_ date: [UInt8]) -> [UInt8] {
        var text: [UInt8] = [.space]
        text.reserveCapacity(min(date.count, 20_000) + 8)
        for byte in date.prefix(20_000) {
            if byte.isRuleSpace {
                if text.last != .space { text.append(.space) }
            } else {
                text.append(byte)
                if byte == .comma { text.append(.space) }
            }
        }
        if text.last != .space { text.append(.space) }
        return text
    }

    /// What the groups of the first match caught; the match becomes a space.
    private static func take(_ expression: Expression, _ text: inout [UInt8], _ matcher: Matcher) -> [String]? {
        let subject = Bytes(text)
        guard let groups = matcher.groups(of: expression, in: subject), let whole = groups[0] else { return nil }
        text.replaceSubrange(whole, with: [.space])
        return groups.dropFirst().map { $0.map { subject[$0].lossyString } ?? "0" }
    }

    private static func number(_ text: String) -> Int { Int(text.suffix(9)) ?? 0 }

    /// Days since 1970 of a day of the Gregorian calendar.
    private static func days(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let shifted = month <= 2 ? year - 1 : year
        let era = shifted / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }
}
