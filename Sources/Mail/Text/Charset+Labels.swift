import Values

extension Charset {
    /// The conversion a label asks for, or nil when it names nothing known. Only charsets listed here ever reach the
    /// C library: its converters number over a thousand names, most of them never seen in mail and some with a
    /// history of defects.
    static func conversion(for label: String) -> Conversion? {
        guard label.utf8.count <= 64 else { return nil }
        let name = String(
            decoding: label.utf8.map(\.lowercased).filter { $0 > 0x20 && $0 != .quote && $0 != .ascii("'") },
            as: UTF8.self)
        if let listed = labels[name] { return listed }
        // cp1251, ms-1251 and ibm850 are written for windows-1251 and cp850; x- stands before any of them.
        for prefix in ["x-", "windows", "cp", "ibm", "ms", "iso"] where name.hasPrefix(prefix) {
            let rest = String(name.dropFirst(prefix.utf8.count))
            switch prefix {
            case "x-": return rest.hasPrefix("x-") ? nil : conversion(for: rest)
            case "iso": return isoNumber(rest).flatMap { labels["iso-8859-" + $0] }
            default:
                let digits = rest.drop { $0 == "-" || $0 == "_" }
                return labels["windows-" + digits] ?? labels["cp" + digits]
            }
        }
        return nil
    }

    /// The N of `8859-N`, `-8859_N`, `88 59N` and their like.
    private static func isoNumber(_ rest: String) -> String? {
        let digits = rest.filter { $0.isNumber }
        guard digits.hasPrefix("8859"), rest.utf8.count <= 10 else { return nil }
        return String(digits.dropFirst(4))
    }

    private static let labels: [String: Conversion] = {
        var table: [String: Conversion] = [:]
        for name in [
            "us-ascii", "ascii", "usascii", "us_ascii", "7bit", "7-bit", "ansi_x3.4-1968", "iso646-us",
            "iso-646-us", "cp367", "default",
        ] {
            table[name] = .ascii
        }
        for name in ["utf-8", "utf8", "unicode-1-1-utf-8", "unicode11utf8", "x-unicode20utf8", "utf-8-bom", "utf_8"] {
            table[name] = .utf8
        }
        for name in [
            "windows-1252", "iso-8859-1", "latin1", "latin-1", "l1", "cp819", "ansi", "8bit", "iso_8859-1:1987",
            "windows-28591",
        ] {
            table[name] = .windows1252
        }
        for name in ["utf-16", "utf16", "unicode", "ucs-2", "iso-10646-ucs-2", "csunicode"] { table[name] = .utf16 }
        for name in ["hz-gb-2312", "hz"] { table[name] = .hz }
        for (names, converter, unit) in converted {
            for name in names.split(separator: " ") { table[String(name)] = .converted(converter, unit: unit) }
        }
        return table
    }()

