import Values

/// Something that a policy wants done about a message once its fate is settled, off the path of mail: a call of a web
/// service, a mail to a person, a program.
public enum LaterAction: Sendable, Hashable {
    case webhook(WebhookCall)
    case note(NoteMail)
    case run(ProgramCall)

    /// The action as the members of a JSON object.
    public var members: [String: JSON] {
        var members: [String: JSON]
        switch self {
        case .webhook(let call): members = call.members
        case .note(let note): members = note.members
        case .run(let call): members = call.members
        }
        members["effect"] = .string(kind)
        return members
    }

    /// The name of its kind.
    public var kind: String {
        switch self {
        case .webhook: "webhook"
        case .note: "note"
        case .run: "run"
        }
    }

    /// Whether it takes the message, and not only what is known of it.
    public var takesMessage: Bool {
        switch self {
        case .webhook: false
        case .note(let note): note.attachment != .none
        case .run(let call): call.readsMessage
        }
    }
}

/// A call of a web service: a POST of JSON.
public struct WebhookCall: Sendable, Hashable {
    /// What the policy calls the service; its secret is known by this.
    public let name: String
    /// Where the call goes.
    public let url: String
    /// The content, a JSON object.
    public let body: String

    /// A call.
    public init(name: String, url: String, body: String) { (self.name, self.url, self.body) = (name, url, body) }

    var members: [String: JSON] { ["name": .string(name), "url": .string(url), "body": .string(body)] }
}

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
