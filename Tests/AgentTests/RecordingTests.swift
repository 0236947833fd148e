import Foundation
import Testing

/// Sessions that the program records, replayed by the other program.
@Suite(.serialized) struct RecordingTests {
    private static let python = "/usr/bin/python3"
    private static let hasPrograms =
        FileManager.default.isExecutableFile(atPath: python)
        && FileManager.default.isExecutableFile(atPath: "/usr/bin/zstd")

    @Test(
        .enabled(if: hasPrograms, "there is no /usr/bin/python3, or no /usr/bin/zstd"),
        arguments: ["parity", "crash", "disk", "large", "cases", "bans"])
    func holds(part: String) async throws {
        let assay = try #require(EndToEndTests.program("assay"), "the assay program was not found beside the tests")
        try await EndToEndTests.run("recording.py", ["--assay", assay, "--messages", "240", part])
    }
}
