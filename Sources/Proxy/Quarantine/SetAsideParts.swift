import Cryptography
import Mail
import Screening
import Values

/// The parts of a message that are taken out of it and kept.
public struct SetAsideParts: Sendable {
    /// One of them.
    public struct Part: Sendable, Hashable {
        /// Its section number.
        public let path: String
        /// The name it had as a file; nil where it had none.
        public let name: String?
        /// Its media type.
        public let type: String
    }

    /// The parts, in the order of the message.
    public let parts: [Part]
    /// They, in a message of their own: whoever it is released to finds there what was taken out, byte for byte as it
    /// came, and which message that was.
    public let content: Bytes

    /// The parts that the effects of a delivery have kept; nil where that is none.
    init?(of delivery: Delivery, hostname: String) {
        var wanted: [String: Range<Int>] = [:]
        for case .editContent(.takeOut(let path, let span, _, true)) in delivery.effects { wanted[path] = span }
        guard !wanted.isEmpty else { return nil }
        let message = delivery.message
        let kept = message.mime.parts.filter { wanted[$0.path] == $0.range && $0.container == nil }
        guard !kept.isEmpty else { return nil }
        parts = kept.map { Part(path: $0.path, name: $0.filename, type: $0.contentType.mediaType) }
        content = SetAsideParts.composed(kept, of: message, delivery, hostname: hostname)
    }

    private static func composed(
        _ parts: [MIMEPart], of message: Message, _ delivery: Delivery, hostname: String
    ) -> Bytes {
        var copied: [UInt8] = []
        for name in ["Date", "From", "To", "Cc", "Subject"] {
            guard let field = message.header.first(name) else { continue }
            copied += message.bytes[field.range]
            if copied.last != .lf { copied += [.cr, .lf] }
        }
        // The message itself has gone on under its own id: with the same one, this would count as its double.
        var fields = [("Message-ID", "<\(SHA256.hexadecimal(message.bytes).prefix(32)).parts@\(hostname)>")]
        if let id = message.header.first("Message-ID") { fields.append(("In-Reply-To", id.text)) }
        let names = parts.map { part in
            "  " + TextLine.safe(part.filename ?? "part \(part.path)") + ", "
                + TextLine.safe(part.contentType.mediaType)
        }
        let text =
            "The mail server has taken this out of the message, and kept it apart from it:\n"
            + names.joined(separator: "\n") + "\n"
        let pieces = parts.map { part in
            // The whole content of the message has no header of a part.
            part.parent == nil
                ? ComposedMail.Attachment.message(message.bytes) : .part(message.bytes[part.range])
        }
        return Bytes(copied + ComposedMail(fields: fields, text: text, attachments: pieces).bytes)
    }
}

private enum TextLine {
    /// A name from outside on one line of text.
    static func safe(_ text: String) -> String {
        var line = ""
        for scalar in text.unicodeScalars.prefix(200) {
            switch scalar.properties.generalCategory {
            case .control, .lineSeparator, .paragraphSeparator: line.unicodeScalars.append(" ")
            case .format: break
            default: line.unicodeScalars.append(scalar)
            }
        }
        return line
    }
}
