/// A value together with the place in the policy that set it.
public struct Placed<Value: Sendable>: Sendable {
    public let value: Value
    /// Where the value stands; `.builtIn` for a default.
    public let place: PolicyPlace

    /// A value set at `place`.
    public init(_ value: Value, at place: PolicyPlace) {
        (self.value, self.place) = (value, place)
    }
}

extension Placed: Equatable where Value: Equatable {}
extension Placed: Hashable where Value: Hashable {}
