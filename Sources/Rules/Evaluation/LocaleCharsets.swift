/// Which charsets the languages that a site reads are written in.
enum LocaleCharsets {
    private static let byLocale: [String: Set<String>] = [
        "en": [""],
        "ja": [
            "EUCJP", "JISX020119760", "JISX020819830", "JISX020819900", "JISX020819970", "JISX021219900",
            "JISX021320001", "JISX021320002", "SHIFT_JIS", "SHIFTJIS", "ISO2022JP", "SJIS", "JIS7",
        ],
        "ko": ["EUCKR", "KSC56011987"],
        "ru": ["KOI8R", "KOI8U", "KOI8T", "ISOIR111", "CP1251", "GEORGIANPS", "PT154"],
        "th": ["TIS620"],
        "zh": ["GB1988", "GB2312", "GB231219800", "GB18030", "GBK", "BIG5HKSCS", "BIG5", "EUCTW"],
    ]

    /// Whether text in `charset` is to be expected where `locales` are read.
    static func isAccepted(_ charset: String, _ locales: [String]) -> Bool {
        let name = String(charset.uppercased().filter { $0.isASCII && ($0.isLetter || $0.isNumber) })
        if ["", "USASCII", "ASCII", "UNKNOWN8BIT", "X", "XUNKNOWN"].contains(name) { return true }
        if name.hasPrefix("UTF") || name.hasPrefix("UNICODE11UTF") { return true }
        if name.hasPrefix("ISO8859") || name.hasPrefix("WINDOWS125") || name.hasPrefix("CP125") && name != "CP1251" {
            return true
        }
        return locales.contains { locale in byLocale[String(locale.prefix(2)).lowercased()]?.contains(name) ?? false }
    }
}
