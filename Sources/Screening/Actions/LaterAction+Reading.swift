import Values

extension LaterAction {
    /// The action that `members` tell, as `LaterAction.members` has them; nil when they tell none.
    public init?(members: [String: JSON]) {
        func text(_ key: String) -> String? { members[key]?.string }
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
        guard let name = members["name"]?.string, let path = members["path"]?.string,
            let arguments = members["arguments"]?.items, let variables = members["environment"]?.members,
            let limit = members["timeout"]?.inThousandths, let readsMessage = members["reads_message"]?.flag
        else { return nil }
        self.init(
            name: name, path: path, arguments: arguments.compactMap(\.string),
            environment: variables.sorted { $0.key < $1.key }.compactMap { name, value in
                value.string.map { Variable(name, $0) }
            }, limit: .milliseconds(limit), readsMessage: readsMessage)
    }
}
