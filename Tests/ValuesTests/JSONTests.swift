import Testing
import Values

@Suite struct JSONTests {
    @Test(arguments: [
        (JSON.object(["b": .integer(1), "a": .null, "é": .bool(true)]), #"{"a":null,"b":1,"é":true}"#),
        (
            .array([.thousandths(2500), .thousandths(-3), .thousandths(12_000), .thousandths(0), .thousandths(-1500)]),
            "[2.5,-0.003,12,0,-1.5]"
        ),
        (.string("a\"b\\c\n\r\t\u{1}\u{7F}é"), #""a\"b\\c\n\r\t\u0001\u007fé""#),
        (.string("\u{1B}[31m"), #""\u001b[31m""#),
        (.string("\u{7F}\u{80}\u{9B}\u{9F}\u{A0}"), "\"\\u007f\\u0080\\u009b\\u009f\u{A0}\""),
        (.string("\u{61B}\u{61C}\u{61D}"), "\"\u{61B}\\u061c\u{61D}\""),
        (.string("\u{200D}\u{200E}\u{200F}\u{2010}"), "\"\u{200D}\\u200e\\u200f\u{2010}\""),
        (.string("\u{2027}\u{2028}\u{202A}\u{202E}\u{202F}"), "\"\u{2027}\\u2028\\u202a\\u202e\u{202F}\""),
        (.string("\u{2065}\u{2066}\u{2069}\u{206A}"), "\"\u{2065}\\u2066\\u2069\u{206A}\""),
        // The same trailing bytes after other leading ones are other characters.
        (.string("\u{C0}\u{9B00}\u{1F600}\u{2B80}שלום"), "\"\u{C0}\u{9B00}\u{1F600}\u{2B80}שלום\""),
    ])
    func writesOneWay(value: JSON, text: String) {
        #expect(value.text == text)
    }

    /// What has to be escaped is found wherever it stands.
    @Test(arguments: ["\"", "\\", "\n", "\u{1F}", "\u{7F}", "\u{9B}", "\u{61C}", "\u{202E}"])
    func escapesEverywhere(character: String) {
        let escaped = String(JSON.string(character).text.dropFirst().dropLast())
        for length in 0..<40 {
            for place in 0...length {
                let (head, tail) = (String(repeating: "a", count: place), String(repeating: "é", count: length - place))
                #expect(JSON.string(head + character + tail).text == "\"" + head + escaped + tail + "\"")
            }
        }
    }
}
