import Mail
import Policy
import Screening
import Values

/// A web service that rules may tell of messages.
public struct ContentWebhook: Sendable {
    /// What rules call the service.
    public let name: String
    /// Where it is called.
    public let url: String
    /// The file of the secret that calls are signed with; nil where they are not.
    public let secretFile: Placed<String>?

    /// Reads a service; nil, with the mistake noted, when it has no name or no address.
    init?(from reader: inout PolicyReader) {
        let name = reader.optionalText("name", "What rules call the service.")
        let url = reader.optionalValue(
            "url", expecting: "an address such as https://hooks.example.org/mail", "Where it is called by POST.",
            parse: { WebAddress($0) == nil ? nil : $0 })
        secretFile = reader.optionalValue(
            "secret", expecting: "the name of a file",
            "The file of a secret that calls are signed with: the field X-Assay-Signature is sha256= and the HMAC of the "
                + "time in X-Assay-Time, a dot and the content.", parse: { $0.isEmpty ? nil : $0 })
        guard !reader.place.isBuiltIn else { return nil }
        guard let name, !name.isEmpty, let url else {
            if name?.isEmpty ?? true { reader.report("a web service needs a 'name'", at: reader.place) }
            if reader.place(of: "url").isBuiltIn { reader.report("a web service needs a 'url'", at: reader.place) }
            return nil
        }
        (self.name, self.url) = (name, url.value)
    }

    /// The call that tells of a message.
    func call(about content: FilteredMessage, _ rule: ContentMacros.Rule, text: String) -> WebhookCall {
        func told(_ macro: String) -> JSON {
            .string(String(ContentMacros.expand("$\(macro)$", in: content, rule).prefix(1000)))
        }
        let recipients = content.transaction.recipients.compactMap { $0.path.value?.address }
        let body = JSON.object([
            "text": .string(String(text.prefix(16_000))), "rule": .string(rule.name),
            "symbol": .string(rule.symbol.name),
            "match": .array(rule.grounds.prefix(100).map { .string(String($0.text.prefix(1000))) }),
            "sender": told("SENDER"), "recipients": .array(recipients.prefix(100).map(JSON.string)),
            "from": told("FROM"), "subject": told("SUBJECT"), "message_id": told("MESSAGE-ID"),
            "client": told("CLIENT"), "helo": told("HELO"), "session": told("SESSION"), "time": told("NOW"),
            "size": .integer(content.message.bytes.count), "score": .thousandths(content.score),
            "findings": .array(content.symbols.prefix(200).map { .string($0.name) }),
        ])
        return WebhookCall(name: name, url: url, body: body.text)
    }
}
