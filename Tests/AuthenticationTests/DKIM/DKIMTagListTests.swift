import Testing
import Values

@testable import Authentication

struct DKIMTagListTests {
    static let lists: [(input: String, expected: String)] = [
        ("a=1", "a=1"), ("a=1;", "a=1"), ("a=1; ", "a=1"), (" a = 1 ; b = x y ;", "a=1 b=x y"),
        ("a=\r\n 1;\r\n\tb=2\r\n", "a=1 b=2"), ("a=\n 1;\n b=2", "a=1 b=2"), ("a=;b=", "a= b="),
        ("a=b=c==", "a=b=c=="), ("A=1;a=2", "A=1 a=2"), ("x_1=ok", "x_1=ok"), ("n=\u{FC}", "n=\u{FC}"),
        ("", "syntax: no tags"), (";", "syntax: a tag has no name"), ("a=1;;b=2", "syntax: a tag has no name"),
        ("a=1;a=2", "syntax: a= twice"), ("a", "syntax: a without ="), ("a=1; t; p=", "syntax: t without ="),
        ("=1", "syntax: a tag has no name"), ("1a=1", "syntax: a tag has no name"), ("a b=1", "syntax: a without ="),
        ("a=\u{1}", "syntax: a= has a control character"), ("a=x\ry", "syntax: a= has a control character"),
        ("a=\u{7F}", "syntax: a= has a control character"),
    ]

    @Test(arguments: lists)
    func list(input: String, expected: String) {
        let got =
            switch DKIMTagList.parse(Bytes(input)) {
            case .success(let list): list.tags.map { "\($0.name)=\($0.value)" }.joined(separator: " ")
            case .failure(let fault): fault.description
            }
        #expect(got == expected)
    }

    @Test func rangesCoverTheWhiteSpaceAroundValues() throws {
        let text = Bytes("a=1; b = x\r\n y ; c=2")
        let tag = try #require(try DKIMTagList.parse(text).get().tag("b"))
        #expect(text[tag.range].lossyString == " x\r\n y ")
        #expect(tag.value.lossyString == "x\r\n y")
    }

    @Test func tooManyTags() {
        let text = (0...DKIMTagList.maximumCount).map { "t\($0)=" }.joined(separator: ";")
        guard case .failure(.syntax("too many tags")) = DKIMTagList.parse(Bytes(text)) else {
            Issue.record("taken")
            return
        }
    }

    static let base64Rows: [(input: String, expected: [UInt8]?)] = [
        ("", []), ("AQID", [1, 2, 3]), ("AQ==", [1]), ("AQI=", [1, 2]), ("AQ", [1]), ("AQI", [1, 2]),
        (" A Q\r\n\tI\n D ", [1, 2, 3]), ("AQ= =", [1]), ("/+8=", [0xFF, 0xEF]),
        ("A", nil), ("AQ=", nil), ("AQI==", nil), ("AQID=", nil), ("AQ==AQ==", nil), ("AQ-_", nil), ("AQ\u{0}=", nil),
        ("=", nil), ("AQID!", nil), ("AQI\u{E9}", nil),
    ]

    @Test(arguments: base64Rows)
    func base64(input: String, expected: [UInt8]?) {
        #expect(DKIMBase64.decode(Bytes(input)) == expected)
    }

    static let quotedPrintableRows: [(input: String, expected: String?)] = [
        ("", ""), ("a=3Db", "a=b"), ("=6Along", "jlong"), ("=6along", "jlong"), ("a b\r\n c", "abc"), ("=", nil),
        ("=4", nil), ("=4G", nil),
    ]

    @Test(arguments: quotedPrintableRows)
    func quotedPrintable(input: String, expected: String?) {
        #expect(DKIMQuotedPrintable.decode(Bytes(input)).map { String(decoding: $0, as: UTF8.self) } == expected)
    }
}
