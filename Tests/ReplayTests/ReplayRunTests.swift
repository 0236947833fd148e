import Archives
import DNS
import Foundation
import Replay
import Screening
import State
import Synchronization
import Testing
import Values

/// The order, the selection and the simulation of a replay.
@Suite struct ReplayRunTests {
    private static let greylisting = """
        version: 1
        local_domains: [company.example]
        stages:
          greylist:
            enabled: true
          spf:
            enabled: false
          dkim:
            enabled: false
        """

    private func environment(state: MemoryState? = nil) -> ScreeningEnvironment {
        ScreeningEnvironment(dns: { _ in NoDNS() }, state: state, stateAbsence: "no state")
    }

    private func message(at time: String, from sender: String = "a@b.example", subject: String) -> String {
        """
        From \(sender) Wed May  1 00:00:00 2024
        Return-Path: <\(sender)>
        Delivered-To: u@company.example
        Received: from h.example (h.example [192.0.2.1]) by mx.company.example with ESMTP id 1; \(time)
        From: \(sender)
        Subject: \(subject)

        text


        """
    }

    @Test func theSameBytesWithAnyNumberOfJobs() async throws {
        var texts: [String] = []
        for jobs in [1, 2, 8] {
            var options = ReplayRun.Options(Fixture.all + [.path("/nonexistent"), Fixture.all[0]])
            options.jobs = jobs
            texts.append(
                try await lines(options, policy: Fixture.policy(), environment: Fixture.environment())
                    .joined(separator: "\n"))
        }
        #expect(texts[0].split(separator: "\n").count == 109 + 1 + 86)
        #expect(texts[0] == texts[1] && texts[1] == texts[2])
    }

    /// More batches than are in flight at any time, some of them with problems, keep their order.
    @Test func manyBatchesKeepTheirOrder() async throws {
        let folder = try TemporaryFolder()
        let text = (0..<2000).map { message(at: "Wed, 1 May 2024 10:00:00 +0000", subject: "\($0)") }.joined()
        var options = ReplayRun.Options([.path(try folder.write("a.mbox", text))])
        options.jobs = 8
        let subjects = try await lines(options, policy: policy(), environment: environment()).map {
            try object($0)["subject"] as? String ?? $0
        }
        #expect(subjects == (0..<2000).map(String.init))
    }

    /// What was delivered before is passed over, whichever archive it ends in.
    @Test func aStartPassesOverWhatIsKnown() async throws {
        let folder = try TemporaryFolder()
        func archive(_ name: String, _ subjects: ClosedRange<Int>) throws -> ArchiveLocation {
            let text = subjects.map { message(at: "Wed, 1 May 2024 10:00:00 +0000", subject: "\($0)") }.joined()
            return .path(try folder.write(name, text))
        }
        let locations = [
            try archive("a.mbox", 1...3), .path("/nonexistent"), try archive("b.mbox", 4...2000),
            try archive("c.mbox", 2001...2002),
        ]
        let whole = try await lines(
            ReplayRun.Options(locations), policy: policy(), environment: environment())
        #expect(whole.count == 2003)
        for (location, events, passed) in [
            (0, 0, 0), (0, 2, 2), (0, 3, 3), (1, 0, 3), (1, 1, 4), (2, 1500, 1504), (3, 1, 2002),
        ] {
            var options = ReplayRun.Options(locations)
            options.start = ReplayRun.Start(location: location, events: events)
            let rest = try await lines(options, policy: policy(), environment: environment())
            #expect(rest == Array(whole.dropFirst(passed)), "from event \(events) of archive \(location)")
        }
    }

    struct Window: Sendable, CustomTestStringConvertible {
        let since: String?
        let until: String?
        let kept: [String]
        var testDescription: String { "\(since ?? "…") to \(until ?? "…")" }
    }

