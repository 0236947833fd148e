import Mail
import Testing
import Values

/// Messages that are put whole into a part, with a disclaimer beside it.
@Suite struct EnclosingTests {
    @Test(arguments: [
        "Subject: x\r\nContent-Type: multipart/signed; boundary=b\r\n\r\n--b\r\n\r\nx \r\n--b\r\n\r\ns\r\n--b--\r\n",
        "Content-Type: application/pkcs7-mime\r\nContent-Transfer-Encoding: base64\r\nSubject: x\r\n\r\nMIAG\r\n",
        "Subject: x\r\n\r\nno fields\r\n", "Subject: x\r\n", "", "\r\nbody",
        "Subject: x\n\nlines in LF, none at the end", "Subject: x\n\nlines in LF, a CR at the end\r",
        "Content-Type: text/plain; charset=x-nobody-knows\r\nContent-Transfer-Encoding: 8bit\r\n\r\n\u{E9}\r\n",
        // A boundary that would have been chosen.
        "Content-Type: multipart/mixed; boundary=\"=_enclosed_200_\"\r\n\r\n--=_enclosed_200_\r\n\r\nx\r\n--=_enclosed_200_--\r\n",
    ]) func contentIsWhole(source: String) throws {
        for place in Disclaimer.Place.allCases {
            let message = Message(Bytes(source.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }))
            let (tree, root) = (message.mime, message.mime.root)
            var edits = MessageEdits(message)
            try edits.enclose(with: Disclaimer(text: "Grüße\n.", place: place), in: tree)
            let (bytes, undo) = edits.applied()
            #expect(MessageEditsTests.undone(bytes, undo) == message.bytes)
            let changed = Message(bytes)
            let new = changed.mime
            #expect(
                new.defects.isEmpty && new.root.contentType.mediaType == "multipart/mixed",
                "\(changed.bytes.lossyString)")
            #expect(new.root.children.count == 2)
            let (kept, note) =
                place == .bottom
                ? (new.parts[new.root.children[0]], new.parts[new.root.children[1]])
                : (new.parts[new.root.children[1]], new.parts[new.root.children[0]])
            #expect(kept.encodedBody(in: changed) == root.encodedBody(in: message))
            #expect(kept.contentType.mediaType == root.contentType.mediaType)
            #expect(kept.transferEncoding == root.transferEncoding)
            #expect(note.decodedText(in: changed) == "Grüße\n.")
            #expect(changed.header.first("Subject")?.decodedText == message.header.first("Subject")?.decodedText)
            #expect(changed.header.all("Content-Type").count == 1)
        }
    }

    @Test func aMessageWrittenHereCanBeRead() throws {
        let inner = Bytes("Subject: inner\r\n\r\n=_enclosed_33_ \u{E4}\r\n")
        let part = Bytes("Content-Type: text/plain\r\n\r\n--=_enclosed_\r\n")
        let cases: [[ComposedMail.Attachment]] = [
            [], [.message(inner)], [.header(inner[0..<18])], [.part(part)],
            [.part(part), .message(inner), .part(part)],
        ]
        for attachments in cases {
            let mail = ComposedMail(
                fields: [("To", "eva@company.example"), ("Subject", "Grüße\r\nBcc: x@evil.example")],
                text: "Zeile 1 =\n.\nFrom here", attachments: attachments)
            let message = Message(mail.bytes)
            #expect(message.header.first("Subject")?.decodedText == "Grüße Bcc: x@evil.example")
            #expect(message.header.first("Bcc") == nil)
            #expect(message.mime.defects.isEmpty)
            let text = try #require(message.mime.shownText.first)
            #expect(text.decodedText(in: message) == "Zeile 1 =\n.\nFrom here" + (attachments.isEmpty ? "\n" : ""))
            let pieces = message.mime.parts.filter { $0.parent == 0 }.dropFirst()
            #expect(pieces.count == attachments.count)
            for (piece, attachment) in zip(pieces, attachments) {
                if case .part(let bytes) = attachment { #expect(message.bytes[piece.range] == bytes) }
                if case .message(let bytes) = attachment { #expect(message.bytes[piece.bodyRange] == bytes) }
            }
        }
    }
}
