import Foundation
import Testing

/// A day of mail through assayd to a real Postfix, whose deliveries are found in its log.
@Suite(.serialized) struct MailDayTests {
    private static func isThere(_ path: String) -> Bool { FileManager.default.isExecutableFile(atPath: path) }
    private static let hasPrograms =
        isThere("/usr/bin/python3") && isThere("/usr/bin/zstd") && isThere("/usr/sbin/postfix") && getuid() == 0

    /// Some hundreds of messages; `Tests/mailday.py` sends as many as it is told to.
    @Test(
        .enabled(if: hasPrograms, "there is no python3, zstd or Postfix in its place, or this is not root"),
        .timeLimit(.minutes(10)))
    func isFoundInTheLog() async throws {
        let assay = try #require(EndToEndTests.program("assay"), "the assay program was not found beside the tests")
        try await EndToEndTests.run(
            "mailday.py", ["--assay", assay, "--messages", "400", "--clients", "4"], obstacle: 77)
    }
}
