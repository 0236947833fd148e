import Archives
import Foundation
import Mail
import Replay
import SMTP
import Screening
import State
import Testing
import Values

/// The recorded sessions of the fixtures, replayed.
@Suite struct TranscriptReplayTests {
    private func sessions(_ name: String) throws -> [RecordedSession] {
        let data = try Data(contentsOf: URL(fileURLWithPath: "\(Place.fixtures)/transcripts/\(name).ndjson"))
        var decoder = TranscriptDecoder(file: name)
        var assembler = TranscriptAssembler()
        var sessions: [RecordedSession] = []
        for output in decoder.consume(Bytes(Array(data))) { sessions += assembler.add(try output.get()) }
        if let last = decoder.finish() { sessions += assembler.add(try last.get()) }
        return sessions + assembler.finish()
    }

    private func records(
        of name: String, policy: ScreeningPolicy, environment: ScreeningEnvironment
    ) async throws -> [TransactionRecord] {
        let replay = TranscriptReplay(policy: policy, environment: environment)
        var records: [TransactionRecord] = []
        for session in try sessions(name) { records += await replay.records(of: session) }
        return records
    }

    /// The line that tells what became of a transaction.
    private func told(_ record: TransactionRecord) -> String {
        let verdict = record.judgement.verdict
        let symbols = record.judgement.findings.map(\.finding.symbol.name).joined(separator: " ")
        return
            "\(record.time.value?.rfc3339 ?? "-") \(record.session.client.value?.description ?? "-") "
            + "\(record.session.helo.value ?? "-") \(record.reversePath.value?.description ?? "-") "
            + "\(record.recipients.count) \(record.subject ?? "-") "
            + "\(verdict?.disposition.rawValue ?? "-") at \(verdict?.phase.rawValue ?? "-"): \(symbols)"
    }