    @Test(arguments: [
        Window(since: nil, until: nil, kept: ["1", "2", "3", "none"]),
        Window(since: "2024-05-02T10:00:00Z", until: nil, kept: ["2", "3", "none"]),
        Window(since: "2024-05-02T10:00:01Z", until: nil, kept: ["3", "none"]),
        Window(since: nil, until: "2024-05-02T10:00:00Z", kept: ["1", "none"]),
        Window(since: "2024-05-02", until: "2024-05-03", kept: ["2", "none"]),
        Window(since: "2025-01-01", until: nil, kept: ["none"]),
    ])
    func sinceIsIncludedAndUntilIsNot(_ window: Window) async throws {
        let folder = try TemporaryFolder()
        let text = (1...3).map { message(at: "Thu, \($0) May 2024 10:00:00 +0000", subject: "\($0)") }.joined()
        let undated = try folder.write("undated.eml", "From: a@b.example\nSubject: none\n\ntext\n")
        for inTimeOrder in [false, true] {
            var options = ReplayRun.Options([.path(try folder.write("a.mbox", text)), .path(undated)])
            options.since = window.since.flatMap { Timestamp(rfc3339: $0) }
            options.until = window.until.flatMap { Timestamp(rfc3339: $0) }
            options.inTimeOrder = inTimeOrder
            let all = try await lines(options, policy: policy(), environment: environment())
            #expect(all.count == 4)
            #expect(try all.filter { $0 != "skipped" }.map { try object($0)["subject"] as? String } == window.kept)
        }
    }

    @Test func labelsByIdWinOverTheGeneralOne() async throws {
        let folder = try TemporaryFolder()
        let text = ["1", "2"].map { message(at: "Wed, 1 May 2024 10:00:00 +0000", subject: $0) }.joined()
        var options = ReplayRun.Options([.path(try folder.write("a.mbox", text))])
        let first = try #require(try await lines(options, policy: policy(), environment: environment()).first)
        options.labels = [try #require(try object(first)["id"] as? String): "spam"]
        options.label = "ham"
        let labels = try await lines(options, policy: policy(), environment: environment()).map {
            try object($0)["label"] as? String
        }
        #expect(labels == ["spam", "ham"])
    }

    /// Two archives whose messages interleave in time: a greylist sees first contacts and retries as they happened.
    @Test func simulationFollowsEventTimeAcrossArchives() async throws {
        let folder = try TemporaryFolder()
        let first = try folder.write(
            "retries.mbox",
            message(at: "Wed, 1 May 2024 10:20:00 +0000", subject: "a, after 20 minutes")
                + message(at: "Wed, 1 May 2024 10:06:00 +0000", from: "c@d.example", subject: "c, after a minute"))
        let second = try folder.write(
            "contacts.mbox",
            message(at: "Wed, 1 May 2024 10:05:00 +0000", from: "c@d.example", subject: "c, first contact")
                + message(at: "Wed, 1 May 2024 10:00:00 +0000", subject: "a, first contact"))
        var options = ReplayRun.Options([.path(first), .path(second)])
        options.inTimeOrder = true
        var runs: [[String]] = []
        for _ in 0..<2 {
            runs.append(
                try await lines(
                    options, policy: policy(Self.greylisting), environment: environment(state: MemoryState())))
        }
        #expect(runs[0] == runs[1])
        let told = try runs[0].map { line in
            let record = try object(line)
            let verdict = record["verdict"] as? [String: Any]
            return "\(record["subject"] ?? ""): \(verdict?["disposition"] ?? "")"
        }
        #expect(
            told == [
                "a, first contact: defer", "c, first contact: defer", "c, after a minute: defer",
                "a, after 20 minutes: accept",
            ])
    }

