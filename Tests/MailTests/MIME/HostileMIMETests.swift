import Mail
import Testing
import Values

/// Input made to exhaust a reader: each must end quickly, in bounded memory, with its defect named. The limits on time
/// are wide (an unoptimised build on a busy machine), narrow enough to catch anything quadratic.
@Suite(.serialized) struct HostileMIMETests {
    static func lines(_ count: Int, _ line: (Int) -> String) -> String { (0..<count).map(line).joined() }

    @Test(.timeLimit(.minutes(10))) func nestedMultiparts() {
        let nested = HostileMIMETests.lines(5000) { "Content-Type: multipart/mixed; boundary=b\($0)\n\n--b\($0)\n" }
        for padding in ["", HostileMIMETests.lines(100_000) { "--b\($0 % 5000)x\n\n" }] {
            let tree = Message(Bytes(nested + "\ntext\n" + padding)).mime
            #expect(tree.parts.map(\.depth).max() == MIMELimits.default.depth)
            #expect(tree.defects.contains(.tooDeep))
            #expect(tree.violations() == [])
        }
    }

    @Test(.timeLimit(.minutes(10))) func nestedWithOneBoundary() {
        let part = "Content-Type: multipart/mixed; boundary=b\n\n--b\n"
        let tree = Message(Bytes(String(repeating: part, count: 5000) + "\ntext")).mime
        #expect(tree.defects.contains(.tooDeep))
        #expect(tree.violations() == [])
    }

    @Test(.timeLimit(.minutes(10))) func nestedMessages() {
        let tree = Message(Bytes(String(repeating: "Content-Type: message/rfc822\n\n", count: 5000) + "\ntext")).mime
        #expect(tree.parts.count == MIMELimits.default.depth + 1)
        #expect(tree.defects.names == ["too-deep"])
    }

    @Test(.timeLimit(.minutes(10)), arguments: [9_999, 10_000, 50_000]) func emptyParts(count: Int) {
        let text =
            "Content-Type: multipart/mixed; boundary=b\n\n" + String(repeating: "--b\n", count: count) + "--b--\n"
        let tree = Message(Bytes(text)).mime
        #expect(tree.parts.count == 10_000)
        #expect(tree.defects.contains(.tooManyParts) == (count > 9_999))
        #expect(tree.violations() == [])
    }

    @Test(.timeLimit(.minutes(10))) func partsInLargeMessage() {
        let text = String(repeating: "x", count: 1000)
        let body = HostileMIMETests.lines(9_000) { "--b\nX: \($0)\n\n" + text + "\n" }
        let tree = Message(Bytes("Content-Type: multipart/mixed; boundary=b\n\n" + body + "--b--")).mime
        #expect(tree.parts.count == 9_001)
        #expect(tree.defects.isEmpty)
    }

    @Test(.timeLimit(.minutes(10))) func delimitersThatReadAsFields() {
        let body = HostileMIMETests.lines(200_000) { "--b:\($0)\n" }
        let tree = Message(Bytes("Content-Type: multipart/mixed; boundary=\"b:\"\n\n" + body)).mime
        #expect(tree.defects.contains(.tooManyParts))
        #expect(tree.violations() == [])
    }

    @Test(.timeLimit(.minutes(10))) func longBoundary() {
        let boundary = String(repeating: "b", count: 10_000)
        let almost = "--" + boundary.dropLast() + "\n"
        let text =
            "Content-Type: multipart/mixed; boundary=\(boundary)\n\n--\(boundary)\n\n1\n"
            + String(repeating: almost, count: 500)
        let tree = Message(Bytes(text + "--\(boundary)--\n")).mime
        #expect(tree.shape() == "M[L]")
        #expect(tree.defects.names == ["long-boundary"])
    }

    @Test(.timeLimit(.minutes(10))) func headerLikeBodies() {
        let fields = String(repeating: "X-Field: value\n", count: 200_000)
        let head = "Content-Type: multipart/mixed; boundary=b\n\n--b\n"
        let tree = Message(Bytes(head + fields + "\nbody\n--b--\n")).mime
        #expect(tree.shape() == "M[L]")
        #expect(tree.defects.names == ["header-too-large"])
        let nested = HostileMIMETests.lines(100) { "Content-Type: multipart/mixed; boundary=b\($0)\nX\n--b\($0)\n" }
        #expect(Message(Bytes(nested + fields)).mime.violations() == [])
    }

