import Mail
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
}
