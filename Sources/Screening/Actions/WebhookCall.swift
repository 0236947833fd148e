import Values

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
