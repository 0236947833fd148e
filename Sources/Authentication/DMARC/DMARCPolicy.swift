/// What a domain's owner asks to be done with mail that fails, and what that comes to for a message (RFC 7489 §6.3
/// `p=`), least strict first.
public enum DMARCPolicy: String, Sendable, Hashable, CaseIterable, Comparable, CustomStringConvertible {
    case none, quarantine, reject

    /// The policy one step less strict: what holds for a message that `pct=` leaves out (RFC 7489 §6.6.4), and for all
    /// while `t=y` says that the policy is being tested (RFC 9989).
    public var lowered: DMARCPolicy {
        switch self {
        case .none, .quarantine: .none
        case .reject: .quarantine
        }
    }

    private var strictness: Int {
        switch self {
        case .none: 0
        case .quarantine: 1
        case .reject: 2
        }
    }

    public static func < (left: DMARCPolicy, right: DMARCPolicy) -> Bool { left.strictness < right.strictness }

    /// The word of RFC 7489.
    public var description: String { rawValue }
}
