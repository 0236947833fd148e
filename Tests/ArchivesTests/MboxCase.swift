import Testing

@testable import Archives

/// An mbox of our own making and what must come of it. Offsets are summed while it is put together, so they do not
/// come from the code under test.
struct MboxCase: CustomTestStringConvertible {
    var name: String
    var text: String
    var expected: [Told]
    var dialect = MboxDialect.auto

    var testDescription: String { name }

    /// An mbox of messages given as envelope line, stored text with its line ends, and the message meant, if different.
    init(
        _ name: String, dialect: MboxDialect = .auto, prefix: String = "", end: String = "\n", separator: String? = nil,
        _ parts: [(line: String, stored: String, meant: String?)]
    ) {
        self.name = name
        self.dialect = dialect
        var text = prefix
        expected = []
        for part in parts {
            expected.append(.message(offset: text.utf8.count, text: part.meant ?? part.stored))
            text += part.line + end + part.stored + (separator ?? end)
        }
        self.text = text
    }

    init(_ name: String, dialect: MboxDialect = .auto, text: String, expected: [Told]) {
        (self.name, self.dialect, self.text, self.expected) = (name, dialect, text, expected)
    }

    static let date = "From a@example.org Tue Mar  2 09:44:33 1999"

    static let all: [MboxCase] =
        lineEnds + quoting + separation + contentLength
        + envelopeLines.map { line in
            MboxCase(
                "envelope line \(line)",
                [(date, "Subject: 1\n\nfirst\n", nil), (line, "Subject: 2\n\nsecond\n", nil)])
        }
        + prose.map { line in
            MboxCase("body line \(line)", [(date, "Subject: 1\n\nabove\n\n\(line)\nbelow\n", nil)])
        }
}
