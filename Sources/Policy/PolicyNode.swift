/// A value of a policy document as it was written: scalars stay text until a setting says what type it wants, so
/// `010` is never 8 and a host called `no` is never false.
public struct PolicyNode: Sendable, Hashable {
    /// What a node holds.
    public enum Content: Sendable, Hashable {
        /// A scalar's text; `isQuoted` for quoted and block scalars, which are text whatever they look like.
        case scalar(String, isQuoted: Bool)
        case sequence([PolicyNode])
        /// The members in the order they were written, each key once.
        case mapping([PolicyMember])
        /// Nothing, `~` or `null`.
        case null
    }

    /// Where the value begins.
    public let place: PolicyPlace
    public let content: Content

    /// A node at a place.
    public init(_ content: Content, at place: PolicyPlace) {
        (self.place, self.content) = (place, content)
    }
}

/// A key of a mapping with its value.
public struct PolicyMember: Sendable, Hashable {
    public let key: String
    /// Where the key begins.
    public let keyPlace: PolicyPlace
    public let value: PolicyNode

    /// A key and its value.
    public init(key: String, keyPlace: PolicyPlace, value: PolicyNode) {
        (self.key, self.keyPlace, self.value) = (key, keyPlace, value)
    }
}

extension PolicyNode {
    /// The node in the words of a complaint: `'soon'`, `a list`.
    var found: String {
        switch content {
        case .scalar(let text, isQuoted: _): excerpt(text)
        case .sequence: "a list"
        case .mapping: "keys and values"
        case .null: "nothing"
        }
    }

    var isNull: Bool {
        if case .null = content { true } else { false }
    }
}

/// Text from a file quoted for a message: at most 40 characters on one line, control characters escaped.
func excerpt(_ text: some StringProtocol) -> String {
    var result = "'"
    for (count, scalar) in text.unicodeScalars.enumerated() {
        if count == 40 { return result + "…'" }
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned:
            result += "\\u{" + String(scalar.value, radix: 16) + "}"
        default: result.unicodeScalars.append(scalar)
        }
    }
    return result + "'"
}
