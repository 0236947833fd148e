import Reports
import Testing

@Suite struct TerminalTextTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let text: String
        let safe: String
        var testDescription: String { name }
    }

    @Test(arguments: [
        Case(name: "plain", text: "Grüße, 日本 🙂", safe: "Grüße, 日本 🙂"),
        Case(name: "colour", text: "\u{1B}[31mred", safe: "\\x1b[31mred"),
        Case(name: "window title", text: "\u{1B}]0;x\u{07}", safe: "\\x1b]0;x\\x07"),
        Case(name: "eight-bit control sequence", text: "\u{9B}2J", safe: "\\x9b2J"),
        Case(name: "line feed", text: "a\nb", safe: "a\\x0ab"),
        Case(name: "carriage return and line feed", text: "a\r\nb", safe: "a\\x0d\\x0ab"),
        Case(name: "tab and NUL", text: "a\t\0b", safe: "a\\x09\\x00b"),
        Case(name: "delete", text: "\u{7F}", safe: "\\x7f"),
        Case(name: "override", text: "\u{202E}gpj.exe", safe: "\\u{202e}gpj.exe"),
        Case(name: "isolate", text: "\u{2066}x\u{2069}", safe: "\\u{2066}x\\u{2069}"),
        Case(name: "marks", text: "\u{200E}\u{200F}\u{061C}", safe: "\\u{200e}\\u{200f}\\u{061c}"),
        Case(name: "line and paragraph separator", text: "\u{2028}\u{2029}", safe: "\\u{2028}\\u{2029}"),
        Case(name: "byte order mark", text: "\u{FEFF}x", safe: "\\u{feff}x"),
        Case(name: "zero width", text: "p\u{200B}a\u{2060}y", safe: "p\\u{200b}a\\u{2060}y"),
        Case(name: "tags", text: "x\u{E0041}", safe: "x\\u{e0041}"),
        Case(name: "a combining mark after an escape", text: "\u{1B}\u{301}", safe: "\\x1b\u{301}"),
        Case(name: "empty", text: "", safe: ""),
    ])
    func nothingActsOnTheTerminal(_ item: Case) { #expect(TerminalText.safe(item.text) == item.safe) }

    @Test(arguments: [
        ("plain\ntext\n", "plain\ntext\n"), ("a\r\nb\u{1B}[2J\n", "a\\x0d\nb\\x1b[2J\n"), ("ü\n", "ü\n"),
        ("\u{9B}", "\\x9b"),
    ])
    func linesAreMadeSafeEachByItself(_ text: String, _ safe: String) {
        #expect(TerminalText.safe(lines: text) == safe)
    }

    /// No scalar that a terminal acts upon gets through.
    @Test func everyControlIsEscaped() {
        for value in UInt32(0)...0xFFFF {
            guard let scalar = Unicode.Scalar(value) else { continue }
            let isControl = scalar.properties.generalCategory == .control
            let isSeparator = [.lineSeparator, .paragraphSeparator].contains(scalar.properties.generalCategory)
            let isBidirectional = scalar.properties.isBidiControl
            let shown = TerminalText.safe(String(scalar))
            if isControl || isSeparator || isBidirectional { #expect(!shown.unicodeScalars.contains(scalar)) }
        }
    }

    @Test func longTextIsCut() {
        #expect(TerminalText.safe("abcdef", limit: 3) == "abc…")
        #expect(TerminalText.safe("abc", limit: 3) == "abc")
        #expect(TerminalText.safe("\u{1B}\u{1B}\u{1B}", limit: 2) == "\\x1b\\x1b…")
        // Combining marks without end count one by one.
        #expect(TerminalText.safe("e" + String(repeating: "\u{301}", count: 10_000)).unicodeScalars.count == 401)
    }
}

@Suite struct TextTableTests {
    @Test func columnsAreAsWideAsTheirWidestCell() {
        var table = TextTable([("name", .left), ("count", .right), ("note", .left)])
        table.add(["a", "1", "x"])
        table.add(["longer name", "12345678"])
        table.add(["日本", "2", "é"])
        #expect(
            table.text == """
                  name            count  note
                  a                   1  x
                  longer name  12345678
                  日本                2  é

                """)
    }

    @Test func aTableWithoutRowsIsItsTitles() {
        let table = TextTable([("name", .left), ("count", .right)])
        #expect(table.isEmpty)
        #expect(table.text == "  name  count\n")
    }
}
