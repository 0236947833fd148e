/// An Authentication-Results field as it was understood, and what of it was not.
public struct AuthenticationResultsReading: Sendable, Hashable {
    /// What was understood.
    public let results: AuthenticationResults
    /// Where the field departs from RFC 8601, in its order.
    public let faults: [AuthenticationResultsFault]

    /// A field as it was understood.
    public init(results: AuthenticationResults, faults: [AuthenticationResultsFault]) {
        (self.results, self.faults) = (results, faults)
    }
}
