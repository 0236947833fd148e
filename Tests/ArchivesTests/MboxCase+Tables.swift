@testable import Archives

extension MboxCase {
    static let lineEnds: [MboxCase] = [
        MboxCase("LF", [(date, "Subject: 1\n\nfirst\n", nil), (date, "Subject: 2\n\nsecond\n\n\n", nil)]),
        MboxCase(
            "CRLF", end: "\r\n",
            [(date, "Subject: 1\r\n\r\nfirst\r\n", nil), (date, "Subject: 2\r\n\r\nsecond\r\n\r\n", nil)]),
        MboxCase(
            "CRLF messages between LF separators",
            [(date, "Subject: 1\r\n\r\nfirst\r\n", nil), (date, "Subject: 2\r\n\r\nsecond\r\n\r\n", nil)]),
        MboxCase(
            "bare CR", end: "\r",
            [
                (date, "Subject: 1\r\rfirst\r>From x\r", "Subject: 1\n\nfirst\nFrom x\n"),
                (date, "Subject: 2\r\rsecond\r", "Subject: 2\n\nsecond\n"),
            ]),
        MboxCase(
            "no final newline", text: "\(date)\nSubject: 1\n\nfirst",
            expected: [.message(offset: 0, text: "Subject: 1\n\nfirst")]),
        MboxCase(
            "no blank line at the end", text: "\(date)\nSubject: 1\n\nfirst\n",
            expected: [.message(offset: 0, text: "Subject: 1\n\nfirst\n")]),
        MboxCase("byte order mark", prefix: "\u{FEFF}", [(date, "Subject: 1\n\nfirst\n", nil)]),
        MboxCase(
            "more CRs in bodies than lines",
            [
                (date, "Subject: 1\n\n\r\r\r\nfirst\r\r\r\n", nil), (date, "Subject: 2\n\n\r\r\r\r\r\r\nsecond\n", nil),
            ]),
        MboxCase("blank lines before the first", prefix: "\n\r\n", [(date, "Subject: 1\n\nfirst\n", nil)]),
        MboxCase("header alone", [(date, "Subject: 1\n", nil), (date, "Subject: 2\n\n", nil)]),
        MboxCase("empty messages", [(date, "", nil), (date, "Subject: 2\n", nil), (date, "", nil)]),
        MboxCase(
            "a last envelope line without a message", text: "\(date)\nSubject: 1\n\n\(date)",
            expected: [.message(offset: 0, text: "Subject: 1\n"), .message(offset: 56, text: "")]),
        MboxCase(
            "8-bit and NUL bytes", [(date, "Subject: 1\n\né\0\0\n", nil), (date, "Subject: 2\n\n\0\n", nil)]),
    ]

    static let quoting: [MboxCase] = [
        MboxCase(
            "mboxrd",
            [
                (
                    date, "Subject: 1\n\n>From a\n>>From b\n>>>From c\nx >From d\n> From e\n>from f\n>From: g\n",
                    "Subject: 1\n\nFrom a\n>From b\n>>From c\nx >From d\n> From e\n>from f\n>From: g\n"
                ),
                (date, ">From quoted first\nSubject: 2\n", "From quoted first\nSubject: 2\n"),
            ]),
        MboxCase(
            "mboxo", dialect: .mboxo,
            [(date, "Subject: 1\n\n>From a\n>>From b\n>From c\n", "Subject: 1\n\nFrom a\n>>From b\nFrom c\n")]),
        MboxCase(
            "mboxcl2 quotes nothing", dialect: .mboxcl2,
            [(date, "Subject: 1\n\n>From a\n>>From b\n", nil), (date, "Subject: 2\n", nil)]),
        MboxCase(
            "mboxcl", dialect: .mboxcl,
            [(date, "Content-Length: 8\n\n>From a\n", "Content-Length: 8\n\nFrom a\n"), (date, "Subject: 2\n", nil)]),
        MboxCase(
            "quotes within and across lines",
            [(date, "Subject: 1\n\n>>>>From a>From b\n>\n>From c", "Subject: 1\n\n>>>From a>From b\n>\nFrom c\n")]
        ).replacingMissingEnd(),
    ]

    static let separation: [MboxCase] = [
        MboxCase(
            "no blank lines between", separator: "",
            [(date, "Subject: 1\n\nfirst\n", nil), (date, "Subject: 2\n\nsecond\n", nil), (date, "To: 3\n\n3\n", nil)]),
        MboxCase(
            "no blank lines between lines without a date", separator: "",
            [("From - ", "Subject: 1\n\nfirst\n", nil), ("From -", "Subject: 2\n\nsecond\n", nil)]),
        MboxCase(
            "an envelope line after text where blank lines separate",
            [
                (date, "Subject: 1\n\nfirst\n", nil),
                (date, "Subject: 2\n\nsecond\n\(date)\nSubject: no message\n", nil),
                (date, "Subject: 3\n\nthird\n", nil),
            ]),
        MboxCase(
            "an envelope line after text that no known field follows",
            [(date, "Subject: 1\n\nfirst\n\(date)\nLemma: no message\n", nil), (date, "Subject: 2\n", nil)]),
        MboxCase(
            "two envelope lines, one below the other",
            [("From - Tue Mar  2 09:44:33 1999", "\(date)\nSubject: 1\n\nfirst\n", nil), (date, "Subject: 2\n", nil)]),
        MboxCase(
            "an envelope line ends the header", text: "\(date)\nSubject: 1\n\(date)\nSubject: 2\n\n2\n",
            expected: [.message(offset: 0, text: "Subject: 1\n"), .message(offset: 55, text: "Subject: 2\n\n2\n")]),
        MboxCase(
            "bytes before the first envelope line", text: "\0\0lost\n\n\(date)\nSubject: 1\n\n1\n",
            expected: [.problem(.damaged, offset: 0, size: 8), .message(offset: 8, text: "Subject: 1\n\n1\n")]),
    ]

