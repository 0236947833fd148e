import Mail
import Policy
import Screening
import Testing
import Values

@testable import Proxy

/// The fields that SpamAssassin writes, as rules of users look for them.
@Suite struct SpamReportFieldsTests {
    private static func edited(_ text: String, _ disposition: Disposition, required: Int? = 5_000) -> [String] {
        var editor = MessageEditor(addsVerdictField: false)
        editor.spamFields = SpamReportFields(hostname: "mx.example", program: "assay 1.2", required: required)
        return editor.edited(MessageEditorTests.delivery([], disposition, text: text)).lossyString
            .split(separator: "\r\n").map(String.init)
    }

    @Test func taggedMessagesAreSpam() {
        let lines = SpamReportFieldsTests.edited("Subject: x\r\n\r\nbody\r\n", .tag)
        #expect(
            lines == [
                "X-Spam-Flag: YES", "X-Spam-Checker-Version: assay 1.2 on mx.example",
                "X-Spam-Status: Yes, score=0.0 required=5.0 tests=none autolearn=unavailable",
                " version=1.2", "X-Spam-Report: none", "Subject: x", "body",
            ])
    }

    @Test func othersAreNot() {
        let lines = SpamReportFieldsTests.edited("Subject: x\r\n\r\nbody\r\n", .accept, required: nil)
        #expect(
            lines == [
                "X-Spam-Checker-Version: assay 1.2 on mx.example",
                "X-Spam-Status: No, score=0.0 required=none tests=none autolearn=unavailable", " version=1.2",
                "Subject: x", "body",
            ])
    }

    @Test func testsStandTogether() {
        #expect(SpamReportFields.list(["A", "B"]) == "A,B")
        let names = (0..<40).map { "TEST_NUMBER_\($0)" }
        let words = SpamReportFields.list(names).split(separator: " ")
        #expect(words.joined() == names.joined(separator: ","))
        #expect(words.count > 5 && words.dropLast().allSatisfy { $0.hasSuffix(",") && $0.utf8.count <= 61 })
    }

    /// What anybody wrote would pass for ours.
    @Test(arguments: ["X-Spam-Status: No", "x-spam-flag: NO", "X-SPAM-Whatever: 1\r\n folded"])
    func fieldsOfOthersAreLeftOut(field: String) {
        let lines = SpamReportFieldsTests.edited("\(field)\r\nX-Spammer: stays\r\nSubject: x\r\n\r\nbody\r\n", .accept)
        #expect(lines.suffix(3) == ["X-Spammer: stays", "Subject: x", "body"])
        #expect(lines.count == 6)
    }

    /// What is released from quarantine goes on without a verdict, and without one that somebody else made up.
    @Test(arguments: [true, false])
    func releasedMailHasNoForgedVerdict(removesSpamFields: Bool) {
        var editor = MessageEditor(addsVerdictField: false)
        (editor.removesVerdicts, editor.removesSpamFields) = (true, removesSpamFields)
        let text = "X-Assay-Verdict: accept\r\nX-Spam-Status: No\r\nSubject: x\r\n\r\nbody\r\n"
        let edited = editor.edited(MessageEditorTests.delivery([], .accept, text: text)).lossyString
        #expect(edited == (removesSpamFields ? "" : "X-Spam-Status: No\r\n") + "Subject: x\r\n\r\nbody\r\n")
    }

    /// Of recipients with scores of their own, the one counts whose outcome holds.
    @Test func recipientsScoresAreNotAddedUp() {
        func found(_ symbol: Symbol, _ weight: Int, _ scope: Finding.Scope) -> WeighedFinding {
            WeighedFinding(
                stage: "bayes", phase: .message, finding: Finding(symbol, scope: scope),
                weight: Placed(weight, at: .builtIn), action: Placed(.score, at: .builtIn))
        }
        let findings = [
            found("PILLS", 500, .transaction), found("BAYES_001", -14_500, .recipient(0)),
            found("BAYES_998", 5_700, .recipient(1)), found("BAYES_998", 5_700, .recipient(2)),
        ]
        let verdict = Verdict(phase: .message, disposition: .tag, score: 6_200, reply: nil, grounds: [])
        let judgement = TransactionRecord.Judgement(
            findings: findings, effects: [], notEvaluated: [], evaluations: [], verdicts: [verdict])
        let known = MessageEditorTests.delivery([], .tag, text: "Subject: x\r\n\r\nbody\r\n")
        let delivery = Delivery(
            message: known.message, transaction: known.transaction, accepted: [0, 1, 2], disposition: .tag,
            effects: [], judgement: judgement, time: known.time)
        var editor = MessageEditor()
        editor.spamFields = SpamReportFields(hostname: "mx.example", program: "assay 1.2", required: 5_000)
        let text = editor.edited(delivery).lossyString
        #expect(text.contains("X-Spam-Status: Yes, score=6.2 required=5.0 tests=PILLS,BAYES_998"))
        #expect(text.contains("X-Spam-Level: ******\r\n"))
        #expect(text.contains("*   5.7 BAYES_998") && !text.contains("BAYES_001"))
        #expect(text.contains("X-Assay-Verdict: tag; score=6.2; symbols=PILLS, BAYES_998"))
    }
}
