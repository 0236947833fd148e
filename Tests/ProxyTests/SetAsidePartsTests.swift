import Mail
import Screening
import Testing
import Values

@testable import Proxy

/// Parts that are taken out of a message and kept, in a message of their own.
@Suite struct SetAsidePartsTests {
    private static let message = Message(
        Bytes(
            [
                "Received: from a", "From: =?utf-8?Q?M=C3=BCller=2C?= Ann <ann@partner.example>", "Subject: files",
                "Message-ID: <1@partner.example>", "MIME-Version: 1.0", "Content-Type: multipart/mixed; boundary=b", "",
                "--b", "Content-Type: text/plain", "", "See the files.", "--b",
                "Content-Type: application/octet-stream; name=a.exe", "Content-Transfer-Encoding: base64", "", "TVo=",
                "--b", "Content-Type: text/plain; charset=utf-8; name=b.txt", "Content-Transfer-Encoding: 8bit", "",
                "gr\u{FC}n", "--b--", "",
            ].joined(separator: "\r\n")))

    private static func takenOut(_ path: String, isKept: Bool = true) -> Effect {
        let span = message.mime.part(at: path)?.range ?? 0..<0
        return .editContent(.takeOut(path: path, span: span, note: "gone", isKept: isKept))
    }

    private func parts(_ effects: [Effect]) -> SetAsideParts? {
        let delivery = Delivery(
            message: SetAsidePartsTests.message, transaction: Transaction(session: Session(id: "s", client: .absent)),
            accepted: [0], disposition: .accept, effects: effects, judgement: TransactionRecord.Judgement(),
            time: Timestamp(seconds: 0))
        return SetAsideParts(of: delivery, hostname: "mx.company.example")
    }

    @Test func nothingIsKeptUnasked() {
        #expect(parts([]) == nil)
        #expect(parts([SetAsidePartsTests.takenOut("2", isKept: false)]) == nil)
        #expect(parts([.editContent(.takeOut(path: "2", span: 0..<3, note: "", isKept: true))]) == nil, "another part")
        #expect(parts([SetAsidePartsTests.takenOut("9")]) == nil)
    }

    @Test func partsAreKeptByteForByte() throws {
        let effects = ["3", "2", "3"].map { SetAsidePartsTests.takenOut($0) }
        let kept = try #require(parts(effects))
        #expect(kept.parts.map(\.path) == ["2", "3"] && kept.parts.map(\.name) == ["a.exe", "b.txt"])
        let (whole, message) = (SetAsidePartsTests.message, Message(kept.content))
        #expect(message.mime.defects.isEmpty)
        let pieces = message.mime.parts.filter { $0.parent == 0 }
        #expect(pieces.count == 3)
        for (piece, path) in zip(pieces.dropFirst(), ["2", "3"]) {
            #expect(message.bytes[piece.range] == whole.bytes[try #require(whole.mime.part(at: path)).range])
        }
        #expect(message.header.first("From")?.bytes == whole.header.first("From")?.bytes)
        #expect(message.header.first("Received") == nil)
        #expect(message.header.first("In-Reply-To")?.text == "<1@partner.example>")
        #expect(message.header.first("Message-ID")?.text.hasSuffix(".parts@mx.company.example>") ?? false)
        #expect(pieces[0].decodedText(in: message).contains("a.exe"))
    }

    /// The whole content of a message is no part: it is kept with its header.
    @Test func theWholeContentIsKeptAsAMessage() throws {
        let kept = try #require(parts([SetAsidePartsTests.takenOut("TEXT")]))
        let message = Message(kept.content)
        let piece = try #require(message.mime.parts.filter { $0.parent == 0 }.last)
        #expect(piece.contentType.mediaType == "message/rfc822")
        #expect(message.bytes[piece.bodyRange] == SetAsidePartsTests.message.bytes)
    }
}
