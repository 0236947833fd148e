import Archives
import Cases
import Foundation
import Policy
import Replay
import Reports
import Resolver
import Screening
import Stages
import Testing
import Values

/// What goes into a case comes out of it.
@Suite struct CaseFileTests {
    static let package = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

    /// Every message of the fixtures: line and story from the case are those of the replay, byte for byte.
    @Test(arguments: [nil, "tag: 0.5", "reject: 2"]) func recordsComeBackAsTheyWere(_ threshold: String?) async throws {
        let folder = try Folder()
        let policy = try Self.policy(threshold)
        let records = try await Self.records(policy)
        #expect(records.count > 100)
        try Self.write(records, policy, to: folder.path + "/a.case")
        let file = try CaseFile(reading: folder.path + "/a.case")
        for (index, record) in records.enumerated() {
            let stored = try file.record(of: index + 1)
            #expect(stored.record.json.text == record.json.text)
            #expect(
                Explanation(stored.record, thresholds: stored.thresholds).text
                    == Explanation(record, policy: policy).text)
        }
    }

    /// What one policy's run found, ruled on by another policy, is what a run under that policy finds.
    @Test(arguments: [nil, "tag: 0.5", "reject: 2"]) func findingsAreRuledOnAnew(_ threshold: String?) async throws {
        let folder = try Folder()
        let first = try Self.policy(nil)
        try Self.write(try await Self.records(first), first, to: folder.path + "/a.case")
        let file = try CaseFile(reading: folder.path + "/a.case")
        let policy = try Self.policy(threshold)
        for (index, wanted) in try await Self.records(policy).enumerated() {
            var record = try file.record(of: index + 1).record
            record.judgement = Judge(policy).rejudge(record)
            #expect(record.json.text == wanted.json.text)
            #expect(Explanation(record, policy: policy).text == Explanation(wanted, policy: policy).text)
        }
    }

    /// A text that SQLite cannot hold as text, and recipients without a domain.
    @Test func oddTextsComeBack() throws {
        let folder = try Folder()
        let policy = try Self.policy(nil)
        var session = Session(id: "odd")
        session.helo = .observed("a\0b")
        var record = TransactionRecord(source: "odd#007", session: session, judgement: .init())
        record.subject = "Zero\0 subject"
        record.headerFrom = ["\"x, y\"@a.example", "b@b.example"]
        try Self.write([record], policy, to: folder.path + "/a.case")
        let stored = try CaseFile(reading: folder.path + "/a.case").record(of: 1)
        #expect(stored.record.json.text == record.json.text)
    }

    /// Two policies over the same archive: the messages once, the findings twice; the same again is nothing new.
    @Test func severalRunsShareMessages() async throws {
        let folder = try Folder()
        let path = folder.path + "/a.case"
        let (first, second) = (try Self.policy(nil), try Self.policy("tag: 0.5"))
        let records = try await Self.records(first)
        try Self.write(records, first, to: path)
        try Self.write(try await Self.records(second), second, name: "second", to: path)
        #expect(try CaseWriter(path, Self.description(first, "first")).beginning == .done)
        let counts = try Self.rows(
            "SELECT (SELECT count(*) FROM message), (SELECT count(*) FROM session), (SELECT count(*) FROM run)", path)
        #expect(counts == [[.integer(records.count), .integer(2 * records.count), .integer(2)]])
        let file = try CaseFile(reading: path)
        #expect(try file.record(of: 1, run: 1).thresholds.first?.score.value == 5000)
        #expect(try file.record(of: 1, run: 2).thresholds.first?.score.value == 500)
    }

    /// The same place twice in one run is one message; the same content in two places is two.
    @Test func placesAreKeptOnce() throws {
        let folder = try Folder()
        let path = folder.path + "/a.case"
        let policy = try Self.policy(nil)
        func record(_ source: String) -> TransactionRecord {
            var record = TransactionRecord(source: source, session: Session(id: source), judgement: .init())
            (record.id, record.offset) = ("sha256:00", 0)
            return record
        }
        try Self.write([record("a#1"), record("b#1"), record("a#1")], policy, to: path)
        #expect(try Self.rows("SELECT source FROM message ORDER BY message", path) == [[.text("a#1")], [.text("b#1")]])
    }

    /// The page of the format has every view and column, and no others.
    @Test func pageAndSchemaAgree() throws {
        let folder = try Folder()
        let path = folder.path + "/a.case"
        try Self.write([], try Self.policy(nil), to: path)
        let columns = try CaseSchema.columns(of: try CaseFile(reading: path))
        let page = try String(contentsOfFile: Self.package + "/man/assay-case.5", encoding: .utf8)
        var documented: [String: [String]] = [:]
        var view: String?
        for line in page.split(separator: "\n") {
            let words = line.split(separator: " ")
            if line.hasPrefix(".Ss ") {
                view = String(words[1])
                documented[String(words[1])] = []
            } else if line.hasPrefix(".It Ic "), let view {
                documented[view]?.append(String(words[2]))
            } else if line.hasPrefix(".Sh ") {
                view = nil
            }
        }
        #expect(documented == columns)
        #expect(
            page.contains("0x\(String(CaseSchema.applicationID, radix: 16)), its user version \(CaseSchema.version)"))
    }
}

extension CaseFileTests {
    /// A folder that goes when the test lets go of it.
    final class Folder {
        let path = NSTemporaryDirectory() + "assay-" + UUID().uuidString
        init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }
        deinit { try? FileManager.default.removeItem(atPath: path) }
    }

    static func policy(_ threshold: String?) throws -> ScreeningPolicy {
        let text = """
            version: 1
            local_domains: [company.example]
            trusted_relays: [198.51.100.25]
            thresholds:
              \(threshold ?? "{}")

            """
        let (node, mistakes) = PolicyDocument.parse(text, file: "policy.yaml")
        let (policy, diagnostics) = ScreeningPolicy.read([try #require(node)], catalogue: catalogue)
        return try #require(policy, "\((mistakes + diagnostics).map(\.description))")
    }

    static func records(_ policy: ScreeningPolicy) async throws -> [TransactionRecord] {
        let environment = ScreeningEnvironment(
            dns: try DNSSource("snapshot:\(package)/fixtures/dns.snapshot.ndjson").open(), state: nil)
        var records: [TransactionRecord] = []
        try await ReplayRun(
            policy: policy, environment: environment, options: .init([.path(package + "/fixtures/archive")])
        ).run(deliver: { if case .record(let record) = $0 { records.append(record) } })
        return records
    }

    static func description(_ policy: ScreeningPolicy, _ name: String) -> RunDescription {
        RunDescription(
            policyFiles: [.init(name: name, text: Bytes("version: 1\n"))], thresholds: policy.thresholds,
            sources: [.init(location: "archive", fingerprint: "same")], options: [:], isInTimeOrder: false,
            started: Timestamp(seconds: 1_700_000_000))
    }

    static func write(
        _ records: [TransactionRecord], _ policy: ScreeningPolicy, name: String = "first", to path: String
    ) throws {
        var writer = try CaseWriter(path, description(policy, name))
        #expect(writer.beginning == .new)
        for record in records { try writer.add(record) }
        try writer.finishSource(0)
        try writer.finish(at: Timestamp(seconds: 1_700_000_100))
    }

    static func rows(_ sql: String, _ path: String) throws -> [[CaseCell]] {
        var rows: [[CaseCell]] = []
        try CaseFile(reading: path).answer(sql: sql, columns: { _ in }) { cells in
            rows.append(cells)
            return true
        }
        return rows
    }
}
