import Values

/// A mail that tells a person of a message.
public struct NoteMail: Sendable, Hashable {
    /// Who gets it.
    public let recipient: String
    /// Who it is from; nil for the null reverse-path and an address of this host.
    public let sender: String?
    /// What it is about.
    public let subject: String
    /// Its lines.
    public let text: String
    /// What of the message it brings along.
    public let attachment: Attachment

    /// What of a message a note brings along.
    public enum Attachment: String, Sendable, Hashable, CaseIterable {
        case none, header, message
    }

    /// A note.
    public init(recipient: String, sender: String?, subject: String, text: String, attachment: Attachment) {
        (self.recipient, self.sender, self.subject) = (recipient, sender, subject)
        (self.text, self.attachment) = (text, attachment)
    }

    var members: [String: JSON] {
        [
            "to": .string(recipient), "from": sender.map(JSON.string) ?? .null, "subject": .string(subject),
            "text": .string(text), "attach": .string(attachment.rawValue),
        ]
    }
}
