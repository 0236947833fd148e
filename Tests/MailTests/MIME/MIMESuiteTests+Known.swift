/// Where we differ from a suite on purpose, and why.
extension MIMESuiteTests {
    static let mailParserDifferences: [String: String] = {
        let outer =
            "the enclosing multipart's delimiter ends the inner one (RFC 2046 §5.1.2); the suite sees only the innermost"
        let eightBit = "bytes above 127 without a charset: the suite replaces them, we read windows-1252"
        let firstType = "two Content-Type fields: the suite takes the last, we the first"
        return [
            "malformed/001": "--ab is the outer boundary in full; the suite takes it for the inner boundary a",
            "malformed/007": "no blank line after the header: we begin the body at the delimiter, the suite skips it",
            "malformed/009": outer, "malformed/011": outer, "malformed/012": outer, "malformed/016": outer,
            "malformed/020": firstType, "malformed/021": firstType,
            "legacy/022": eightBit, "legacy/026": eightBit, "legacy/027": eightBit, "legacy/052": eightBit,
            "rfc/000": "base64 that is prose: the suite gives the raw text back, we what it decodes to",
            "thirdparty/005": "a delimiter that starts no line is text (RFC 2046 §5.1.1)",
            "thirdparty/015":
                "headers that run into the enclosing delimiter, or into a line that is no field, end there",
        ]
    }()

    static let contentTypeDifferences: [String: String] = [
        "19": "a charset in every section: RFC 2231 §4.1 has it in the first alone",
        "20": "encoded words in a quoted string: the suite keeps the space between them, RFC 2047 §6.2 drops it",
        "28": "as a Content-Disposition, a parameter without a disposition; the suite takes it for the type",
        "31": "as 28",
    ]

    static let mime4jDifferences: [String: String] = {
        let badField =
            "a header line that is no field: the suite skips lines up to the blank one, we begin the body there"
        let spaces = "spaces at the end of a boundary do not count (RFC 2046 §5.1.1); the suite asks for all of them"
        return [
            "basic-plain-with-bad-header-separator": badField, "malformedHeader-nocrlfcrlf": badField,
            "malformedHeaderStartsBody-nocrlfcrlf": badField, "malformedHeaderStartsBody-noheader": badField,
            "weird-boundary": spaces, "very-very-long-boundary": spaces,
            "frag": "base64 cut within a group: we keep the whole bytes of the rest, the suite drops them",
        ]
    }()

    static let consistencyDifferences: [String: [String: String]] = [
        "mime-mail-parser": [
            "mime-mail-parser/thirdparty/005.eml": "raw UTF-16 is other text once its line feeds are CRLF"
        ]
    ]
}
