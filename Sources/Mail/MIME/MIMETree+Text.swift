import Values

extension MIMETree {
    /// The text a reader of the message would see first: its inline text parts in order, HTML rendered, of a
    /// multipart/alternative the plain form where that says anything and else the richest. At most `limit` UTF-8
    /// bytes and a part.
    ///
    /// Messages within the message and attachments are left out.
    public func visibleText(limit: Int = 1 << 20) -> String {
        var text = ""
        // A stack of parts still to be read, the next one last.
        var pending = [0]
        while let index = pending.popLast(), text.utf8.count < limit {
            let part = parts[index]
            if part.contentType.isMultipart, !part.isLeaf {
                let shown =
                    part.contentType.subtype == "alternative" ? alternative(of: part).map { [$0] } : part.children
                pending.append(contentsOf: (shown ?? []).reversed())
            } else if part.isText || part.isHTML, !part.isAttachment {
                let piece = part.decodedText(in: message)
                if !text.isEmpty, !piece.isEmpty, text.utf8.last != .lf { text += "\n" }
                text += piece
            }
        }
        return text
    }

    /// Which child of a multipart/alternative to read. RFC 2046 §5.1.4 orders them from plainest to richest.
    private func alternative(of part: MIMEPart) -> Int? {
        let plain = part.children.first { child in
            parts[child].contentType.mediaType == "text/plain"
                && parts[child].decodedText(in: message).utf8.contains { $0 > 0x20 }
        }
        return plain ?? part.children.last { !parts[$0].isLeaf || parts[$0].isHTML || parts[$0].isText }
    }
}

extension Message {
    /// The text a reader of the message would see first, for previews; see `MIMETree.visibleText(limit:)`.
    public var textBody: String { mime.visibleText() }
}