    /// Labels, the C library's name, and the size of the units damage is skipped by.
    private static let converted: [(labels: String, converter: String, unit: Int)] = [
        ("utf-16le utf16le unicodefffe", "UTF-16LE", 2),
        ("utf-16be utf16be unicodefeff", "UTF-16BE", 2),
        ("utf-32le utf32le", "UTF-32LE", 4),
        ("utf-32 utf32 utf-32be utf32be", "UTF-32BE", 4),
        ("utf-7 utf7 unicode-1-1-utf-7 unicode-2-0-utf-7 csunicode11utf7", "UTF-7", 1),
        ("iso-8859-2 latin2 latin-2 l2", "ISO-8859-2", 1),
        ("iso-8859-3 latin3 latin-3 l3", "ISO-8859-3", 1),
        ("iso-8859-4 latin4 latin-4 l4", "ISO-8859-4", 1),
        ("iso-8859-5 cyrillic", "ISO-8859-5", 1),
        ("iso-8859-6 arabic asmo-708 ecma-114 iso-8859-6-i iso-8859-6-e", "ISO-8859-6", 1),
        ("iso-8859-7 greek greek8 ecma-118 elot_928", "ISO-8859-7", 1),
        ("iso-8859-8 hebrew visual iso-8859-8-i iso-8859-8-e logical", "ISO-8859-8", 1),
        ("iso-8859-9 latin5 latin-5 l5 windows-1254", "WINDOWS-1254", 1),
        ("iso-8859-10 latin6 l6", "ISO-8859-10", 1),
        ("iso-8859-11 tis-620 tis620 windows-874 cp874 dos-874", "WINDOWS-874", 1),
        ("iso-8859-13", "ISO-8859-13", 1),
        ("iso-8859-14", "ISO-8859-14", 1),
        ("iso-8859-15 latin9 latin-9 l9", "ISO-8859-15", 1),
        ("iso-8859-16", "ISO-8859-16", 1),
        ("windows-1250", "WINDOWS-1250", 1),
        ("windows-1251", "WINDOWS-1251", 1),
        ("windows-1253", "WINDOWS-1253", 1),
        ("windows-1255", "WINDOWS-1255", 1),
        ("windows-1256", "WINDOWS-1256", 1),
        ("windows-1257", "WINDOWS-1257", 1),
        ("windows-1258", "WINDOWS-1258", 1),
        ("koi8-r koi8r koi8 koi koi8_r", "KOI8-R", 1),
        ("koi8-u koi8u koi8-ru", "KOI8-U", 1),
        ("macintosh mac x-mac-roman", "MACINTOSH", 1),
        ("x-mac-cyrillic mac-cyrillic x-mac-ukrainian", "MAC-CYRILLIC", 1),
        ("cp437", "CP437", 1),
        ("cp737", "CP737", 1),
        ("cp775", "CP775", 1),
        ("cp850", "CP850", 1),
        ("cp852", "CP852", 1),
        ("cp855", "CP855", 1),
        ("cp857", "CP857", 1),
        ("cp858", "CP858", 1),
        ("cp860", "CP860", 1),
        ("cp861", "CP861", 1),
        ("cp862 dos-862", "CP862", 1),
        ("cp863", "CP863", 1),
        ("cp864", "CP864", 1),
        ("cp865", "CP865", 1),
        ("cp866 dos-866", "CP866", 1),
        ("cp869", "CP869", 1),
        ("viscii", "VISCII", 1),
        ("tcvn tcvn-5712", "TCVN5712-1", 1),
        ("armscii-8", "ARMSCII-8", 1),
        ("georgian-ps", "GEORGIAN-PS", 1),
        ("gb2312 gb_2312-80 gb2312-80 euc-cn csgb2312 chinese gbk x-gbk cp936 windows-936 gb18030", "GB18030", 1),
        ("iso-2022-cn", "ISO-2022-CN", 1),
        ("big5 big-5 cn-big5 x-x-big5 csbig5 big5-hkscs big5hkscs cp950 windows-950", "BIG5-HKSCS", 1),
        ("euc-tw", "EUC-TW", 1),
        ("shift_jis shift-jis sjis s-jis ms_kanji csshiftjis windows-31j cp932 windows-932", "CP932", 1),
        ("euc-jp eucjp euc_jp cseucpkdfmtjapanese", "EUC-JP-MS", 1),
        ("iso-2022-jp csiso2022jp iso-2022-jp-2 iso-2022-jp-1 cp50220 cp50221 cp50222", "ISO-2022-JP-2", 1),
        ("iso-2022-jp-3", "ISO-2022-JP-3", 1),
        (
            "euc-kr euckr cseuckr ks_c_5601-1987 ks_c_5601-1989 ks_c_5601 ksc5601 ksc_5601 korean cp949 windows-949 uhc",
            "CP949", 1
        ),
        ("johab cp1361", "JOHAB", 1),
        ("iso-2022-kr csiso2022kr", "ISO-2022-KR", 1),
    ]
}
