import Values

/// Puts a disclaimer into one part of text, touching as few of its bytes as can be.
struct TextPartWriter {
    private let part: MIMEPart
    private let lineEnd: [UInt8]
    private let encoded: Bytes
    private let decoded: Bytes
    private let defects: TransferDefects
    private var charset: String

    /// The changes, as offsets of the message.
    private(set) var splices: [MessageEdits.Splice] = []

    init(_ part: MIMEPart, of message: Message, lineEnd: [UInt8]) {
        (self.part, self.lineEnd) = (part, lineEnd)
        encoded = part.encodedBody(in: message)
        (decoded, defects) = part.transferEncoding.decode(encoded)
        charset = part.contentType.charset ?? (part.isHTML ? HTMLText.declaredCharset(in: decoded) : nil) ?? "us-ascii"
    }

    /// Something that is put in, and where in the decoded content.
    private struct Insertion {
        let offset: Int
        let piece: [UInt8]
    }

    /// Puts disclaimers in, those of one place in their order.
    mutating func add(_ disclaimers: [Disclaimer]) throws(RewritingRefusal) {
        if case .other = part.transferEncoding { throw .unknownEncoding }
        // RFC 9580 §7: text that is signed in the clear, or an encrypted message, in the place of text.
        if decoded.withSpan({ $0.firstIndex(of: "-----BEGIN PGP SIGNED") }) != nil { throw .signed }
        if decoded.withSpan({ $0.firstIndex(of: "-----BEGIN PGP MESSAGE") }) != nil { throw .encrypted }
        let wanted = Disclaimer.Place.allCases.compactMap { place in
            Disclaimer(joining: disclaimers.filter { $0.place == place }, at: place)
        }
        guard Charset.isTransparent(charset) else { return try rewrite(wanted) }
        if insertions(wanted) == nil, decoded.allSatisfy({ $0 < 0x80 }) {
            // What is ASCII is UTF-8 too: the text that is there stays as it is.
            charset = "utf-8"
            setCharset()
        }
        guard let insertions = insertions(wanted) else { return try rewrite(wanted) }
        switch part.transferEncoding {
        case .sevenBit where insertions.contains { $0.piece.contains { $0 >= 0x80 } }: reencode(with: insertions)
        // Two may share a group of digits.
        case .base64 where insertions.count > 1: reencode(with: insertions)
        case .sevenBit, .eightBit, .binary, .other:
            for insertion in insertions { splice(insertion.offset..<insertion.offset, insertion.piece) }
        case .quotedPrintable: for insertion in insertions { insertQuotedPrintable(insertion) }
        case .base64: for insertion in insertions { insertBase64(insertion) }
        }
    }

    /// What is put in, in the part's own charset; nil when the charset has no place for a character of it.
    private func insertions(_ disclaimers: [Disclaimer]) -> [Insertion]? {
        var insertions: [Insertion] = []
        for disclaimer in disclaimers {
            if part.isHTML {
                insertions.append(
                    Insertion(
                        offset: HTMLPlaces.offset(of: disclaimer.place, in: decoded),
                        piece: lineEnd + disclaimer.asciiMarkup + lineEnd))
            } else {
                guard let text = Charset.encode(frame(disclaimer, in: decoded), charset: charset) else { return nil }
                insertions.append(Insertion(offset: disclaimer.place == .top ? 0 : decoded.count, piece: text))
            }
        }
        return insertions
    }

    /// The disclaimer's lines with the empty line that sets them off from `content`.
    private func frame(_ disclaimer: Disclaimer, in content: Bytes) -> String {
        // Within base64 lines end as the content has them, whatever the lines of the message end in.
        let isUnix = part.transferEncoding == .base64 && content.contains(.lf) && !content.contains(.cr)
        let separator = isUnix ? "\n" : String(decoding: lineEnd, as: UTF8.self)
        let isFlowed = part.contentType.parameters["format"]?.asciiLowercased == "flowed"
        let lines = disclaimer.lines.map { line in
            // RFC 3676 §4.4: a space stands before what would be taken for a quotation, or for a stuffed line.
            let isStuffed = isFlowed && (line.hasPrefix(" ") || line.hasPrefix(">") || line.hasPrefix("From "))
            return isStuffed ? " " + line : String(line)
        }
        let text = lines.joined(separator: separator)
        guard disclaimer.place == .bottom else { return text + separator + separator }
        let endsLine = content.isEmpty || content[content.count - 1] == .lf
        return (endsLine ? "" : separator) + separator + text + (endsLine ? separator : "")
    }

    // MARK: - In the encoding that is there

    private mutating func splice(_ range: Range<Int>, _ replacement: [UInt8]) {
        let start = part.bodyRange.lowerBound
        // A message that is all header ends without the empty line that a body needs before it.
        let isUnset = encoded.isEmpty && start - part.range.lowerBound == part.header.last?.range.upperBound ?? 0
        let written = (isUnset ? lineEnd : []) + replacement
        splices.append(MessageEdits.Splice(start + range.lowerBound..<start + range.upperBound, written))
    }

