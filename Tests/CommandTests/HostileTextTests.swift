import Foundation
import Testing

/// What standard error quotes cannot act on a terminal, wherever it comes from.
@Suite struct HostileTextTests {
    /// ESC, the eight-bit CSI, a carriage return, and a mark that turns text round.
    private static let text = "\u{1B}[31m\u{9B}2J\r\u{202E}"
    private static let escaped = "\\u001b[31m\\u009b2J\\r\\u202e"

    private func expectHarmless(_ outcome: Outcome, _ code: Int, _ what: String) {
        #expect(outcome.code == code, "\(what): \(outcome.code) \(outcome.errors)")
        #expect(!outcome.errors.isEmpty, "\(what) says nothing")
        let acting = outcome.errors.unicodeScalars.filter {
            $0 != "\n" && ($0.properties.generalCategory == .control || $0.properties.generalCategory == .format)
        }
        #expect(acting.isEmpty, "\(what) writes \(acting.map(\.value))")
    }

    @Test(arguments: [
        #"{"name":"a.test","type":"A","rcode":"X","rdata":[]}"#,
        #"{"name":"a.test","type":"A","rcode":"NOERROR","rdata":["X"]}"#,
        #"{"name":"a.test","type":"MX","rcode":"NOERROR","rdata":["10 X"]}"#,
        #"{"name":"a.test","type":"A","rcode":"NOERROR","rdata":["192.0.2.1"],"captured":"X"}"#,
        #"{"name":"a.test","type":"X","rcode":"NOERROR","rdata":[]}"#,
        #"{"name":"a..X","type":"A","rcode":"NOERROR","rdata":[]}"#,
    ])
    func inASnapshot(_ line: String) throws {
        let place = try Workplace()
        try place.write("s", line.replacing("X", with: Self.escaped) + "\n")
        for command in ["dns show s", "check spf --ip 192.0.2.1 --helo a.test --dns snapshot:s"] {
            let words = command.split(separator: " ").map(String.init)
            expectHarmless(try place.assay(words), 65, "\(command) with \(line)")
        }
    }

    /// CSV has no escapes: programs get what is there, a terminal what does nothing to it.
    @Test func inRowsForPrograms() throws {
        let place = try Workplace()
        try place.write("m.eml", "Subject: \(Self.text.replacing("\r", with: ""))\n\ntext\n")
        #expect(try place.assay(["replay", "m.eml", "--case", "a.case"]).code == 0)
        let piped = try place.assay(["query", "a.case", "--format", "csv"])
        #expect(piped.output.contains("\u{9B}2J\u{202E}"))
        let shown = try place.bash("/usr/bin/script -qec \"$ASSAY query a.case --format csv\" /dev/null < /dev/null")
        #expect(shown.code == 0, "\(shown.output)\(shown.errors)")
        #expect(shown.output.contains("\\x1b[31m\\x9b2J\\u{202e}"), "\(shown.output)")
        let rows = try place.assay(["query", "a.case", "--format", "ndjson"])
        #expect(rows.output.contains(#"\u001b[31m\u009b2J\u202e"#), "\(rows.output)")
    }

    @Test func inWhatIsTyped() throws {
        let place = try Workplace()
        try place.write("m", UsageTests.message)
        for words in [
            ["X"], ["check", "X"], ["check", "spf", "--ip", "X", "--helo", "h"], ["check", "dkim", "m", "--now", "X"],
            ["check", "vbr", "m", "--certifier", "X"], ["stages", "show", "X"],
            ["diff", "c", "--fail-if", "X", "--run", "1", "--run", "1"], ["replay", "m", "--X"],
            ["replay", "m", "--dns", "X"], ["dns", "lookup", "X", "--dns", "none"],
        ] {
            let given = words.map { $0.replacing("X", with: Self.text) }
            expectHarmless(try place.assay(given), 64, words.joined(separator: " "))
        }
        for words in [["replay", "X"], ["policy", "check", "X"], ["explain", "X#1"], ["query", "X"]] {
            let given = words.map { $0.replacing("X", with: Self.text) }
            expectHarmless(try place.assay(given), 66, words.joined(separator: " "))
        }
    }
}
