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
    ])
    func writesOneWay(value: JSON, text: String) {
        #expect(value.text == text)
    }

    /// What has to be escaped is found wherever it stands.
    @Test(arguments: ["\"", "\\", "\n", "\u{1F}", "\u{7F}"])
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
