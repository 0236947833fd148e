/// Why an expression cannot be used.
public struct ExpressionError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What is wrong, without the place.
    public let description: String
    /// Where in the pattern, in bytes from its start; nil where the whole is meant.
    public let offset: Int?

    public init(_ description: String, offset: Int? = nil) {
        (self.description, self.offset) = (description, offset)
    }
}