    private mutating func insertQuotedPrintable(_ insertion: Insertion) {
        let place = QuotedPrintableDecoder.place(ofDecoded: insertion.offset, in: encoded)
        let written = TransferEncoder.quotedPrintable(insertion.piece, lineEnd: lineEnd)
        let softBreak = [.equals] + lineEnd
        if place == encoded.count {
            // An equals sign at the very end would make the first line end of the piece a soft one.
            let isOpen = encoded.last { !$0.isWhitespace } == .equals
            splice(place..<place, (isOpen ? lineEnd : []) + written)
        } else {
            let isLineStart = place == 0 || encoded[place - 1] == .lf
            let closesLine = written.last == .lf
            splice(place..<place, (isLineStart ? [] : softBreak) + written + (closesLine ? [] : softBreak))
        }
    }

    private mutating func insertBase64(_ insertion: Insertion) {
        let offset = insertion.offset
        let group = offset / 3
        let bytes = decoded[group * 3..<min(group * 3 + 3, decoded.count)].array
        let isLast = group * 3 + bytes.count == decoded.count
        var piece = insertion.piece
        // What comes after keeps its digits where whole groups are put in before it. Space between tags means nothing.
        if part.isHTML, !isLast { while piece.count % 3 != 0 { piece.append(.space) } }
        guard defects.isEmpty, isLast || piece.count % 3 == 0,
            let place = Base64Decoder.place(ofGroup: group, in: encoded)
        else { return reencode(with: [Insertion(offset: offset, piece: piece)]) }
        let within = offset - group * 3
        let content = Array(bytes[..<within]) + piece + bytes[within...]
        let written = TransferEncoder.base64(content, lineEnd: lineEnd, column: place.column)
        splice(place.range, written + (isLast ? [] : lineEnd))
    }

    /// The same content, written anew: 7bit that holds more than ASCII now, or damaged base64.
    private mutating func reencode(with insertions: [Insertion]) { write(TextPartWriter.content(decoded, insertions)) }

    private static func content(_ content: Bytes, _ insertions: [Insertion]) -> [UInt8] {
        var output: [UInt8] = []
        var position = 0
        for insertion in insertions {
            // The top of an odd document may be found behind its bottom.
            let offset = max(position, insertion.offset)
            output += content[position..<offset] + insertion.piece
            position = offset
        }
        return output + content[position..<content.count]
    }

    // MARK: - In UTF-8

    private mutating func rewrite(_ disclaimers: [Disclaimer]) throws(RewritingRefusal) {
        let (text, isDamaged) = Charset.decode(decoded, charset: charset)
        guard !isDamaged else { throw .unreadableText }
        let content = Bytes(text)
        let insertions = disclaimers.map { disclaimer in
            part.isHTML
                ? Insertion(
                    offset: HTMLPlaces.offset(of: disclaimer.place, in: content),
                    piece: lineEnd + disclaimer.asciiMarkup + lineEnd)
                : Insertion(
                    offset: disclaimer.place == .top ? 0 : content.count,
                    piece: Array(frame(disclaimer, in: content).utf8))
        }
        setCharset()
        write(TextPartWriter.content(content, insertions))
    }

    private mutating func write(_ content: [UInt8]) {
        let whole = 0..<encoded.count
        if part.transferEncoding == .base64 {
            splice(whole, TransferEncoder.base64(content, lineEnd: lineEnd) + (encoded.last == .lf ? lineEnd : []))
        } else {
            if part.transferEncoding != .quotedPrintable { setField("Content-Transfer-Encoding", "quoted-printable") }
            splice(whole, TransferEncoder.quotedPrintable(content, lineEnd: lineEnd))
        }
    }

    private mutating func setCharset() {
        guard let field = part.header.first("Content-Type") else {
            return setField("Content-Type", "text/plain; charset=utf-8")
        }
        if let value = CharsetParameter.range(in: field.rawValue) {
            let start = offset(of: field.rawValue)
            splices.append(
                MessageEdits.Splice(start + value.lowerBound..<start + value.upperBound, Array("utf-8".utf8)))
        } else if field.rawValue.contains(.semicolon) || !part.contentType.isMalformed {
            let end = offset(of: field.rawValue) + field.rawValue.count
            splices.append(MessageEdits.Splice(end..<end, Array("; charset=utf-8".utf8)))
        } else {
            setField("Content-Type", "\(part.contentType.mediaType); charset=utf-8")
        }
    }

    /// Where a slice of the part's header lies in the message.
    private func offset(of slice: Bytes) -> Int { part.range.lowerBound + part.header.source.offset(of: slice) }

    private mutating func setField(_ name: String, _ value: String) {
        let written = HeaderWriting.field(name, value, lineEnd: lineEnd)
        let start = part.range.lowerBound
        if let field = part.header.first(name) {
            splices.append(
                MessageEdits.Splice(start + field.range.lowerBound..<start + field.range.upperBound, written))
        } else {
            let end = start + (part.header.last?.range.upperBound ?? 0)
            splices.append(MessageEdits.Splice(end..<end, written))
        }
    }
}
