import Values

extension MessageEdits {
    /// Puts what the message holds into one part of a new multipart/mixed, and a disclaimer in plain text into another
    /// beside it. Nothing of the content is touched: a signature over it stays good, and what is encrypted can be read.
    ///
    /// - Throws: `RewritingRefusal` where the content's own fields are changed already.
    public mutating func enclose(with disclaimer: Disclaimer, in tree: MIMETree) throws(RewritingRefusal) {
        guard let root = tree.parts.first else { throw .noText }
        // What is taken apart wrongly here may be taken apart otherwise elsewhere.
        guard tree.defects.isDisjoint(with: [.tooDeep, .tooManyParts, .headerTooLarge]) else { throw .notTakenApart }
        var trial = self
        var moved: [UInt8] = []
        let boundary = MessageEdits.boundary(notIn: message.bytes)
        let type = HeaderWriting.field("Content-Type", "multipart/mixed; boundary=\"\(boundary)\"", lineEnd: lineEnd)
        var isWritten = false
        for field in root.header where field.name.asciiLowercased.hasPrefix("content-") {
            moved += message.bytes[field.range].array
            if moved.last != .lf { moved += lineEnd }
            // RFC 2045 §6.4: a multipart has no transfer encoding but what tells of eight-bit content.
            guard trial.replace(field.range, with: isWritten ? [] : type) else { throw .alreadyChanged }
            isWritten = true
        }
        let headerEnd = root.header.last?.range.upperBound ?? 0
        if !isWritten {
            let version = root.header.contains("MIME-Version") ? [] : Array("MIME-Version: 1.0".utf8) + lineEnd
            trial.replace(headerEnd..<headerEnd, with: version + type)
        }
        if let encoding = MessageEdits.encoding(of: root, message) {
            trial.replace(
                headerEnd..<headerEnd,
                with: HeaderWriting.field("Content-Transfer-Encoding", encoding, lineEnd: lineEnd))
        }
        let delimiter = Array("--\(boundary)".utf8)
        let note = MessageEdits.part(of: disclaimer, lineEnd: lineEnd)
        let start = root.bodyRange.lowerBound
        let end = root.bodyRange.upperBound
        let isUnset = start == headerEnd
        var opening: [UInt8] = isUnset ? lineEnd : []
        var closing: [UInt8] = []
        if disclaimer.place == .top { opening += delimiter + lineEnd + note + lineEnd }
        opening += delimiter + lineEnd + moved + lineEnd
        // RFC 2046 §5.1.1: the line end before a delimiter is the delimiter's, so the content keeps its own. A CR at the
        // content's end would become one with an LF.
        closing += end > start && message.bytes[end - 1] == .cr ? [.cr, .lf] : lineEnd
        if disclaimer.place == .bottom { closing += delimiter + lineEnd + note + lineEnd }
        closing += delimiter + Array("--".utf8) + lineEnd
        guard trial.replace(start..<start, with: opening), trial.replace(end..<end, with: closing) else {
            throw .alreadyChanged
        }
        self = trial
    }

    private static func part(of disclaimer: Disclaimer, lineEnd: [UInt8]) -> [UInt8] {
        var part = HeaderWriting.field("Content-Type", "text/plain; charset=utf-8", lineEnd: lineEnd)
        part += HeaderWriting.field("Content-Transfer-Encoding", "quoted-printable", lineEnd: lineEnd)
        part += HeaderWriting.field("Content-Disposition", "inline", lineEnd: lineEnd)
        let text = Array(disclaimer.lines.map { Array($0.utf8) }.joined(separator: lineEnd))
        return part + lineEnd + TransferEncoder.quotedPrintable(text, lineEnd: lineEnd)
    }

    /// RFC 2045 §6.4: eight-bit content has to be announced by all that encloses it.
    private static func encoding(of root: MIMEPart, _ message: Message) -> String? {
        switch root.transferEncoding {
        case .eightBit: "8bit"
        case .binary: "binary"
        case .sevenBit, .quotedPrintable, .base64, .other: nil
        }
    }

    /// A boundary that is nowhere in the message: each message has the same one each time.
    static func boundary(notIn bytes: Bytes) -> String {
        let stem = Array("=_enclosed_".utf8)
        var taken: Set<Int> = []
        bytes.withSpan { span in
            var position = 0
            while let found = span.firstIndex(of: stem, from: position) {
                position = found + stem.count
                var number = 0
                while position < span.byteCount, span[position].isDigit, number < 1 << 40 {
                    number = number * 10 + Int(span[position] - 0x30)
                    position += 1
                }
                taken.insert(number)
            }
        }
        var number = bytes.count
        while taken.contains(number) { number += 1 }
        // The mark at the end keeps a shorter number from being the beginning of a longer one.
        return "=_enclosed_\(number)_"
    }
}
