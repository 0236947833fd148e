import Foundation
import Testing

/// Rules that change messages, on their way through the program itself; what arrives is read by Python's email package.
@Suite(
    .serialized,
    .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/python3"), "there is no /usr/bin/python3"))
struct ContentTests {
    private static let shared =
        ProcessInfo.processInfo.environment["ASSAY_SHARED"] ?? EndToEndTests.package + "/../shared"
    private static let hasCorpora = FileManager.default.fileExists(atPath: shared + "/corpora")

    @Test func changesMessages() async throws { try await EndToEndTests.run("content.py", ["invented"]) }

    @Test(.enabled(if: hasCorpora, "the shared corpora are not at \(shared)/corpora; set ASSAY_SHARED"))
    func changesRealMail() async throws {
        try await EndToEndTests.run("content.py", ["--shared", ContentTests.shared, "archived"])
    }

    /// Web calls, notes and programs; `python3 Tests/filter.py` sends 5,000 messages through rules that do everything.
    @Test(arguments: ["settled", "restart", "programs"]) func doesWhatRulesAskFor(part: String) async throws {
        try await EndToEndTests.run("filter.py", [part])
    }

    @Test(.enabled(if: hasCorpora, "the shared corpora are not at \(shared)/corpora; set ASSAY_SHARED"))
    func replaysWhatItSentOn() async throws {
        try await EndToEndTests.run("filter.py", ["--shared", ContentTests.shared, "--messages", "200", "corpus"])
    }
}
