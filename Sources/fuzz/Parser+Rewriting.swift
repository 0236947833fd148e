import Mail
import Values

extension Parser {
    /// The input as a message that is changed in all the ways there are: each can be undone, and what a signature covers
    /// is the same afterwards.
    func rewriting(_ input: Bytes) {
        let message = Message(input)
        let tree = message.mime
        let disclaimers = [Disclaimer(text: "Grüße ="), Disclaimer(text: "✓\n.", html: "<b>&</b>", place: .top)]
        var edits = MessageEdits(message)
        if (try? edits.add(disclaimers, in: tree)) != nil { undo(edits) }
        for part in tree.parts.prefix(20) {
            var edits = MessageEdits(message)
            if (try? edits.remove(part, in: tree)) != nil { undo(edits) }
            edits = MessageEdits(message)
            if (try? edits.replace(part, in: tree, withText: "gone ✓")) != nil { undo(edits) }
        }
        edits = MessageEdits(message)
        guard (try? edits.enclose(with: disclaimers[0], in: tree)) != nil else { return }
        undo(edits)
        let changed = Message(edits.applied().bytes)
        let new = changed.mime
        guard let first = new.root.children.first, new.root.children.count == 2 else { return }
        precondition(new.parts[first].encodedBody(in: changed) == tree.root.encodedBody(in: message))
    }

    private func undo(_ edits: MessageEdits) {
        let (bytes, back) = edits.applied()
        precondition(MessageEdits(message: Message(bytes), splices: back)?.applied().bytes == edits.message.bytes)
    }
}
