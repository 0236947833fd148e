import Archives
import Foundation
import Policy
import Replay
import Resolver
import Screening
import Stages
import State
import Testing
import Tuning
import Values

/// Places in the package and beside it.
enum Place {
    static let package = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path
    static let fixtures = package + "/fixtures"
    static let shared = ProcessInfo.processInfo.environment["ASSAY_SHARED"] ?? package + "/../shared"
    static let hasCorpora = FileManager.default.fileExists(atPath: shared + "/corpora")
    static let corporaAbsence = "the shared corpora are not at \(shared)/corpora; set ASSAY_SHARED"
}

/// A folder that is removed when the test lets go of it.
final class TemporaryFolder {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "replay-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Writes a file; returns its path.
    func write(_ name: String, _ text: String) throws -> String {
        let file = path + "/" + name
        try Data(text.utf8).write(to: URL(fileURLWithPath: file))
        return file
    }
}

/// The policy of these files and this text.
func policy(_ text: String = "version: 1\n") throws -> ScreeningPolicy {
    let (node, mistakes) = PolicyDocument.parse(text, file: "policy.yaml")
    let (policy, diagnostics) = ScreeningPolicy.read([try #require(node)], catalogue: catalogue)
    return try #require(policy, "\((mistakes + diagnostics).map(\.description))")
}

/// The policy and DNS of the fixtures.
enum Fixture {
    static let archive = Place.fixtures + "/archive/"
    static let all = ["inbound.mbox", "maildir", "single", "older.mbox.zst", "march.mbox.gz"]
        .map { ArchiveLocation.path(archive + $0) }

    static func policy() throws -> ScreeningPolicy {
        try ReplayTests.policy(try String(contentsOfFile: Place.fixtures + "/policy.yaml", encoding: .utf8))
    }

    static func environment(state: MemoryState? = nil) throws -> ScreeningEnvironment {
        let source = try DNSSource("snapshot:\(Place.fixtures)/dns.snapshot.ndjson").open()
        return ScreeningEnvironment(dns: source, state: state)
    }
}

/// What a run delivers, each event as one line: a record's JSON, a problem's words, or `skipped`.
func lines(
    _ options: ReplayRun.Options, policy: ScreeningPolicy, environment: ScreeningEnvironment
) async throws -> [String] {
    var lines: [String] = []
    try await ReplayRun(policy: policy, environment: environment, options: options).run(deliver: { event in
        switch event {
        case .record(let record):
            var line: [UInt8] = []
            record.write(to: &line)
            #expect(String(decoding: line, as: UTF8.self) == record.json.text)
            lines.append(record.json.text)
        case .problem(let problem): lines.append("problem: \(problem)")
        case .skipped: lines.append("skipped")
        case .history(let history): lines.append("history: \(history.text)")
        case .session(let result):
            lines += result.outcome.records.map(\.json.text)
            lines += result.outcome.faults.map { "fault: \($0)" }
        case .note(let note): lines.append("note: \(note)")
        case .kept: break
        }
    })
    return lines
}

/// The JSON object of a replay line.
func object(_ line: String) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any], "\(line)")
}
