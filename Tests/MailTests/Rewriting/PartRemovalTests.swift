import Mail
import Testing
import Values

@Suite struct PartRemovalTests {
    static let mixed = """
        Subject: x
        MIME-Version: 1.0
        Content-Type: multipart/mixed; boundary=b

        preamble
        --b
        Content-Type: text/plain

        text
        --b
        Content-Type: application/zip; name=a.zip
        Content-Transfer-Encoding: base64

        UEsDBA==
        --b
        Content-Type: image/png

        png
        --b--
        epilogue

        """

    @Test(arguments: ["\n", "\r\n"]) func partsGoWithTheirDelimiters(lineEnd: String) throws {
        let message = Message(Bytes(PartRemovalTests.mixed.replacing("\n", with: lineEnd)))
        for index in 1...3 {
            var edits = MessageEdits(message)
            let tree = message.mime
            try edits.remove(tree.parts[index], in: tree)
            let (bytes, undo) = edits.applied()
            let changed = Message(bytes)
            let left = changed.mime
            #expect(left.defects.isEmpty)
            let kept = tree.leaves.filter { $0.index != index }.map { message.bytes[$0.range].lossyString }
            #expect(left.leaves.map { changed.bytes[$0.range].lossyString } == kept)
            #expect(changed.bytes.lossyString.hasSuffix("--b--\(lineEnd)epilogue\(lineEnd)"))
            #expect(MessageEditsTests.undone(bytes, undo) == message.bytes)
        }
    }

    @Test func severalGoAtOnce() throws {
        let message = Message(Bytes(PartRemovalTests.mixed))
        let tree = message.mime
        var edits = MessageEdits(message)
        try edits.remove(tree.parts[2], in: tree)
        try edits.remove(tree.parts[3], in: tree)
        #expect(throws: RewritingRefusal.alreadyChanged) { try edits.remove(tree.parts[3], in: tree) }
        _ = try edits.add(Disclaimer(text: "Gone: a.zip"), in: tree)
        let changed = Message(edits.applied().bytes)
        #expect(changed.mime.leaves.map { $0.decodedText(in: changed) } == ["text\n\nGone: a.zip"])
    }

    @Test func aNoteTakesAPartsPlace() throws {
        let message = Message(Bytes(PartRemovalTests.mixed))
        let tree = message.mime
        var edits = MessageEdits(message)
        try edits.replace(tree.parts[2], in: tree, withText: "a.zip wurde entfernt: gefährlich")
        let changed = Message(edits.applied().bytes)
        let left = changed.mime
        #expect(left.parts[2].decodedText(in: changed) == "a.zip wurde entfernt: gefährlich")
        #expect(!left.parts[2].isAttachment)
        #expect(left.parts.count == 4 && left.defects.isEmpty)
    }

    @Test(arguments: [
        "Subject: x\nContent-Type: application/zip\nContent-Disposition: attachment; filename=a\nX: y\n\nPK\n",
        "Subject: x\n\nPK\n",
        "",
    ]) func theMessageItself(source: String) throws {
        let message = Message(Bytes(source))
        let tree = message.mime
        var edits = MessageEdits(message)
        try edits.replace(tree.root, in: tree, withText: "gone")
        let (bytes, undo) = edits.applied()
        let changed = Message(bytes)
        #expect(changed.mime.root.decodedText(in: changed) == "gone\n")
        #expect(changed.header.first("Content-Disposition") == nil)
        #expect(changed.header.first("Subject")?.text == message.header.first("Subject")?.text)
        #expect(MessageEditsTests.undone(bytes, undo) == message.bytes)
    }

    @Test func anOnlyPartLeavesAnEmptyText() throws {
        let message = Message(
            Bytes("Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: image/png\n\npng\n--b--\n"))
        let tree = message.mime
        var edits = MessageEdits(message)
        try edits.remove(tree.parts[1], in: tree)
        let changed = Message(edits.applied().bytes)
        #expect(changed.mime.leaves.map { $0.decodedText(in: changed) } == [""])
        #expect(changed.mime.defects.isEmpty)
    }

    @Test func nothingWithinASignatureGoes() throws {
        let message = Message(
            Bytes(
                "Content-Type: multipart/signed; boundary=b\n\n--b\nContent-Type: multipart/mixed; boundary=c\n\n--c\n\nx\n"
                    + "--c\nContent-Type: image/png\n\npng\n--c--\n--b\nContent-Type: application/pgp-signature\n\ns\n--b--\n"
            ))
        let tree = message.mime
        for index in 1..<tree.parts.count {
            var edits = MessageEdits(message)
            #expect(throws: RewritingRefusal.signed) { try edits.remove(tree.parts[index], in: tree) }
        }
    }
}
