import Mail
import Testing
import Values

@Suite struct TextDecodingTests {
    @Test(arguments: [
        ("plain", "plain"), ("=?utf-8?Q?caf=C3=A9?=", "café"), ("=?ISO-8859-1?q?a_b=20c?=", "a b c"),
        ("=?utf-8?B?Y2Fmw6k=?= =?utf-8?Q?!?=", "café!"), ("=?utf-8?Q?a?=\r\n =?koi8-r?Q?=C1?=", "aа"),
        ("=?utf-8?Q?caf=C3?= =?utf-8?Q?=A9?=", "café"), ("=?utf-8?B?w?= =?utf-8?Q?=A9?=", "\u{FFFD}"),
        ("a =?utf-8?Q?b?= c", "a b c"), ("a=?utf-8?Q?b?=c", "abc"), ("=?utf-8*en?Q?x?=", "x"),
        ("=?utf-8?Q?with spaces in?=", "with spaces in"), ("=?utf-8?B?Y2Fmw6k?=", "café"), ("=?utf-8?Q??=", ""),
        ("=?utf-8?X?a?=", "=?utf-8?X?a?="), ("=?utf-8?Q?unclosed", "=?utf-8?Q?unclosed"), ("=?=?utf-8?Q?a?=", "=?a"),
        ("=?nonsense?Q?caf=C3=A9?=", "café"), ("=?nonsense?Q?caf=E9?=", "café"), ("=??Q?a?=", "=??Q?a?="),
        ("=?utf-8?Q?=ZZ?=", "=ZZ"), ("=?iso-2022-jp?B?GyRCRnxLXBsoQg==?=", "日本"),
        ("=?gb2312?B?1tDOxA==?=", "中文"), ("=?ks_c_5601-1987?B?x9GxuQ==?=", "한국"), ("=?utf-8?q?Really??=", "Really?"),
    ]) func encodedWords(source: String, text: String) {
        #expect(EncodedWords.decode(Bytes(source)) == text)
    }

    @Test func headerFieldsAreUnfoldedFirst() {
        let message = Message(Bytes("Subject: =?utf-8?Q?one?=\n =?utf-8?Q?_two?=\n three\n\n"))
        #expect(message.header.first("subject")?.decodedText == "one two three")
    }

    @Test(
        arguments: [
            ("us-ascii", [0x61], "a", false), ("us-ascii", [0xC3, 0xA9], "é", true), ("us-ascii", [0xE9], "é", true),
            ("utf-8", [0xEF, 0xBB, 0xBF, 0x61], "a", false), ("UTF8", [0xC3], "\u{FFFD}", true),
            ("iso-8859-1", [0x80, 0xE9], "€é", false), ("latin1", [0x93], "“", false),
            ("windows-1252", [0x81], "\u{81}", false),
            ("cp1251", [0xCF], "П", false), ("x-cp1251", [0xCF], "П", false), ("ms-1251", [0xCF], "П", false),
            ("iso8859-5", [0xBF], "П", false), ("ISO_8859-5", [0xBF], "П", false), ("koi8-r", [0xF0], "П", false),
            ("x-sjis", [0x93, 0xFA], "日", false), ("shift_jis", [0x87, 0x40], "①", false),
            ("euc-jp", [0xC6, 0xFC], "日", false),
            ("big5", [0xA4, 0xA4], "中", false), ("hz-gb-2312", Array("a~~~{VPND~}b~\n~{VP".utf8), "a~中文b中", false),
            ("gbk", [0xD6, 0xD0], "中", false),
            ("gb18030", [0x81, 0x30, 0x81, 0x30], "\u{80}", false),
            ("euc-kr", [0xC7, 0xD1], "한", false), ("utf-7", [0x2B, 0x41, 0x4F, 0x6B, 0x2D], "é", false),
            ("unicode-1-1-utf-7", [0x2B, 0x41, 0x4F, 0x6B, 0x2D], "é", false),
            ("utf-16", [0xFF, 0xFE, 0x61, 0], "a", false),
            ("utf-16", [0, 0x61], "a", false), ("utf-16le", [0x61, 0], "a", false),
            ("utf-16be", [0xD8, 0], "\u{FFFD}", true),
            ("\"utf-8\"", [0xC3, 0xA9], "é", false), ("tis-620", [0xA1], "ก", false),
            ("iso-8859-9", [0xFD], "ı", false),
            ("shift_jis", [0x61, 0xFF, 0x62], "a\u{FFFD}b", true), ("x-x-x-x", [0xE9], "é", true),
            ("UTF-8//TRANSLIT", [0x61], "a", true), ("../../etc/passwd", [0x61], "a", true),
        ] as [(String, [UInt8], String, Bool)]) func charset(
            label: String, bytes: [UInt8], text: String, isDamaged: Bool
        )
    {
        let got = Charset.decode(Bytes(bytes), charset: label)
        #expect(got.text == text)
        #expect(got.isDamaged == isDamaged)
    }

    /// Every charset in the table is one this system's C library has.
    @Test(arguments: [
        "utf-16le", "utf-32", "utf-7", "iso-8859-2", "iso-8859-3", "iso-8859-4", "iso-8859-5", "iso-8859-6",
        "iso-8859-7",
        "iso-8859-8", "iso-8859-9", "iso-8859-10", "iso-8859-11", "iso-8859-13", "iso-8859-14", "iso-8859-15",
        "iso-8859-16",
        "windows-1250", "windows-1251", "windows-1253", "windows-1255", "windows-1256", "windows-1257", "windows-1258",
        "koi8-r", "koi8-u", "macintosh", "x-mac-cyrillic", "cp437", "cp737", "cp775", "cp850", "cp852", "cp855",
        "cp857",
        "cp858", "cp860", "cp861", "cp862", "cp863", "cp864", "cp865", "cp866", "cp869", "viscii", "tcvn", "armscii-8",
        "georgian-ps", "gb2312", "hz-gb-2312", "iso-2022-cn", "big5", "euc-tw", "shift_jis", "euc-jp", "iso-2022-jp",
        "iso-2022-jp-3", "euc-kr", "johab", "iso-2022-kr",
    ]) func charsetIsAvailable(label: String) {
        #expect(Charset.isKnown(label))
        let bytes: [UInt8] =
            label == "utf-32" ? [0, 0, 0, 0x61] : label == "utf-16le" ? [0x61, 0] : [0x61, 0x62, 0x20]
        #expect(!Charset.decode(Bytes(bytes), charset: label).isDamaged)
    }

    @Test func longTextCrossesTheConvertersBlocks() {
        let text = String(repeating: "日本語とABC ", count: 20_000)
        let encoded = text.unicodeScalars.flatMap { [UInt8($0.value >> 8), UInt8($0.value & 255)] }
        let got = Charset.decode(Bytes(encoded), charset: "utf-16be")
        #expect(got.text == text)
        #expect(!got.isDamaged)
    }
}
