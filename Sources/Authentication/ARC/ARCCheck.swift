/// What came of one signature of a set.
public enum ARCCheck: Sendable, Hashable {
    /// The chain had failed before it was its turn.
    case notEvaluated
    case pass
    case fail(DKIMFault)

    /// `pass`, `fail` or `not-evaluated`.
    public var text: String {
        switch self {
        case .notEvaluated, .fail(.keyUnrecorded): "not-evaluated"
        case .pass: "pass"
        case .fail: "fail"
        }
    }

    /// Why it is not pass, in a few words that programs can compare.
    public var reason: String? {
        guard case .fail(let fault) = self else { return nil }
        return fault.description
    }

    init(_ fault: DKIMFault?) { self = fault.map(ARCCheck.fail) ?? .pass }
}
