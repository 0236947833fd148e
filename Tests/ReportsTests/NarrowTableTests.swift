import Reports
import Testing

@Suite struct NarrowTableTests {
    private static func table() -> TextTable {
        var table = TextTable([("name", .left), ("n", .right), ("what it is", .left)])
        table.add(["mail.example.org", "1", "a host whose description does not fit into one line"])
        table.add(["日本", "22", "wide characters"])
        return table
    }

    @Test func asWideAsItsCells() {
        #expect(
            Self.table().text == """
                  name               n  what it is
                  mail.example.org   1  a host whose description does not fit into one line
                  日本              22  wide characters

                """)
    }

    @Test func cellsAreWrapped() {
        #expect(
            Self.table().text(columns: 50) == """
                  name               n  what it is
                  mail.example.org   1  a host whose description
                                        does not fit into one line
                  日本              22  wide characters

                """)
    }

    @Test func rowsBecomeBlocks() {
        #expect(
            Self.table().text(columns: 34) == """
                  name        mail.example.org
                  n           1
                  what it is  a host whose
                              description does not
                              fit into one line

                  name        日本
                  n           22
                  what it is  wide characters

                """)
    }

    @Test(arguments: [
        ("short", "short"), ("", ""), ("one two three four five", "one two three four\n  five"),
        ("  because  one two three four", "  because  one two\n           three\n           four"),
        ("a\n\nb\n", "a\n\nb\n"),
        ("  key  \(String(repeating: "k", count: 30)) end", "  key  \(String(repeating: "k", count: 30))\n       end"),
    ])
    func lines(text: String, folded: String) { #expect(TerminalText.folded(text, columns: 20) == folded) }
}
