import Expressions
import Mail
import Screening
import Values

/// A message as rules look at it: what several conditions ask for is worked out once, and only when one asks.
struct FilteredMessage {
    let message: Message
    let transaction: Transaction
    let surroundings: Surroundings
    let matcher = Matcher()

    /// A file that a message brings.
    struct Attachment {
        let part: MIMEPart
        let name: String
        let type: String
    }

    /// Text beyond this is not searched; a message of which that is so is nothing that a person wrote.
    static let textLimit = 4 << 20

    private(set) lazy var tree = message.mime
    private(set) lazy var attachments: [Attachment] = tree.parts.filter {
        $0.isLeaf && ($0.isAttachment || $0.filename != nil)
    }.map { Attachment(part: $0, name: $0.filename ?? "", type: $0.contentType.mediaType) }
    /// The text of all parts that are text.
    private(set) lazy var text: String = {
        var text = ""
        for part in tree.parts where part.isText || part.isHTML {
            guard text.utf8.count < FilteredMessage.textLimit else { break }
            text += part.decodedText(in: message)
            text += "\n"
        }
        return text
    }()
    /// The same in lower case.
    private(set) lazy var foldedText: [UInt8] = Array(text.lowercased().utf8)

    init(_ message: Message, _ transaction: Transaction, _ surroundings: Surroundings) {
        (self.message, self.transaction, self.surroundings) = (message, transaction, surroundings)
    }

    /// How large a file is once it is decoded.
    func size(of attachment: Attachment) -> Int { attachment.part.decodedBody(in: message).count }
}
