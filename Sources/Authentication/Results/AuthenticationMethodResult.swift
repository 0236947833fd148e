import Values

/// What one method found: `dkim=pass (good signature) header.d=example.net` (RFC 8601 §2.2, §2.7).
public struct AuthenticationMethodResult: Sendable, Hashable {
    /// The method, in lower case: `spf`, `dkim`, `dmarc`, `arc`, `iprev`, `auth`, …
    public var method: String
    /// The method's version: 1 where the field does not say (RFC 8601 §2.6).
    public var version: Int
    /// The result, in lower case: `pass`, `fail`, …
    public var result: String
    /// `reason=`.
    public var reason: String?
    /// The properties, in the order of the field.
    public var properties: [AuthenticationProperty]
    /// The comments, in the order of the field, quoted pairs resolved.
    public var comments: [String]

    /// The result `result` of `method`.
    public init(
        _ method: String, _ result: String, version: Int = 1, reason: String? = nil,
        properties: [AuthenticationProperty] = [], comments: [String] = []
    ) {
        (self.method, self.result) = (method.asciiLowercased, result.asciiLowercased)
        (self.version, self.reason, self.properties, self.comments) = (version, reason, properties, comments)
    }

    /// The value of the first property `key`, such as `smtp.mailfrom`.
    public func value(of key: String) -> String? { properties.first { $0.key == key }?.value }

    /// The domain that the result is about, in lower case: of the method's own properties the first that is there. Nil
    /// where it names none.
    public var domain: String? {
        let keys: [String]
        switch method {
        case "spf", "sender-id": keys = ["smtp.mailfrom", "smtp.mail", "smtp.helo", "header.from"]
        case "dkim", "domainkeys": keys = ["header.d", "header.i", "header.from"]
        case "dmarc", "dkim-adsp": keys = ["header.from"]
        case "vbr": keys = ["header.md"]
        default: keys = []
        }
        for key in keys {
            guard let value = value(of: key), !value.isEmpty else { continue }
            let domain = value.utf8.lastIndex(of: .at).map { value[value.index(after: $0)...] } ?? value[...]
            // "none" is what Outlook writes where there is no signature.
            if !domain.isEmpty, domain != "none" { return domain.asciiLowercased }
        }
        return nil
    }
}
