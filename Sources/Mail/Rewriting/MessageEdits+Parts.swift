import Values

extension MessageEdits {
    /// Takes a part out of the multipart that holds it, with its delimiter. Where it is the only one, or the message
    /// itself, an empty text stands in its place.
    ///
    /// - Throws: `RewritingRefusal` where the part may not be changed, or nothing may be beside it.
    public mutating func remove(_ part: MIMEPart, in tree: MIMETree) throws(RewritingRefusal) {
        guard let parent = part.parent, tree.parts[parent].contentType.isMultipart,
            tree.parts[parent].children.count > 1
        else { return try replace(part, in: tree, withText: "") }
        try protect(part, in: tree)
        let span = delimitedRange(of: part, in: tree.parts[parent])
        guard replace(span, with: []) else { throw .alreadyChanged }
    }

    /// Puts a part of plain text in a part's place: a note of what stood there.
    ///
    /// - Throws: `RewritingRefusal` where the part may not be changed.
    public mutating func replace(
        _ part: MIMEPart, in tree: MIMETree, withText text: String
    ) throws(RewritingRefusal) {
        try protect(part, in: tree)
        var fields = HeaderWriting.field("Content-Type", "text/plain; charset=utf-8", lineEnd: lineEnd)
        fields += HeaderWriting.field("Content-Transfer-Encoding", "quoted-printable", lineEnd: lineEnd)
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map { Array($0.utf8) }
        let body = TransferEncoder.quotedPrintable(Array(lines.joined(separator: lineEnd)), lineEnd: lineEnd)
        if part.parent == nil {
            try replaceContent(of: part, fields: fields, body: body + lineEnd)
        } else {
            // RFC 2183 §2: without this a reader may hide the note in a list of files.
            fields += HeaderWriting.field("Content-Disposition", "inline", lineEnd: lineEnd)
            guard replace(part.range, with: fields + lineEnd + body) else { throw .alreadyChanged }
        }
    }

    /// Gives a part other content, which is written in base64. Its header says what it said but for the encoding.
    ///
    /// - Throws: `RewritingRefusal` where the part may not be changed, or holds others.
    public mutating func replace(
        _ part: MIMEPart, in tree: MIMETree, withContent content: Bytes
    ) throws(RewritingRefusal) {
        try protect(part, in: tree)
        // RFC 2045 §6.4: what holds parts or messages may not be in base64.
        guard part.isLeaf, part.contentType.type != "multipart", part.contentType.type != "message" else {
            throw .notTakenApart
        }
        var trial = self
        let written = HeaderWriting.field("Content-Transfer-Encoding", "base64", lineEnd: lineEnd)
        let start = part.range.lowerBound
        if let field = part.header.first("Content-Transfer-Encoding") {
            let range = start + field.range.lowerBound..<start + field.range.upperBound
            guard part.transferEncoding == .base64 || trial.replace(range, with: written) else { throw .alreadyChanged }
        } else {
            let end = start + (part.header.last?.range.upperBound ?? 0)
            guard trial.replace(end..<end, with: written) else { throw .alreadyChanged }
        }
        let body = TransferEncoder.base64(content.array, lineEnd: lineEnd) + (part.parent == nil ? lineEnd : [])
        guard trial.replace(part.bodyRange, with: body) else { throw .alreadyChanged }
        self = trial
    }

    private func protect(_ part: MIMEPart, in tree: MIMETree) throws(RewritingRefusal) {
        guard part.index < tree.parts.count else { throw .notTakenApart }
        if part.container != nil { throw .withinEncodedMessage }
        // A part that is signed or encrypted as a whole can go as a whole.
        if let parent = part.parent, let protection = tree.protection(of: tree.parts[parent]) { throw protection }
    }

    /// The message keeps its header but for what describes the content.
    private mutating func replaceContent(
        of root: MIMEPart, fields: [UInt8], body: [UInt8]
    ) throws(RewritingRefusal) {
        var trial = self
        var isFirst = true
        for field in root.header where field.name.asciiLowercased.hasPrefix("content-") {
            guard trial.replace(field.range, with: isFirst ? fields : []) else { throw .alreadyChanged }
            isFirst = false
        }
        if isFirst {
            let end = root.header.last?.range.upperBound ?? 0
            let version = root.header.contains("MIME-Version") ? [] : Array("MIME-Version: 1.0".utf8) + lineEnd
            trial.replace(end..<end, with: version + fields)
        }
        guard trial.replace(root.bodyRange, with: body) else { throw .alreadyChanged }
        self = trial
    }

    /// A part with the delimiter line before it, up to the next delimiter line or the end of the multipart.
    private func delimitedRange(of part: MIMEPart, in parent: MIMEPart) -> Range<Int> {
        message.bytes.withSpan { span in
            // The part begins behind the line end of its delimiter.
            var start = max(part.range.lowerBound - 1, 0)
            while start > parent.bodyRange.lowerBound, span[start - 1] != .lf { start -= 1 }
            // RFC 2046 §5.1.1: the line end before a delimiter belongs to the delimiter.
            var end = part.range.upperBound
            if end >= parent.bodyRange.upperBound {
                // No delimiter follows, whose line end could stay: the one before this part's goes.
                if start > parent.bodyRange.lowerBound, span[start - 1] == .lf { start -= 1 }
                if start > parent.bodyRange.lowerBound, span[start - 1] == .cr { start -= 1 }
            }
            if end < parent.bodyRange.upperBound, span[end] == .cr { end += 1 }
            if end < parent.bodyRange.upperBound, span[end] == .lf { end += 1 }
            return start..<max(start, end)
        }
    }
}
