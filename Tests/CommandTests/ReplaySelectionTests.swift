import Foundation
import Testing

/// `--jobs`, `--since`, `--until`, `--label` and `--labels`, with a case and without one.
@Suite struct ReplaySelectionTests {
    private static let archives = ["inbound.mbox", "older.mbox.zst", "maildir", "march.mbox.gz"].map {
        "\(Place.fixtures)/archive/\($0)"
    }

    private static func replay(_ place: Workplace, _ options: [String]) throws -> Outcome {
        try place.assay(["replay"] + archives + ["--format", "ndjson"] + options)
    }

    /// Whatever the number of jobs, the order is that of the archives, in the output and in the case.
    @Test(arguments: [1, 2, 7]) func orderIsKept(jobs: Int) throws {
        let place = try Workplace()
        let plain = try Self.replay(place, ["--jobs", "1"])
        let outcome = try Self.replay(place, ["--jobs", "\(jobs)", "--case", "a.case"])
        #expect(outcome.code == 0 && outcome.output == plain.output && outcome.lines.count > 100)
        let kept = try place.assay([
            "query", "a.case", "--sql", "SELECT id, source FROM message ORDER BY message", "--format", "ndjson",
        ])
        #expect(try kept.objects().map { $0["source"] as? String } == outcome.objects().map { $0["source"] as? String })
    }

    struct Selection: Sendable, CustomTestStringConvertible {
        let options: String
        let holds: @Sendable ([String: Any]) -> Bool
        let label: String?
        var testDescription: String { options }
    }

    @Test(
        arguments: [
            Selection(
                options: "--since 2024-05-01", holds: { time($0).map { $0 >= "2024-05-01" } ?? true }, label: nil),
            Selection(options: "--until 2024-05-01", holds: { time($0).map { $0 < "2024-05-01" } ?? true }, label: nil),
            Selection(
                options: "--since 2024-04-25 --until 2024-05-03 --label ham",
                holds: { time($0).map { $0 >= "2024-04-25" && $0 < "2024-05-03" } ?? true }, label: "ham"),
            Selection(options: "--label spam", holds: { _ in true }, label: "spam"),
        ], [nil, "a.case"] as [String?])
    func selectionsHold(_ selection: Selection, _ file: String?) throws {
        let place = try Workplace()
        let all = try Self.replay(place, []).objects()
        let options = selection.options.split(separator: " ").map(String.init)
        let outcome = try Self.replay(place, options + (file.map { ["--case", $0] } ?? []))
        #expect(outcome.code == 0)
        let wanted = all.filter(selection.holds)
        #expect(!wanted.isEmpty)
        #expect(try outcome.objects().map { $0["id"] as? String } == wanted.map { $0["id"] as? String })
        let labels = try outcome.objects().map { $0["label"] as? String }
        #expect(selection.label == nil || labels.allSatisfy { $0 == selection.label })
        guard let file else { return }
        let kept = try place.assay([
            "query", file, "--sql", "SELECT (SELECT count(*) FROM session) AS m, skipped AS s FROM run", "--format",
            "csv",
        ])
        #expect(kept.output == "m,s\r\n\(wanted.count),\(all.count - wanted.count)\r\n")
    }

    @Test(arguments: [[], ["--case", "a.case"]]) func labelsOfOtherMessagesAreTold(_ more: [String]) throws {
        let place = try Workplace()
        let zeros = "sha256:" + String(repeating: "0", count: 64)
        let known = try Self.replay(place, []).objects().compactMap { $0["id"] as? String }
        try place.write("labels.tsv", "\(zeros)\tspam\n\(known[3])\tham\n")
        let outcome = try Self.replay(place, ["--labels", "labels.tsv", "--label", "spam"] + more)
        #expect(outcome.code == 0)
        #expect(
            outcome.errors
                == "labels.tsv: 1 of 2 labels are for messages that are in none of the archives, such as \(zeros)\n")
        let labels = try outcome.objects().map { ($0["id"] as? String == known[3], $0["label"] as? String) }
        #expect(labels.allSatisfy { $0.1 == ($0.0 ? "ham" : "spam") })
    }

    private static func time(_ line: [String: Any]) -> String? { line["time"] as? String }
}
