import Archives
import Foundation
import DNS
import Replay
import Screening
import Stages
import Testing

/// Every shared archive: each message is accounted for, and known by the digest its manifest gives.
@Suite(.enabled(if: Place.hasCorpora, "\(Place.corporaAbsence)"))
struct CorporaTests {
    private struct Row {
        let id: String
        let hasAddedNewline: Bool
    }

    static let archives: [String] = {
        let files = FileManager.default.enumerator(atPath: Place.shared + "/corpora")?.compactMap { $0 as? String }
        return (files ?? []).filter { $0.hasSuffix(".mbox.zst") }.sorted()
    }()

    private func manifest(of archive: String) throws -> [Row] {
        let parts = archive.split(separator: "/")
        let label = try #require(parts.last).prefix { $0 != "." }
        let text = try String(contentsOfFile: "\(Place.shared)/corpora/\(parts[0])/manifest.tsv", encoding: .utf8)
        return text.split(separator: "\n").dropFirst().compactMap { line in
            let cells = line.split(separator: "\t", omittingEmptySubsequences: false)
            guard cells.count >= 9, cells[0] == label else { return nil }
            return Row(id: "sha256:\(cells[3])", hasAddedNewline: cells[8].split(separator: ",").contains("nl_added"))
        }
    }

    @Test(arguments: archives) func everyMessageIsAccountedFor(_ archive: String) async throws {
        let rows = try manifest(of: archive)
        var options = ReplayRun.Options([.path("\(Place.shared)/corpora/\(archive)")])
        options.jobs = 2
        var (read, same, problems, verdicts) = (0, 0, 0, 0)
        let run = ReplayRun(
            policy: .builtIn(catalogue), environment: ScreeningEnvironment(dns: { _ in NoDNS() }, state: nil),
            options: options)
        try await run.run(deliver: { event in
            switch event {
            case .record(let record):
                // The newline that the manifest's maker added is not part of what it has the digest of.
                if read < rows.count, record.id == rows[read].id || rows[read].hasAddedNewline { same += 1 }
                if record.judgement.verdict != nil { verdicts += 1 }
                read += 1
            case .problem(let problem):
                problems += 1
                Issue.record("\(problem)")
            case .skipped: Issue.record("nothing was to be left out")
            case .session, .note, .history, .kept: Issue.record("the corpora hold no transcripts")
            }
        })
        print("suite replay/\(archive): \(same)/\(rows.count)")
        #expect(!rows.isEmpty && read == rows.count && same == rows.count)
        #expect(verdicts + problems == rows.count)
    }

    @Test func onlyOneRowHasAnAddedNewline() throws {
        #expect(try Self.archives.flatMap { try manifest(of: $0) }.filter(\.hasAddedNewline).count == 1)
    }
}
