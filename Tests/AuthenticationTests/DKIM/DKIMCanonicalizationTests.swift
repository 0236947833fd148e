import Authentication
import Mail
import Testing
import Values

/// RFC 6376 §3.4, clause by clause. In the tables `|` stands for a line end, LF in one run and CRLF in the other;
/// canonical forms always have CRLF.
struct DKIMCanonicalizationTests {
    static let bodies: [(input: String, simple: String, relaxed: String)] = [
        // §3.4.3, §3.4.4: an empty or missing body.
        ("", "|", ""),
        ("|", "|", ""),
        ("||||", "|", ""),
        (" \t| |\t|", " \t| |\t|", ""),
        // A last line without its end gets one.
        ("a", "a|", "a|"),
        ("a|", "a|", "a|"),
        ("a|b", "a|b|", "a|b|"),
        // Empty lines at the end only.
        ("a||||", "a|", "a|"),
        ("||a||", "||a|", "||a|"),
        ("a||b||", "a||b|", "a||b|"),
        // White space at line ends and within lines.
        ("a \t|", "a \t|", "a|"),
        ("a \t b|", "a \t b|", "a b|"),
        ("a b|", "a b|", "a b|"),
        ("a\tb|", "a\tb|", "a b|"),
        (" a|", " a|", " a|"),
        ("\t\ta|", "\t\ta|", " a|"),
        ("a| |\t|b|", "a| |\t|b|", "a|||b|"),
        ("a|b  | |", "a|b  | |", "a|b|"),
        ("a  b| c", "a  b| c|", "a b| c|"),
        ("a |  ", "a |  |", "a|"),
        // §3.4.5's example.
        (" C |D \t E|||", " C |D \t E|", " C|D E|"),
        // Runs of spaces at every place of a word of eight bytes.
        ("1234567  89abcdef|", "1234567  89abcdef|", "1234567 89abcdef|"),
        ("123456  789abcdef|", "123456  789abcdef|", "123456 789abcdef|"),
        ("12345678  9abcdef|", "12345678  9abcdef|", "12345678 9abcdef|"),
        ("1 2 3 4 5 6 7 8 9 \t0|", "1 2 3 4 5 6 7 8 9 \t0|", "1 2 3 4 5 6 7 8 9 0|"),
        // A CR alone is data, wherever it stands.
        ("a\rb|", "a\rb|", "a\rb|"),
        ("a \r b|", "a \r b|", "a \r b|"),
        ("a\r", "a\r|", "a\r|"),
        ("\r", "\r|", "\r|"),
        // Bytes outside of ASCII and NUL pass.
        ("\u{E9}  \u{0}|", "\u{E9}  \u{0}|", "\u{E9} \u{0}|"),
    ]

    @Test(arguments: bodies, ["\n", "\r\n"])
    func body(row: (input: String, simple: String, relaxed: String), lineEnd: String) {
        #expect(canonicalBody(row.input.ending(lineEnd), .simple) == row.simple.ending("\r\n"))
        #expect(canonicalBody(row.input.ending(lineEnd), .relaxed) == row.relaxed.ending("\r\n"))
    }

    static let fields: [(input: String, simple: String, relaxed: String)] = [
        // §3.4.5's example.
        ("A: X|", "A: X|", "a:X|"),
        ("B : Y\t|\tZ  |", "B : Y\t|\tZ  |", "b:Y Z|"),
        ("SUBJect:AbC|", "SUBJect:AbC|", "subject:AbC|"),
        ("Subject:|", "Subject:|", "subject:|"),
        ("Subject:  \t |", "Subject:  \t |", "subject:|"),
        ("Subject: a|  b|\tc|", "Subject: a|  b|\tc|", "subject:a b c|"),
        ("Subject: a |  b|", "Subject: a |  b|", "subject:a b|"),
        ("Subject:| a|", "Subject:| a|", "subject:a|"),
        ("Subject: a| |", "Subject: a| |", "subject:a|"),
        ("Subject: a  b\t\tc d|", "Subject: a  b\t\tc d|", "subject:a b c d|"),
        ("X: a\rb|", "X: a\rb|", "x:a\rb|"),
        ("X: a:b : c|", "X: a:b : c|", "x:a:b : c|"),
        ("X: end", "X: end|", "x:end|"),
    ]

    @Test(arguments: fields, ["\n", "\r\n"])
    func header(row: (input: String, simple: String, relaxed: String), lineEnd: String) throws {
        let header = HeaderBlock(Bytes(row.input.ending(lineEnd)))
        let field = try #require(header.first)
        for (algorithm, expected) in [(DKIMCanonicalization.Algorithm.simple, row.simple), (.relaxed, row.relaxed)] {
            var sink = CanonicalBytes()
            HeaderCanonicalizer.append(field, with: algorithm, to: &sink)
            #expect(String(decoding: sink.bytes, as: UTF8.self) == expected.ending("\r\n"))
        }
    }

    static let names: [(tag: String, expected: String?)] = [
        ("simple", "simple/simple"), ("relaxed", "relaxed/simple"), ("relaxed/relaxed", "relaxed/relaxed"),
        ("simple/relaxed", "simple/relaxed"), ("Relaxed/SIMPLE", "relaxed/simple"), ("", nil), ("nofws", nil),
        ("simple/", nil), ("/simple", nil), ("simple/simple/simple", nil), ("relaxed/nowsp", nil),
    ]

    @Test(arguments: names)
    func name(row: (tag: String, expected: String?)) {
        #expect(DKIMCanonicalization(tag: Bytes(row.tag))?.description == row.expected)
    }

    private func canonicalBody(_ text: String, _ algorithm: DKIMCanonicalization.Algorithm) -> String {
        var sink = CanonicalBytes()
        Bytes(text).withSpan { BodyCanonicalizer.append($0, with: algorithm, to: &sink) }
        return String(decoding: sink.bytes, as: UTF8.self)
    }
}

extension String {
    /// The string with each `|` replaced by `lineEnd`.
    fileprivate func ending(_ lineEnd: String) -> String {
        String(decoding: utf8.flatMap { $0 == UInt8(ascii: "|") ? Array(lineEnd.utf8) : [$0] }, as: UTF8.self)
    }
}
