import Values

/// A message written here: text, and what is attached to it.
public struct ComposedMail: Sendable {
    /// Its header fields, without those that say what the content is.
    public var fields: [(name: String, value: String)]
    /// Its text.
    public var text: String
    /// What is attached.
    public var attachments: [Attachment]

    /// Something of another message.
    public enum Attachment: Sendable {
        /// The message, whole (RFC 2046 §5.2.1).
        case message(Bytes)
        /// Its header (RFC 6522 §4).
        case header(Bytes)
        /// A part of it, header and body.
        case part(Bytes)
    }

    /// A message with these fields and this text.
    public init(fields: [(name: String, value: String)], text: String, attachments: [Attachment] = []) {
        (self.fields, self.text, self.attachments) = (fields, text, attachments)
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
        guard !attachments.isEmpty else { return Bytes(output + described) }
        let pieces = attachments.map(\.piece)
        var whole: [UInt8] = []
        for piece in pieces { whole += piece }
        let boundary = MessageEdits.boundary(notIn: Bytes(whole))
        output += HeaderWriting.field("Content-Type", "multipart/mixed; boundary=\"\(boundary)\"")
        // RFC 2045 §6.4: what holds parts says so where one of them has eight bits.
        if whole.contains(where: { $0 >= 0x80 }) {
            output += HeaderWriting.field("Content-Transfer-Encoding", "8bit")
        }
        output += crlf + Array("--\(boundary)".utf8) + crlf + described
        for piece in pieces { output += Array("--\(boundary)".utf8) + crlf + piece + crlf }
        return Bytes(output + Array("--\(boundary)--".utf8) + crlf)
    }
}

extension ComposedMail.Attachment {
    /// It as a part, header and body.
    fileprivate var piece: [UInt8] {
        let (type, content): (String, Bytes)
        switch self {
        case .part(let bytes): return bytes.array
        case .message(let bytes): (type, content) = ("message/rfc822", bytes)
        case .header(let bytes): (type, content) = ("text/rfc822-headers", bytes)
        }
        var piece = HeaderWriting.field("Content-Type", type)
        // RFC 2046 §5.2.1: a message in a message is as it is, in seven bits or eight.
        if content.contains(where: { $0 >= 0x80 }) {
            piece += HeaderWriting.field("Content-Transfer-Encoding", "8bit")
        }
        return piece + [.cr, .lf] + content.array
    }
}
