import Mail
import SMTP
import Screening
import Testing
import Values

@testable import assayd

@Suite struct VerdictLineTests {
    private static func record(helo: String, recipients: Int = 1) -> TransactionRecord {
        var session = Session(id: "abc-1", client: .observed(.v4(0xC000_0201)))
        session.helo = .observed(helo)
        var record = TransactionRecord(
            source: "abc-1", session: session, judgement: TransactionRecord.Judgement())
        record.reversePath = .observed(SMTPPath.null)
        record.recipients = (0..<recipients).map { _ in .observed(SMTPPath.null) }
        record.answer = SMTPReply(
            code: 451, enhanced: EnhancedStatus(class: 4, subject: 3, detail: 0), text: "not \"now\"")
        return record
    }

    @Test(arguments: [
        ("c.example", "helo=c.example"), ("a b", "helo=\"a b\""), ("a\"b\\", "helo=\"a\\\"b\\\\\""),
    ])
    func eachValueIsOneWord(helo: String, word: String) {
        let line = VerdictLine(VerdictLineTests.record(helo: helo), at: Timestamp(seconds: 0)).text
        #expect(
            line.hasPrefix("1970-01-01T00:00:00Z session=abc-1 client=192.0.2.1 \(word) from=<> "), "\(line)")
        #expect(line.contains(" verdict=none score=0 reply=\"451 4.3.0 not \\\"now\\\"\""), "\(line)")
        #expect(!line.contains("shadow"))
    }

    @Test func shadowIsSaid() {
        let line = VerdictLine(VerdictLineTests.record(helo: "c"), at: Timestamp(seconds: 0), isShadow: true).text
        #expect(line.hasSuffix(" shadow=yes"))
    }

    /// Whoever asks why a recipient got nothing finds it in the log.
    @Test func refusedRecipientsAreNamed() {
        var record = VerdictLineTests.record(helo: "c")
        record.answer = nil
        record.refusals = [("a@local.example", 451), ("b@local.example", 550)].map { address, code in
            TransactionRecord.Refusal(
                address,
                SMTPReply(code: code, enhanced: EnhancedStatus(class: code / 100, subject: 1, detail: 1), text: "no"))
        }
        record.discarded = ["c@local.example"]
        let line = VerdictLine(record, at: Timestamp(seconds: 0)).text
        #expect(line.contains(" discarded=c@local.example "), "\(line)")
        #expect(line.contains(" refused=a@local.example:451,b@local.example:550 "), "\(line)")
        #expect(line.contains(" reply=\"550 5.1.1 no\""), "\(line)")
    }
}

@Suite struct SessionNumbersTests {
    @Test func noNameComesTwice() {
        let numbers = SessionNumbers(start: Service.now)
        let names = (0..<100).map { _ in numbers.next() }
        #expect(Set(names).count == 100)
    }
}
