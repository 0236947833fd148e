/// One mistake in a policy and where it stands. Mistakes are collected, never thrown at the first, and sort by place.
public struct PolicyDiagnostic: Error, Sendable, Hashable {
    /// The offending key or value.
    public let place: PolicyPlace
    /// What is wrong and, where there is one, the remedy.
    public let message: String

    /// A mistake at a place.
    public init(place: PolicyPlace, message: String) {
        (self.place, self.message) = (place, message)
    }
}

extension PolicyDiagnostic: Comparable {
    public static func < (left: PolicyDiagnostic, right: PolicyDiagnostic) -> Bool {
        if left.place != right.place { return left.place < right.place }
        return left.message.utf8.lexicographicallyPrecedes(right.message.utf8)
    }
}

extension PolicyDiagnostic: CustomStringConvertible {
    /// `policy.yaml:12:5: message`.
    public var description: String { "\(place): \(message)" }
}
