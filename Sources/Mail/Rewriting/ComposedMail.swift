import Values

/// A message written here: text, and what is attached to it.
public struct ComposedMail: Sendable {
    /// Its header fields, without those that say what the content is.
    public var fields: [(name: String, value: String)]
    /// Its text.
    public var text: String
    /// What is attached; nil for nothing.
    public var attachment: Attachment?

    /// Something of another message.
    public enum Attachment: Sendable {
        /// The message, whole (RFC 2046 §5.2.1).
        case message(Bytes)
        /// Its header (RFC 6522 §4).
        case header(Bytes)
    }

    /// A message with these fields and this text.
    public init(fields: [(name: String, value: String)], text: String, attachment: Attachment? = nil) {
        (self.fields, self.text, self.attachment) = (fields, text, attachment)
    }

    /// The message as it is sent.
    public var bytes: Bytes {
        var output: [UInt8] = []
        for field in fields { output += HeaderWriting.field(field.name, field.value) }
        output += HeaderWriting.field("MIME-Version", "1.0")
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map { Array($0.utf8) }
        let crlf: [UInt8] = [.cr, .lf]
        let body = TransferEncoder.quotedPrintable(Array(lines.joined(separator: crlf)), lineEnd: crlf)
        let described =
            HeaderWriting.field("Content-Type", "text/plain; charset=utf-8")
            + HeaderWriting.field("Content-Transfer-Encoding", "quoted-printable") + crlf + body + crlf
        guard let attachment else { return Bytes(output + described) }
        let (type, content) =
            switch attachment {
            case .message(let bytes): ("message/rfc822", bytes)
            case .header(let bytes): ("text/rfc822-headers", bytes)
            }
        let boundary = MessageEdits.boundary(notIn: content)
        output += HeaderWriting.field("Content-Type", "multipart/mixed; boundary=\"\(boundary)\"") + crlf
        output += Array("--\(boundary)".utf8) + crlf + described
        output += Array("--\(boundary)".utf8) + crlf + HeaderWriting.field("Content-Type", type)
        // RFC 2046 §5.2.1: a message in a message is as it is, in seven bits or eight.
        let isPlain = content.allSatisfy { $0 < 0x80 }
        if !isPlain { output += HeaderWriting.field("Content-Transfer-Encoding", "8bit") }
        output += crlf + content.array + crlf
        return Bytes(output + Array("--\(boundary)--".utf8) + crlf)
    }
}