    /// What a plain replay cannot know it says, rather than treating every sender as new.
    @Test func withoutStateTheGreylistIsNotEvaluated() async throws {
        let folder = try TemporaryFolder()
        let file = try folder.write("a.mbox", message(at: "Wed, 1 May 2024 10:00:00 +0000", subject: "x"))
        let line = try #require(
            try await lines(
                ReplayRun.Options([.path(file)]), policy: policy(Self.greylisting), environment: environment()
            ).first)
        #expect(line.contains(#"{"reason":"no state","stage":"greylist"}"#))
        #expect(line.contains(#""disposition":"accept""#))
    }

    /// Messages whose time nobody tells come last, in the order of the archives.
    @Test func unknownTimesComeLast() async throws {
        let folder = try TemporaryFolder()
        let paths = try [
            folder.write("1.eml", "Subject: none 1\nFrom: a@b.example\n\n"),
            folder.write("2.eml", "Subject: late\nDate: Thu, 2 May 2024 10:00:00 +0000\nFrom: a@b.example\n\n"),
            folder.write("3.eml", "Subject: none 2\nFrom: a@b.example\n\n"),
            folder.write("4.eml", "Subject: early\nDate: Wed, 1 May 2024 10:00:00 +0000\nFrom: a@b.example\n\n"),
        ]
        var options = ReplayRun.Options(paths.map { .path($0) })
        options.inTimeOrder = true
        let subjects = try await lines(options, policy: policy(), environment: environment()).map {
            try object($0)["subject"] as? String
        }
        #expect(subjects == ["early", "late", "none 1", "none 2"])
    }

    /// What fails to be delivered ends the run: nothing is screened for nobody.
    @Test(arguments: [false, true]) func aFailedDeliveryEndsTheRun(_ inTimeOrder: Bool) async throws {
        struct Full: Error {}
        var options = ReplayRun.Options(Fixture.all)
        options.inTimeOrder = inTimeOrder
        let run = ReplayRun(policy: try Fixture.policy(), environment: try Fixture.environment(), options: options)
        var delivered = 0
        await #expect(throws: Full.self) {
            try await run.run(deliver: { _ in
                delivered += 1
                if delivered == 3 { throw Full() }
            })
        }
        #expect(delivered == 3)
    }

    @Test func progressCountsMessagesAndBytes() async throws {
        var last = (messages: 0, bytes: 0)
        let run = ReplayRun(
            policy: try Fixture.policy(), environment: try Fixture.environment(),
            options: ReplayRun.Options([Fixture.all[0]]))
        try await run.run(
            deliver: { _ in },
            progress: { progress in
                #expect(progress.messages >= last.messages && progress.bytes >= last.bytes)
                last = (progress.messages, progress.bytes)
            })
        let size = try FileManager.default.attributesOfItem(atPath: Fixture.archive + "inbound.mbox")[.size] as? Int
        #expect(last.messages == 86 && last.bytes == size)
    }

    /// Lines written beside the screening, and what is kept of records there, are the same, in the same order, as those
    /// of records handed out: one after another, whether that is only of them or of the records too.
    @Test(arguments: [1, 3], [false, true]) func whatIsMadeBesideComesInItsTurn(_ jobs: Int, _ handsOut: Bool)
        async throws
    {
        var options = ReplayRun.Options(Fixture.all)
        options.jobs = jobs
        options.until = Timestamp(rfc3339: "2024-05-10T00:00:00Z")
        let (policy, environment) = (try Fixture.policy(), try Fixture.environment())
        let expected = try await lines(options, policy: policy, environment: environment)
        options.write = { record, output in
            record.write(to: &output)
            output.append(.lf)
        }
        options.keep = { KeptLines() }
        options.handsOutRecords = handsOut
        var (written, kept, handedOut): ([String], [String], [String]) = ([], [], [])
        var messages = 0
        func both(_ text: String) {
            written.append(text)
            kept.append(text)
        }
        try await ReplayRun(policy: policy, environment: environment, options: options).run(
            deliver: { event in
                switch event {
                case .skipped: both("skipped")
                case .problem(let problem): both("problem: \(problem)")
                case .kept(let keeper): kept += try #require(keeper as? KeptLines).lines
                case .record(let record): handedOut.append(record.json.text)
                default: throw Unexpected()
                }
            },
            written: { output in
                written += String(decoding: output, as: UTF8.self).split(separator: "\n").map(String.init)
            },
            progress: { messages = $0.messages })
        #expect(written == expected)
        #expect(kept == expected)
        #expect(handedOut == (handsOut ? expected.filter { $0.hasPrefix("{") } : []))
        #expect(messages == expected.count && expected.contains("skipped"))
    }

    private struct KeptLines: RecordKeeper {
        private(set) var lines: [String] = []

        mutating func add(_ record: TransactionRecord) { lines.append(record.json.text) }
    }

    private struct Unexpected: Error {}
}
