import Values

extension LaterAction {
    /// The action that `members` tell, as `LaterAction.members` has them; nil when they tell none.
    public init?(members: [String: JSON]) {
        func text(_ key: String) -> String? {
            if case .string(let text) = members[key] { text } else { nil }
        }
        switch text("effect") {
        case "webhook":
            guard let name = text("name"), let url = text("url"), let body = text("body") else { return nil }
            self = .webhook(WebhookCall(name: name, url: url, body: body))
        case "note":
            guard let recipient = text("to"), let subject = text("subject"), let lines = text("text"),
                let attachment = text("attach").flatMap(NoteMail.Attachment.init(rawValue:))
            else { return nil }
            self = .note(
                NoteMail(
                    recipient: recipient, sender: text("from"), subject: subject, text: lines, attachment: attachment))
        case "run":
            guard let call = ProgramCall(members: members) else { return nil }
            self = .run(call)
        default: return nil
        }
    }
}

extension ProgramCall {
    fileprivate init?(members: [String: JSON]) {
        guard case .string(let name) = members["name"], case .string(let path) = members["path"],
            case .array(let arguments) = members["arguments"], case .object(let variables) = members["environment"],
            case .bool(let readsMessage) = members["reads_message"]
        else { return nil }
        let limit: Int
        switch members["timeout"] {
        case .integer(let seconds): limit = min(seconds, 86_400) * 1000
        case .thousandths(let number): limit = number
        default: return nil
        }
        self.init(
            name: name, path: path,
            arguments: arguments.compactMap { if case .string(let text) = $0 { text } else { nil } },
            environment: variables.sorted { $0.key < $1.key }.compactMap { name, value in
                if case .string(let text) = value { Variable(name, text) } else { nil }
            }, limit: .milliseconds(limit), readsMessage: readsMessage)
    }
}
