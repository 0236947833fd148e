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
