import Foundation
import Testing

/// Captures of packets, imported by one program, against what the other recorded of the same sessions.
@Suite(.serialized) struct CaptureTests {
    private static let python = "/usr/bin/python3"
    private static func isThere(_ path: String) -> Bool { FileManager.default.isExecutableFile(atPath: path) }
    private static let hasPrograms =
        isThere(python) && isThere("/usr/bin/zstd") && isThere("/usr/bin/tcpdump") && isThere("/usr/sbin/postfix")
        && getuid() == 0

    @Test(
        .enabled(if: hasPrograms, "there is no python3, zstd, tcpdump or Postfix in its place, or this is not root"),
        .timeLimit(.minutes(10)))
    func isWhatWasRecorded() async throws {
        let assay = try #require(EndToEndTests.program("assay"), "the assay program was not found beside the tests")
        try await EndToEndTests.run("capture.py", ["--assay", assay], obstacle: 77)
    }
}
