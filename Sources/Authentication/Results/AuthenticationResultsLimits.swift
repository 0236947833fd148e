/// How much of an Authentication-Results field is read. RFC 8601 sets no limits; a field is anyone's to write.
public struct AuthenticationResultsLimits: Sendable, Hashable {
    /// Bytes of the field's value that are looked at.
    public var fieldLength = 65_536
    /// Results.
    public var results = 100
    /// Properties of one result.
    public var properties = 50
    /// Comments of one result.
    public var comments = 20
    /// Bytes of a value, a reason or a comment.
    public var valueLength = 2000
    /// Faults that are told.
    public var faults = 50

    /// The limits above.
    public init() {}
}