    @Test(.timeLimit(.minutes(10))) func encodedMessages() {
        // base64 of a message that holds base64 of a message …, deeper than the limit.
        var bytes = Array("Subject: core\n\ncore\n".utf8)
        for _ in 0..<6 {
            bytes =
                Array("Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n".utf8)
                + Array(TransferDecoderTests.encodeBase64(bytes).utf8)
        }
        let tree = Message(Bytes(bytes)).mime
        #expect(tree.shape() == "R(R(R(L)))")
        #expect(tree.defects.names == ["encoded-message-skipped"])
        #expect(tree.violations() == [])

        let one = "--b\nContent-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\nU3ViamVjdDogaGkKCmhp\n"
        let many = "Content-Type: multipart/mixed; boundary=b\n\n" + String(repeating: one, count: 4_999)
        #expect(Message(Bytes(many)).mime.parts.count == 9_999)
    }

    @Test(.timeLimit(.minutes(10))) func parameters() {
        for value in [
            String(repeating: "a=b;", count: 250_000), String(repeating: "(", count: 1_000_000),
            String(repeating: "a (", count: 300_000),
            "x=" + String(repeating: "a (b", count: 250_000), "x=" + String(repeating: " a", count: 500_000),
            String(repeating: "n*1=x;", count: 150_000), HostileMIMETests.lines(100_000) { "n*\($0)=x;" },
            HostileMIMETests.lines(100_000) { "n\($0)=x;" }, "x=\"" + String(repeating: "\\", count: 1_000_000),
            String(repeating: "=", count: 1_000_000), String(repeating: ";", count: 1_000_000),
        ] {
            #expect(ContentType(Bytes("text/plain; " + value)).mediaType == "text/plain")
        }
    }

    @Test(
        .timeLimit(.minutes(10)),
        arguments: [
            "=?", "=?a?Q?x", "=?a?Q?", "=?utf-8?Q?a?=", "=?utf-8?Q?a?= ", "=?utf-8?B?", "=?utf-8", "?=", "=?utf-8?Q?=",
        ]) func encodedWords(piece: String)
    {
        let text = String(repeating: piece, count: 1_000_000 / piece.utf8.count)
        #expect(EncodedWords.decode(Bytes(text)).utf8.count <= text.utf8.count)
    }

    @Test(.timeLimit(.minutes(10))) func alternatingCharsets() {
        let text = String(repeating: "=?koi8-r?Q?=C1?= =?euc-kr?Q?=C7=D1?= ", count: 5_000)
        #expect(EncodedWords.decode(Bytes(text)).count == 10_000 + 1)
    }

    @Test(
        .timeLimit(.minutes(10)),
        arguments: [
            "<", "&", "<a ", "<a>", "<div>", "</div>", "<a href=\"", "<!", "<!--", "<!-- -", "</", "<script>",
            "<title>", "<a b=c ", "&#", "&#x",
            "&amp", "&nbsp;", "&thetasy", "<br>", "<pre>", "<td>", "</script", "<textarea></textare", "\"'", "\0",
            "<a href=x>", "<img alt=x>",
        ]) func html(piece: String)
    {
        let html = String(repeating: piece, count: 1_000_000 / piece.utf8.count)
        let got = HTMLText.render(html)
        #expect(got.text.utf8.count <= html.utf8.count)
        #expect(got.links.count <= HTMLLimits.default.links)
    }

    @Test(.timeLimit(.minutes(10)), arguments: ["base64", "quoted-printable"]) func garbage(encoding: String) {
        var generator = SplitMix(state: 7)
        let noise = (0..<1_000_000).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
        let head = Array("Content-Type: text/html; charset=gb18030\nContent-Transfer-Encoding: \(encoding)\n\n".utf8)
        let message = Message(Bytes(head + noise))
        let part = message.mime.root
        #expect(!part.decoded(in: message).defects.isEmpty)
        #expect(part.decodedText(in: message).utf8.count < 8_000_000)
    }

    /// Real structures with bytes changed, cut and doubled: every tree stays consistent, every decoder ends.
    @Test(.timeLimit(.minutes(10)), arguments: 0..<200) func mutations(seed: UInt64) {
        var generator = SplitMix(state: seed)
        let sources = MIMETreeTests.structures
        var bytes = Array(sources[Int(generator.next() % UInt64(sources.count))].lines.joined(separator: "\r\n").utf8)
        for _ in 0..<1 + generator.next() % 8 where !bytes.isEmpty {
            let place = Int(generator.next() % UInt64(bytes.count))
            let end = min(place + Int(generator.next() % 40), bytes.count)
            switch generator.next() % 5 {
            case 0: bytes[place] = UInt8(truncatingIfNeeded: generator.next())
            case 1: bytes.removeSubrange(place..<end)
            case 2: bytes.insert(contentsOf: bytes[place..<end], at: place)
            case 3: bytes[place] = 0
            default: bytes.insert(.lf, at: place)
            }
        }
        let message = Message(Bytes(bytes))
        let tree = message.mime
        #expect(tree.violations() == [])
        for part in tree.parts {
            _ = part.decodedText(in: message)
            for field in part.header { _ = field.decodedText }
        }
        _ = tree.visibleText()
    }
}
