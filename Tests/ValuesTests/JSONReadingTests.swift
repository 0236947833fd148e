import Testing
import Values

@Suite struct JSONReadingTests {
    @Test(arguments: [
        ("null", JSON.null), ("true", .bool(true)), (" false\r\n", .bool(false)), ("0", .integer(0)),
        ("-0", .integer(0)), ("-17", .integer(-17)), ("9223372036854775807", .integer(.max)),
        ("-9223372036854775808", .integer(.min)), ("2.5", .thousandths(2500)), ("1.0", .integer(1)),
        ("1E3", .integer(1000)), ("12e-1", .thousandths(1200)), ("0.0004", .integer(0)),
        ("-999999999999999", .integer(-999_999_999_999_999)), ("\"\"", .string("")),
        (#""a\"\\\/\b\f\n\r\t""#, .string("a\"\\/\u{8}\u{C}\n\r\t")), (#""\u00e9\uD83D\uDE00\u0000""#, .string("é😀\0")),
        ("\"\u{7F}\u{202E}é\"", .string("\u{7F}\u{202E}é")), ("[]", .array([])), ("{}", .object([:])),
        ("[1,[2],\"3\"]", .array([.integer(1), .array([.integer(2)]), .string("3")])),
        ("\u{FEFF}{ \"a\" : 1 , \"b\" : { \"\" : null } }", .object(["a": .integer(1), "b": .object(["": .null])])),
        ("{\"a\":1,\"a\":2}", .object(["a": .integer(1)])),
    ])
    func values(text: String, value: JSON) throws {
        #expect(try JSON(reading: Bytes(text)) == value)
        #expect(try JSON(reading: Bytes(value.text)) == value)
    }

    @Test(arguments: [
        "", " ", "nul", "True", "nulll", "01", "-", "1.", ".5", "1e", "+1", "0x1", "NaN", "[1,]", "[1 2]", "[",
        "{\"a\"}",
        "{\"a\":}", "{a:1}", "{\"a\":1,}", "{,}", "\"", "\"\\\"", "\"\\x\"", "\"\\u12\"", "\"\\u12G4\"", "\"\\uD800\"",
        "\"\\uDC00\"", "\"\\uD800\\u0041\"", "\"\t\"", "\"a\n\"", "1 1", "[]]", "'a'",
    ])
    func whatIsNoJSON(text: String) {
        #expect(throws: JSON.ReadingError.notJSON) { try JSON(reading: Bytes(text)) }
    }

    @Test(arguments: [
        [0x22, 0xFF, 0x22], [0x22, 0xC3, 0x22], [0x22, 0x5C, 0x6E, 0xED, 0xA0, 0x80, 0x22], [0xFE, 0xFF],
    ])
    func whatIsNotUTF8(bytes: [UInt8]) {
        #expect(throws: JSON.ReadingError.notJSON) { try JSON(reading: Bytes(bytes)) }
    }

    @Test(arguments: ["1e15", "-1e99", "1e999999999", "12345678901234567890", "9223372036854775808"])
    func numbersOutOfRange(text: String) {
        #expect(throws: JSON.ReadingError.numberOutOfRange) { try JSON(reading: Bytes(text)) }
    }

    @Test func boundsHold() throws {
        func nested(_ depth: Int) -> Bytes {
            Bytes(String(repeating: "[", count: depth) + String(repeating: "]", count: depth))
        }
        _ = try JSON(reading: nested(JSON.maximumDepth))
        #expect(throws: JSON.ReadingError.tooDeep) { try JSON(reading: nested(JSON.maximumDepth + 1)) }
        let open = Bytes(String(repeating: "[{\"a\":", count: 1_000_000))
        #expect(throws: JSON.ReadingError.tooDeep) { try JSON(reading: open) }
        _ = try JSON(reading: Bytes("[1,2,3]"), maximumValues: 4)
        #expect(throws: JSON.ReadingError.tooManyValues) { try JSON(reading: Bytes("[1,2,3]"), maximumValues: 3) }
    }

    @Test func fieldsAreOfTheirType() throws {
        let text = #"{"s":"x","n":3,"d":0.25,"b":true,"l":["a","b"],"o":{"s":"y"},"m":[{"n":1}],"z":null}"#
        let fields = try #require(JSONFields(JSON(reading: Bytes(text))))
        #expect(try fields.text("s") == "x" && fields.number("n") == 3 && fields.flag("b") == true)
        #expect(try fields.thousandths("d") == 250 && fields.thousandths("n") == 3000)
        #expect(try fields.texts("l") == ["a", "b"] && fields.fields("o")?.text("s") == "y")
        #expect(try fields.objects("m")?.map { try $0.number("n") } == [1])
        #expect(try fields.objects("none") == nil)
        #expect(try fields.text("z") == nil && fields.number("none") == nil && fields["z"] == nil)
        #expect(try fields.required("s", fields.text) == "x")
        #expect(throws: JSONFields.Fault.missing("z")) { try fields.required("z", fields.text) }
        #expect(throws: JSONFields.Fault.wrongType("n", expected: "a string")) { try fields.text("n") }
        #expect(throws: JSONFields.Fault.wrongType("m", expected: "a list of strings")) { try fields.texts("m") }
        #expect(throws: JSONFields.Fault.wrongType("d", expected: "a whole number")) { try fields.number("d") }
        #expect(JSONFields(.array([])) == nil)
        #expect(JSONFields.Fault.missing("z").description == "'z' is missing")
    }
}
