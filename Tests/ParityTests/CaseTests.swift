import Foundation
import Screening
import Stages
import TestSupport
import Testing

/// Every `.case` under fixtures/stages, through both harnesses.
enum Cases {
    static let folder = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "fixtures/stages")

    static let all: [URL] = {
        let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)?.allObjects ?? []
        return files.compactMap { $0 as? URL }.filter { $0.pathExtension == "case" }
            .sorted { $0.path < $1.path }
    }()

    static func read(_ url: URL) throws -> CaseFile {
        let path = url.pathComponents.suffix(2).joined(separator: "/")
        return try CaseFile(String(contentsOf: url, encoding: .utf8), path: path)
    }
}

@Suite struct CaseTests {
    /// The replay of a case, and a real session over loopback, give the records the case expects, byte for byte.
    @Test(arguments: Cases.all) func replayAndLiveGiveTheExpectedRecords(_ url: URL) async throws {
        let run = try CaseRun(Cases.read(url))
        let replayed = await ReplayHarness.run(run)
        let live = try await LiveHarness.run(run)
        #expect(live.differences.isEmpty, "replies differ from the script")
        #expect(live.text == replayed.text, "live and replay disagree")
        let again = await ReplayHarness.replay(live, of: run)
        #expect(again.text == live.text && again.differences.isEmpty, "what was recorded gives something else")
        let expected = try Cases.read(url).expected
        if replayed.text != expected {
            // Beside the case, so that a diff shows what is new.
            try Data((replayed.text + "\n").utf8).write(to: url.appendingPathExtension("got"))
        }
        #expect(replayed.text == expected)
    }

    /// Adding a stage includes its cases: at least a plain hit, a plain miss, an exemption, a bad setting and hostile
    /// input.
    @Test(arguments: catalogue.manifests.map(\.id)) func everyStageHasItsCases(_ id: String) {
        let cases = Cases.all.filter { $0.deletingLastPathComponent().lastPathComponent == id }
        #expect(cases.count >= 5, "fixtures/stages/\(id) needs five cases or more, has \(cases.count)")
    }

    /// A folder of cases without a stage would never be missed.
    @Test func everyFolderBelongsToAStage() {
        let folders = Set(Cases.all.map { $0.deletingLastPathComponent().lastPathComponent })
        #expect(folders.isSubset(of: Set(catalogue.manifests.map(\.id))))
    }
}
