import Values

extension MIMEPart {
    /// The body as it lies in `message`, the one the part was read from: still encoded, sharing its bytes.
    public func encodedBody(in message: Message) -> Bytes {
        (container ?? message.bytes)[bodyRange]
    }

    /// The body without its transfer encoding, and what was wrong with that.
    public func decoded(in message: Message) -> (bytes: Bytes, defects: TransferDefects) {
        let encoded = encodedBody(in: message)
        // RFC 2045 §6.4: a multipart is never encoded, whatever it says.
        return contentType.isMultipart ? (encoded, []) : transferEncoding.decode(encoded)
    }

    /// The body without its transfer encoding.
    public func decodedBody(in message: Message) -> Bytes { decoded(in: message).bytes }

    /// Whether `decodedText(in:)` has something to read: text/*, a report of message/*, or a multipart that could not
    /// be taken apart.
    public var isText: Bool {
        isLeaf && (contentType.type == "text" || contentType.type == "message" || contentType.isMultipart)
    }

    /// Whether the content is HTML.
    public var isHTML: Bool {
        contentType.mediaType == "text/html" || contentType.mediaType == "application/xhtml+xml"
    }

    /// The content as text: transfer encoding undone, charset converted, CRLF read as LF, HTML rendered. Empty for
    /// what is not text.
    public func decodedText(in message: Message) -> String {
        guard isText || (isLeaf && isHTML) else { return "" }
        let text = sourceText(in: message)
        return isHTML ? HTMLText.render(text).text : text
    }

    /// The content as characters: as `decodedText(in:)`, but HTML stays HTML.
    public func sourceText(in message: Message) -> String {
        let body = decodedBody(in: message)
        let charset = contentType.charset ?? (isHTML ? HTMLText.declaredCharset(in: body) : nil)
        let text = Charset.decode(body, charset: charset ?? "us-ascii").text
        return MIMEPart.withoutCarriageReturns(text)
    }

    /// `text` with each CRLF made LF.
    private static func withoutCarriageReturns(_ text: String) -> String {
        let bytes = Array(text.utf8)
        guard unsafe bytes.span.bytes.firstIndex(of: .cr) != nil else { return text }
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        for (offset, byte) in bytes.enumerated() {
            if byte == .cr, offset + 1 < bytes.count, bytes[offset + 1] == .lf { continue }
            result.append(byte)
        }
        return String(decoding: result, as: UTF8.self)
    }
}
