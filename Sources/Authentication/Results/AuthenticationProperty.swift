import Values

/// A property of a result: `smtp.mailfrom=user@example.net` (RFC 8601 §2.3).
public struct AuthenticationProperty: Sendable, Hashable {
    /// Where the value comes from, in lower case: `smtp`, `header`, `body`, `policy`. Empty where the field does not
    /// say, as in `action=none`.
    public var type: String
    /// What the value is of, in lower case: `mailfrom`, `d`.
    public var name: String
    /// The value, quotes resolved. What header fields or clients say: to be shown with care.
    public var value: String

    /// The property `type`.`name`.
    public init(_ type: String, _ name: String, _ value: String) {
        (self.type, self.name, self.value) = (type.asciiLowercased, name.asciiLowercased, value)
    }

    /// The property's name as fields write it: `smtp.mailfrom`, or the bare name.
    public var key: String { type.isEmpty ? name : "\(type).\(name)" }
}
