import Archives
import Foundation
import Replay
import Reports
import Screening
import Testing

@Suite struct ReplaySummaryTests {
    private func summary(_ numbers: [Int], label: (Int) -> String?) async throws -> ReplaySummary {
        var summary = ReplaySummary()
        for number in numbers {
            var record = await ReplayRun.record(
                of: try Fixture.entry("inbound.mbox", number), policy: try Fixture.policy(),
                environment: try Fixture.environment())
            record.label = label(number)
            summary.add(record)
        }
        return summary
    }

    @Test func nothing() {
        #expect(ReplaySummary().text == "0 messages\n")
    }

    @Test func onlyProblems() {
        var summary = ReplaySummary()
        summary.addProblem()
        #expect(summary.text == "0 messages, 1 part unreadable (see the errors)\n")
        summary.addProblem()
        summary.addSkipped()
        #expect(summary.text == "0 messages, 1 outside the time asked for, 2 parts unreadable (see the errors)\n")
    }

    @Test func aSmallRun() async throws {
        var summary = try await summary([1, 14, 38, 52, 53, 76]) { $0 == 14 ? "spam" : $0 == 76 ? nil : "ham" }
        summary.addSkipped()
        #expect(summary.text == Expected.summary)
    }

    /// Sessions in which nobody sent anything are no accepted messages.
    @Test func sessionsWithoutAMessageAreCountedApart() {
        var summary = ReplaySummary()
        let record = TransactionRecord(source: "s", session: Session(id: "s"), judgement: .init())
        for _ in 0..<3 { summary.add(record) }
        #expect(summary.total.all == 0 && summary.withoutMessage == 3)
        #expect(summary.text.hasPrefix("0 messages, 3 sessions without a message\n"), "\(summary.text)")
        #expect(!summary.text.contains("What became of them"))
        var message = record
        message.size = 10
        summary.add(message)
        #expect(summary.total.all == 1 && summary.withoutMessage == 3)
    }

    /// What comes from a message cannot break the table.
    @Test func provenanceIsMadeSafe() {
        var summary = ReplaySummary()
        let source = HeaderSource(field: "X\u{1B}[2J\n", range: nil)
        var record = TransactionRecord(source: "s", session: Session(id: "s"), judgement: .init())
        record.session.helo = .reconstructed("h", from: source)
        summary.add(record)
        #expect(summary.text.contains("X\\x1b[2J\\x0a 1\n"))
    }
}

@Suite struct ExplanationTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let archive: String
        let number: Int
        let text: String
        var testDescription: String { "\(archive)#\(number)" }
    }

    @Test(arguments: [
        Case(archive: "inbound.mbox", number: 14, text: Expected.forged),
        Case(archive: "inbound.mbox", number: 53, text: Expected.weak),
        Case(archive: "single/no-time.eml", number: 1, text: Expected.unknown),
        Case(archive: "inbound.mbox", number: 76, text: Expected.defective),
    ])
    func theWholeStory(_ item: Case) async throws {
        let entry = try Fixture.entry(item.archive, item.number)
        let policy = try Fixture.policy()
        let record = await ReplayRun.record(of: entry, policy: policy, environment: try Fixture.environment())
        #expect(Explanation(record, policy: policy, message: entry.message).text == item.text)
    }
}
