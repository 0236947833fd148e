import Values

/// The date in an envelope line: `Www Mmm dd hh:mm[:ss] [zone] yyyy [zone]`, `[Www,] dd Mmm yyyy hh:mm[:ss] [zone]`, or
/// that of ISO 8601, with a space or a T before the time.
struct EnvelopeDate {
    /// Nil where the day or the month is named in a language that is not read here.
    let timestamp: Timestamp?
    /// The index of the first token after the date.
    let next: Int

    /// Reads the date whose first word is `tokens[start]`; nil when it is none, or one that no calendar has.
    init?(_ line: Bytes, _ tokens: [Range<Int>], at start: Int) {
        if let date = EnvelopeDate(iso: line, tokens, at: start) {
            self = date
            return
        }
        guard start + 4 <= tokens.count else { return nil }
        let isNamed = EnvelopeDate.isWeekday(line[tokens[start]])
        let isDay = EnvelopeDate.number(line[tokens[start]], digits: 1...2) != nil
        guard isNamed || isDay else {
            guard EnvelopeDate.isForeign(line, tokens[start...]) else { return nil }
            (timestamp, next) = (nil, tokens.count)
            return
        }
        var index = isNamed ? start + 1 : start
        func take() -> Bytes? {
            guard index < tokens.count else { return nil }
            index += 1
            return line[tokens[index - 1]]
        }
        var zone: Int?
        func takeZone() {
            guard index < tokens.count, let offset = EnvelopeDate.zoneSeconds(line[tokens[index]]) else { return }
            zone = zone ?? offset
            index += 1
        }
        guard let first = take(), let second = take() else { return nil }
        let month: Int
        let day: Int
        var time: (hour: Int, minute: Int, second: Int)?
        var year: Int?
        if isNamed, let named = EnvelopeDate.month(first), let number = EnvelopeDate.number(second, digits: 1...2) {
            (month, day) = (named, number)
            time = take().flatMap(EnvelopeDate.time)
            guard time != nil else { return nil }
            takeZone()
            // "MET DST".
            takeZone()
            year = take().flatMap(EnvelopeDate.year)
        } else if let number = EnvelopeDate.number(first, digits: 1...2), let named = EnvelopeDate.month(second) {
            (month, day) = (named, number)
            year = take().flatMap(EnvelopeDate.year)
            time = take().flatMap(EnvelopeDate.time)
        } else {
            guard isNamed, EnvelopeDate.isForeign(line, tokens[start...]) else { return nil }
            (timestamp, next) = (nil, tokens.count)
            return
        }
        guard let year, let time else { return nil }
        takeZone()
        // A name in parentheses or by its side repeats the offset: "+0200 (CEST)".
        takeZone()
        guard
            let civil = CivilTime(
                year: year, month: month, day: day, hour: time.hour, minute: time.minute, second: time.second)
        else { return nil }
        timestamp = civil.timestamp - .seconds(zone ?? 0)
        next = index
    }

    /// Reads `yyyy-mm-dd hh:mm:ss` and `yyyy-mm-ddThh:mm:ss`, a zone behind either; nil where there is none.
    private init?(iso line: Bytes, _ tokens: [Range<Int>], at start: Int) {
        let first = line[tokens[start]]
        guard first.count >= 10, first[4] == .hyphen, first[7] == .hyphen else { return nil }
        var (text, index) = (first.lossyString, start + 1)
        if first.count == 10, index < tokens.count {
            text += "T" + line[tokens[index]].lossyString
            index += 1
        }
        guard text.utf8.count >= 19 else { return nil }
        let isZoned = text.utf8.last == .ascii("Z") || text.dropFirst(19).contains { $0 == "+" || $0 == "-" }
        guard let read = Timestamp(rfc3339: isZoned ? text : text + "Z") else { return nil }
        var zone = 0
        if !isZoned, index < tokens.count, let offset = EnvelopeDate.zoneSeconds(line[tokens[index]]) {
            (zone, index) = (offset, index + 1)
        }
        (timestamp, next) = (read - .seconds(zone), index)
    }

