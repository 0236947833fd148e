import Values

/// Zones by name. RFC 5322 §4.3 defines the North American ones and UT/GMT; the rest are those that mail programs
/// write and that mean one thing only.
enum MailZone {
    /// Minutes east of UTC, or nil for a name without a known meaning. `name` is in lower case.
    static func offset(named name: String) -> Int? {
        if let offset = offsets[name] { return offset }
        // "EST5EDT": the rule's standard time stands first.
        let prefix = name.prefix { $0.isLetter }
        return prefix.count == name.count ? nil : offsets[String(prefix)]
    }

    /// Minutes east of UTC for the digits of `+0200`, `+02`, `+2` or `+200`; nil when they are no zone.
    static func offset(digits value: Int, width: Int) -> Int? {
        let (hours, minutes) = width <= 2 ? (value, 0) : (value / 100, value % 100)
        guard width <= 4, hours <= 15, minutes < 60 else { return nil }
        return hours * 60 + minutes
    }

    private static let offsets: [String: Int] = [
        "ut": 0, "utc": 0, "gmt": 0, "z": 0,
        "est": -300, "edt": -240, "cst": -360, "cdt": -300, "mst": -420, "mdt": -360, "pst": -480, "pdt": -420,
        "akst": -540, "akdt": -480, "hst": -600,
        "wet": 0, "west": 60, "bst": 60, "cet": 60, "cest": 120, "met": 60, "mest": 120, "mez": 60, "mesz": 120,
        "eet": 120, "eest": 180, "msk": 180, "jst": 540, "kst": 540, "aest": 600, "aedt": 660, "nzst": 720,
        "nzdt": 780,
    ]
}
