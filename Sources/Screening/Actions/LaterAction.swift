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
