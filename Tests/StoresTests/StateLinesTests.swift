import State
import Testing
import Values

@testable import Stores

@Suite struct StateLinesTests {
    private static let good =
        #"{"created":"2024-05-01T10:00:00Z","expires":"2024-05-02T10:00:00.5Z","key":"greylist|host|192.0.2.0/24","value":"3"}"#

    @Test(arguments: [
        ("x", "not a JSON object of key, value, created and expires"),
        ("[]", "expected an object of key, value, created and expires"),
        ("{}", "'key' is missing; a line has key, value, created and expires"),
        (#"{"key":1}"#, "'key' must be a string"),
        (good.replacing("3", with: "3\"}{"), "not a JSON object of key, value, created and expires"),
        (
            good.replacing("greylist|", with: "a%zz|"),
            "'key' is not the text of a key: parts joined by |, with %7C for | and %25 for %"
        ),
        (
            good.replacing("greylist|", with: "%41|"),
            "'key' is not the text of a key: parts joined by |, with %7C for | and %25 for %"
        ),
        (
            good.replacing("2024-05-02", with: "tomorrow"),
            "'expires' must be an RFC 3339 time, not 'tomorrowT10:00:00.5Z'"
        ),
    ])
    func mistakesHaveTheirPlace(line: String, message: String) async throws {
        var taken = 0
        await #expect(throws: StateLines.Mistake(file: "f", line: 3, message: message)) {
            try await StateLines.read(Bytes(StateLinesTests.good + "\n\n" + line + "\n"), file: "f") {
                taken += $0.count
            }
        }
        // What stands before is taken.
        #expect(taken == 1)
    }

    @Test func aLastLineNeedsNoEnd() async throws {
        var entries: [HeldEntry] = []
        try await StateLines.read(Bytes(StateLinesTests.good), file: "f") { entries += $0 }
        #expect(entries.first?.key == StateKey("greylist", "host", "192.0.2.0/24"))
        #expect(entries.first?.entry.expires.milliseconds == 1_714_644_000_500)
    }
}