    /// Whether `tokens` are a date with names of another language: two words, a day, a time and a year, and nothing else.
    private static func isForeign(_ line: Bytes, _ tokens: ArraySlice<Range<Int>>) -> Bool {
        let words = tokens.map { line[$0] }
        guard words.count == 5, words[0...1].allSatisfy({ $0.count <= 8 && !$0.contains(where: \.isDigit) }) else {
            return false
        }
        return number(words[2], digits: 1...2) != nil && time(words[3]) != nil && number(words[4], digits: 4...4) != nil
    }

    private static func isWeekday(_ word: Bytes) -> Bool {
        let word = word.last == .comma ? word[0..<word.count - 1] : word
        return word.count == 3 && name(word, in: weekdays) != nil
    }

    private static func month(_ word: Bytes) -> Int? { name(word, in: months).map { $0 + 1 } }

    private static let weekdays = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"].map(key)
    private static let months = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ].map(key)

    /// The three bytes of a name as one number.
    private static func key(_ name: String) -> UInt32 { name.utf8.reduce(0) { $0 << 8 | UInt32($1) } }

    private static func name(_ word: Bytes, in keys: [UInt32]) -> Int? {
        guard word.count == 3 else { return nil }
        let key = word.reduce(0) { $0 << 8 | UInt32($1.lowercased) }
        return keys.firstIndex(of: key)
    }

    private static func number(_ word: Bytes, digits: ClosedRange<Int>) -> Int? {
        guard digits.contains(word.count), word.allSatisfy(\.isDigit) else { return nil }
        return word.reduce(0) { $0 * 10 + Int($1 - 0x30) }
    }

    private static func year(_ word: Bytes) -> Int? {
        // RFC 5322 §4.3: two digits up to 49 mean 20yy, the others 19yy.
        if let short = number(word, digits: 2...2) { return short < 50 ? 2000 + short : 1900 + short }
        return number(word, digits: 4...4)
    }

    private static func time(_ word: Bytes) -> (hour: Int, minute: Int, second: Int)? {
        guard let colon = word.firstIndex(of: .colon), let hour = number(word[0..<colon], digits: 1...2) else {
            return nil
        }
        let rest = word[colon + 1..<word.count]
        guard let minute = number(rest[0..<2], digits: 2...2) else { return nil }
        guard rest.count > 2 else { return (hour, minute, 0) }
        guard rest[2] == .colon, let second = number(rest[3..<rest.count], digits: 2...2) else { return nil }
        return (hour, minute, second)
    }

    /// Seconds east of UTC. A word of letters that names no zone we know counts as one, at UTC: what matters more is
    /// that the line is an envelope line.
    private static func zoneSeconds(_ word: Bytes) -> Int? {
        if word.count == 5, word[0] == .ascii("+") || word[0] == .hyphen {
            guard let value = number(word[1..<5], digits: 4...4) else { return nil }
            let seconds = (value / 100 * 60 + value % 100) * 60
            return word[0] == .hyphen ? -seconds : seconds
        }
        var name = word
        if name.count > 2, name.first == .ascii("("), name.last == .ascii(")") { name = name[1..<name.count - 1] }
        guard (1...6).contains(name.count), name.allSatisfy({ $0 >= .ascii("A") && $0 <= .ascii("Z") }) else {
            return nil
        }
        return zones[name.lossyString, default: 0] * 3600
    }

    /// Hours east of UTC: RFC 5322 §4.3's zones, and those met in envelope lines.
    private static let zones: [String: Int] = [
        "UT": 0, "UTC": 0, "GMT": 0, "WET": 0, "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6,
        "PST": -8, "PDT": -7, "BST": 1, "WEST": 1, "WETDST": 1, "CET": 1, "MET": 1, "MEZ": 1, "CEST": 2, "MEST": 2,
        "MESZ": 2, "METDST": 2, "EET": 2, "EEST": 3, "EETDST": 3, "MSK": 3, "MSD": 4, "JST": 9, "NZST": 12,
        "NZDT": 13,
    ]
}
