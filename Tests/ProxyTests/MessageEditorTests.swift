import Foundation
import Mail
import Screening
import Testing
import Values

@testable import Proxy

@Suite struct MessageEditorTests {
    static let text = "Received: a\r\nX-Old: 1\r\n folded\r\nSubject: x\r\n\r\nbody\u{0}\r\nlast"

    static func delivery(_ effects: [Effect], _ disposition: Disposition = .accept, text: String = text) -> Delivery {
        Delivery(
            message: Message(Bytes(text)), transaction: Transaction(session: Session(id: "s", client: .absent)),
            accepted: [0], disposition: disposition, effects: effects, judgement: TransactionRecord.Judgement(),
            time: Timestamp(seconds: 0))
    }

    static func edited(_ effects: [Effect], _ disposition: Disposition = .accept) -> String {
        MessageEditor().edited(delivery(effects, disposition)).lossyString
    }

    @Test func nothingAskedNothingChanged() {
        #expect(MessageEditorTests.edited([]) == MessageEditorTests.text)
        #expect(
            MessageEditorTests.edited([.delayReply(.seconds(1)), .limitRate(bytesPerSecond: 5)])
                == MessageEditorTests.text)
    }

    @Test func fieldsStandOnTopTheLastOneFirst() {
        #expect(
            MessageEditorTests.edited([.addHeader(name: "X-A", value: "1"), .addHeader(name: "X-B", value: "2")])
                == "X-B: 2\r\nX-A: 1\r\n" + MessageEditorTests.text)
    }

    @Test(arguments: [
        ([13..<32], "Received: a\r\nSubject: x\r\n\r\nbody\u{0}\r\nlast"),
        ([32..<44, 0..<13], "X-Old: 1\r\n folded\r\n\r\nbody\u{0}\r\nlast"),
        // The same span twice, and one that is none of the message.
        ([0..<13, 0..<13, 1000..<2000], "X-Old: 1\r\n folded\r\nSubject: x\r\n\r\nbody\u{0}\r\nlast"),
    ])
    func fieldsAreLeftOut(spans: [Range<Int>], text: String) {
        #expect(MessageEditorTests.edited(spans.map { .removeHeader(name: "X", span: $0) }) == text)
    }

    /// Whatever a value holds, it stays one field.
    @Test(arguments: [
        ("a\r\nBcc: evil@example.org", "X: a Bcc: evil@example.org\r\n"), ("a\r\n\r\nbody", "X: a body\r\n"),
        ("\u{0}\u{1}a\u{7F}b", "X: a b\r\n"), ("", "X:\r\n"), ("two  spaces", "X: two spaces\r\n"),
    ])
    func noValueEndsItsField(value: String, field: String) {
        #expect(String(decoding: HeaderWriting.structuredField("X", value), as: UTF8.self) == field)
    }

    /// RFC 5322 §2.1.1: 78 characters where the words allow, and every line but the first begins with a space.
    @Test func longValuesAreFolded() {
        let value = (0..<40).map { "word\($0)" }.joined(separator: " ")
        let text = String(decoding: HeaderWriting.structuredField("Authentication-Results", value), as: UTF8.self)
        let lines = text.components(separatedBy: "\r\n").dropLast()
        #expect(lines.count > 2)
        #expect(lines.allSatisfy { $0.utf8.count <= 78 })
        #expect(lines.dropFirst().allSatisfy { $0.hasPrefix(" ") && !$0.hasPrefix("  ") })
        #expect(text.replacing("\r\n", with: "") == "Authentication-Results: \(value)")
        let long = String(repeating: "x", count: 200)
        #expect(String(decoding: HeaderWriting.structuredField("X", long), as: UTF8.self) == "X: \(long)\r\n")
    }
}