    @Test func theOrdinarySession() async throws {
        let records = try await records(
            of: "ordinary", policy: Fixture.policy(), environment: Fixture.environment())
        #expect(
            records.map(told) == [
                "2024-05-02T07:31:04Z 192.0.2.66 out2.partner.example <olga@partner.example> 1 Order 4471 accept at message: TLS_SECURED SPF_HELO_NONE SPF_PASS DKIM_PASS DMARC_PASS"
            ])
        #expect(records.allSatisfy { $0.session.client.provenance == "observed" })
    }

    @Test func twelveRecipients() async throws {
        let records = try await records(of: "dozen", policy: Fixture.policy(), environment: Fixture.environment())
        #expect(
            records.map(told) == [
                "2024-05-03T13:01:57Z 192.0.2.66 out2.partner.example <olga@partner.example> 12 Trade fair: our stand is B 17 accept at message: TLS_SECURED SPF_HELO_NONE SPF_PASS DKIM_PASS DMARC_PASS"
            ])
    }

    /// The recorded server greylisted the first contact. Under a policy that does the same, so do we; under one that
    /// does not, the first session never came to a message, and nothing is invented.
    @Test func greylistedFirstContactAndRetry() async throws {
        let greylisting = try policy(
            "version: 1\nlocal_domains: [company.example]\nstages:\n  greylist:\n    enabled: true\n")
        let environment = try Fixture.environment(state: MemoryState())
        #expect(
            try await records(of: "greylisted", policy: greylisting, environment: environment).map(told) == [
                "2024-05-05T18:01:28Z 192.0.2.90 mail.customer.example <marta@customer.example> 1 - defer at rcpt: SPF_HELO_NONE SPF_NONE GREYLIST_FIRST",
                "2024-05-05T18:21:28Z 192.0.2.90 mail.customer.example <marta@customer.example> 1 Does the H2 fit a 30 mm pole? accept at message: SPF_HELO_NONE SPF_NONE GREYLIST_PASSED DKIM_NONE DMARC_NONE",
            ])
        let plain = try await records(
            of: "greylisted", policy: Fixture.policy(), environment: Fixture.environment())
        #expect(
            plain.map(told) == [
                "2024-05-05T18:01:28Z 192.0.2.90 mail.customer.example <marta@customer.example> 1 - accept at rcpt: SPF_HELO_NONE SPF_NONE",
                "2024-05-05T18:21:28Z 192.0.2.90 mail.customer.example <marta@customer.example> 1 Does the H2 fit a 30 mm pole? accept at message: SPF_HELO_NONE SPF_NONE DKIM_NONE DMARC_NONE",
            ])
    }

    /// A recorded verdict under the policy of then, under one that weighs otherwise, and under one that finds less: what
    /// is the same in both is not told, and of what both have only what differs.
    @Test func onlyDifferencesAreTold() async throws {
        let text = try String(contentsOfFile: "\(Place.fixtures)/transcripts/ordinary.ndjson", encoding: .utf8)
        func outcome(_ text: String, _ stages: String) async throws -> TranscriptReplay.Outcome {
            var decoder = TranscriptDecoder(file: "t")
            var assembler = TranscriptAssembler()
            var sessions: [RecordedSession] = []
            for output in decoder.consume(Bytes(text)) { sessions += assembler.add(try output.get()) }
            sessions += assembler.finish()
            let replay = TranscriptReplay(
                policy: try policy("version: 1\n" + stages), environment: try Fixture.environment(),
                answersAsRecorded: true)
            return await replay.outcome(of: try #require(sessions.first))
        }
        let then = "thresholds:\n  tag: 1\nweights:\n  TLS_SECURED: 2\n  DKIM_NONE: 1.5\n"
        let record = try #require(try await outcome(text, then).records.first)
        let close = try #require(text.range(of: #"{"event":"close""#))
        var recorded = text
        recorded.insert(
            contentsOf: #"{"event":"verdict","session":"2024-05-02-order","time":"2024-05-02T07:31:05Z","verdict":"#
                + record.json.text + "}\n", at: close.lowerBound)
        #expect(try await outcome(recorded, then).differences.isEmpty)
        let weighed = try await outcome(recorded, then.replacing("TLS_SECURED: 2", with: "TLS_SECURED: 3")).differences
        #expect(
            weighed.map(\.description) == [
                "session 2024-05-02-order, transaction 1: finding TLS_SECURED score: recorded 2, now 3",
                "session 2024-05-02-order, transaction 1: verdict score: recorded \(record.score), now \(record.score + 1)",
            ])
        let less = try await outcome(recorded, then + "stages:\n  tls: {enabled: false}\n").differences
        #expect(less.contains { $0.subject == "finding TLS_SECURED" && $0.replayed == nil }, "\(less)")
        #expect(Set(less.map(\.subject)).count == less.count, "\(less)")
    }

    /// A session that was recorded and the message as the archive keeps it: the same findings and verdict, though the
    /// archive's copy has the fields that delivery added.
    @Test func theTranscriptAndTheArchiveAgree() async throws {
        let session = try #require(
            try await records(of: "dozen", policy: Fixture.policy(), environment: Fixture.environment()).first)
        let archived = try #require(
            try await lines(
                ReplayRun.Options([Fixture.all[0]]), policy: Fixture.policy(), environment: Fixture.environment()
            ).map(object).first { ($0["source"] as? String ?? "").hasSuffix("#17") })
        #expect(archived["subject"] as? String == session.subject)
        #expect(archived["rcpt_to"] as? [String] == session.recipients.compactMap { $0.value?.address })
        let symbols = (archived["findings"] as? [[String: Any]] ?? []).map { $0["symbol"] as? String ?? "" }
        #expect(symbols == session.judgement.findings.map(\.finding.symbol.name))
        #expect(session.recipients.count == 12 && session.defects.isEmpty)
    }

    @Test func aMessageFileThatCannotBeHadLeavesItsTransactionOut() async throws {
        let lines = [
            #"{"session":"s","time":"2024-05-01T10:00:00Z","event":"connect","client":"192.0.2.1:1"}"#,
            #"{"session":"s","time":"2024-05-01T10:00:00Z","from":"server","line":"220 mx"}"#,
            #"{"session":"s","time":"2024-05-01T10:00:00Z","from":"client","line":"HELO h.example"}"#,
            #"{"session":"s","time":"2024-05-01T10:00:00Z","from":"server","line":"250 mx"}"#,
            #"{"session":"s","time":"2024-05-01T10:00:00Z","from":"client","line":"MAIL FROM:<a@b.example>"}"#,
            #"{"session":"s","time":"2024-05-01T10:00:00Z","from":"server","line":"250 ok"}"#,
            #"{"session":"s","time":"2024-05-01T10:00:00Z","from":"client","line":"RCPT TO:<u@company.example>"}"#,
            #"{"session":"s","time":"2024-05-01T10:00:00Z","from":"server","line":"250 ok"}"#,
            #"{"session":"s","time":"2024-05-01T10:00:00Z","from":"client","line":"DATA"}"#,
            #"{"session":"s","time":"2024-05-01T10:00:00Z","from":"server","line":"354 go"}"#,
            #"{"session":"s","time":"2024-05-01T10:00:00Z","event":"message","file":"m.eml"}"#,
            #"{"session":"s","time":"2024-05-01T10:00:00Z","event":"close"}"#,
        ]
        var decoder = TranscriptDecoder(file: "t")
        var assembler = TranscriptAssembler()
        var sessions: [RecordedSession] = []
        for output in decoder.consume(Bytes(lines.joined(separator: "\n") + "\n")) {
            sessions += assembler.add(try output.get())
        }
        let session = try #require(sessions.first)
        let replay = TranscriptReplay(policy: try policy(), environment: try Fixture.environment())
        let without = await replay.records(of: session)
        #expect(without.map { [$0.id, $0.subject] } == [[nil, nil]])
        let with = await replay.records(of: session) { name in
            name == "m.eml" ? Bytes("From: a@b.example\r\nSubject: from a file\r\n\r\ntext\r\n") : nil
        }
        #expect(with.map(\.subject) == ["from a file"])
    }
}

extension TransactionRecord {
    /// The score of the verdict in whole points.
    fileprivate var score: Int { (judgement.verdict?.score ?? 0) / 1000 }
}