    /// 28 bytes that look like the next message.
    private static let hidden = "\(date)\nSubject: hidden\n\nx\n"

    static let contentLength: [MboxCase] = [
        MboxCase(
            "mboxcl2: a whole message within a body",
            [
                (date, "Content-Length: \(6 + hidden.utf8.count)\n\nabove\n\(hidden)", nil),
                (date, "Content-Length: 7\n\nsecond\n", nil),
            ]),
        MboxCase(
            "mboxcl2: a body that starts with an envelope line",
            [
                (date, "content-length:\t\(hidden.utf8.count)\r\n\r\n\(hidden)", nil),
                (date, "Content-Length: 0\n\n", nil),
            ]),
        MboxCase(
            "mboxcl2: up to the end, and nothing unquoted",
            [
                (date, "Content-Length: 2\n\n1\n", nil),
                (date, "Content-Length: \(9 + hidden.utf8.count)\n\n>From x\n\n\(hidden)", nil),
            ]),
        MboxCase(
            "mboxcl2: no blank line between", separator: "",
            [
                (date, "Content-Length: \(6 + hidden.utf8.count)\n\nabove\n\(hidden)", nil),
                (date, "Content-Length: 2\n\n2\n", nil),
            ]),
        MboxCase(
            "too short, too long, far too long, negative, no number",
            ["3", "8", "9999999", "-1", "99999999999999999999", "7x", ""].map {
                (date, "Content-Length: \($0)\nSubject: 1\n\nfirst\n", nil)
            }),
        MboxCase(
            "a length that would hide a message, where nobody else writes lengths",
            text:
                "\(date)\nTo: 1\n\n1\n\n\(date)\nTo: 2\n\n2\n\n\(date)\nContent-Length: 7\n\n3\n\n\(date)\n\n\(date)\n",
            expected: [
                .message(offset: 0, text: "To: 1\n\n1\n"), .message(offset: 54, text: "To: 2\n\n2\n"),
                .message(offset: 108, text: "Content-Length: 7\n\n3\n"), .message(offset: 174, text: ""),
                .message(offset: 219, text: ""),
            ]),
        MboxCase(
            "mboxrd does not look at lengths", dialect: .mboxrd,
            text: "\(date)\nContent-Length: 46\n\n1\n\n\(date)\n\n",
            expected: [.message(offset: 0, text: "Content-Length: 46\n\n1\n"), .message(offset: 67, text: "")]),
    ]

    /// Lines that separate messages, as mail software has written them.
    static let envelopeLines = [
        "From a@b.example Tue Mar  2 09:44:33 1999", "From a@b.example  Tue Mar 02 09:44:33 1999",
        "From MAILER-DAEMON Tue Mar  2 09:44:33 1999", "From MAILER-DAEMON", "From - Tue Mar  2 09:44:33 1999",
        "From -", "From ???@??? Tue Mar  2 09:44:33 1999", "From ???@???", "From  Tue Mar  2 09:44:33 1999",
        "From \"name with spaces\"@b.example Tue Mar  2 09:44:33 1999", "From a at b.example  Tue Mar  2 09:44:33 1999",
        "From a@b.example Tue Mar  2 09:44:33 MET 1999", "From a@b.example Tue Mar  2 09:44 EST 1999",
        "From a@b.example Tue Mar  2 09:44:33 1999 -0500", "From a@b.example Tue Mar  2 09:44:33 +0100 1999",
        "From a@b.example Tue, 2 Mar 1999 09:44:33 +0000 (UTC)", "From a Tue Mar  2 9:44:33 1999 remote from host",
        "From 1844347792267117879@xxx", "From <a@b.example> Tue Mar  2 09:44:33 99",
    ]

    /// Lines that look like one at first, and are text.
    static let prose = [
        "From Russia with love", "From here on:", "From a@b.example I heard", "From perl5-porters:", "From",
        "From a@b.example Tue Mar 32 09:44:33 1999", "From a@b.example Tue Mar  2 25:44:33 1999",
        "From Monday Tue Mar  2 09:44:33 1999 on", "From a@b.example:", "from a@b.example Tue Mar  2 09:44:33 1999",
        " From a@b.example Tue Mar  2 09:44:33 1999", "From\ta@b.example Tue Mar  2 09:44:33 1999",
    ]

    /// The same case with its last line end taken off, of the text and of what is expected.
    func replacingMissingEnd() -> MboxCase {
        var changed = self
        changed.text.removeLast()
        changed.expected = expected.map {
            guard case .message(let offset, let text) = $0 else { return $0 }
            return .message(offset: offset, text: String(text.dropLast()))
        }
        return changed
    }
}
