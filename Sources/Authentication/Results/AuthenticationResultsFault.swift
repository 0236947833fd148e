import Values

/// Where an Authentication-Results field departs from RFC 8601 §2.2.
public struct AuthenticationResultsFault: Error, Sendable, Hashable, CustomStringConvertible {
    /// What is wrong.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// The field opens with a result, or holds nothing.
        case missingAuthservID = "no authserv-id"
        /// The authserv-id is neither a token nor a quoted string. It is kept.
        case malformedAuthservID = "the authserv-id is neither a token nor a quoted string"
        /// No `i=` opens an ARC-Authentication-Results field, or its number is none from 1 to 50.
        case malformedInstance = "no instance from 1 to 50"
        /// `i=` opens a field that is no ARC one. It is kept.
        case unexpectedInstance = "an instance in a field without ARC"
        /// The version is no number. It is left out.
        case malformedVersion = "a version that is no number"
        /// Neither a result nor "none" follows.
        case noResults = "neither a result nor \"none\""
        /// "none" stands beside results. It is left out.
        case noneAmongResults = "\"none\" beside a result"
        /// A semicolon is followed by nothing.
        case emptyResult = "a semicolon that nothing follows"
        /// What stands between semicolons is no `method=result`. It is left out.
        case notAResult = "not a result"
        /// The result is none that is registered for the method. It is kept.
        case unregisteredResult = "a result that is not registered for its method"
        /// A property is not of the form `type.name=`. It is kept, with the type empty.
        case untypedProperty = "a property without a type"
        /// The name of a property is no keyword. It is kept.
        case malformedName = "a name that is no keyword"
        /// A value holds what only a quoted string may. It is kept.
        case unquotedValue = "a value that wants quotes"
        /// A value is missing. It is kept as empty.
        case emptyValue = "an empty value"
        /// A reason that is not the first, or stands after a property. The first is kept.
        case misplacedReason = "a reason out of place"
        /// Text that is nothing of the grammar. It is left out.
        case unexpectedText = "unexpected text"
        /// A comment is not closed, or nests too deep. It is taken to end at the next parenthesis.
        case unclosedComment = "a comment that is not closed"
        /// A quoted string is not closed. Its quote is taken as a letter.
        case unclosedQuote = "a quoted string that is not closed"
        /// More than is read. The rest is left out.
        case tooMuch = "more than is read"
    }

    /// What is wrong.
    public let kind: Kind
    /// Where in the field's value, in bytes.
    public let offset: Int
    /// What stands there, cut to 80 characters, with what is not printable shown as `?`.
    public let text: String

    init(_ kind: Kind, offset: Int, _ text: some Sequence<UInt8>) {
        (self.kind, self.offset) = (kind, offset)
        let shown = text.prefix(80).map { $0 >= 0x20 && $0 < 0x7F ? $0 : .ascii("?") }
        self.text = String(decoding: shown, as: UTF8.self)
    }

    /// The fault in words.
    public var description: String {
        text.isEmpty ? "at \(offset): \(kind.rawValue)" : "at \(offset): \(kind.rawValue): \(text)"
    }
}
