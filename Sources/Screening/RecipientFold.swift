/// How one reply at the final dot answers for recipients whose outcomes differ (SMTP has one reply for all of them,
/// RFC 5321 §4.1.1.4).
public enum MixedRecipients: String, Sendable, CaseIterable {
    /// The mildest outcome holds for all: nobody loses mail because of somebody else's rule.
    case lenient
    /// The strictest outcome holds for all.
    case strict
}

/// Folds the outcomes of a message's recipients into the one that the reply at the final dot gives. `discard` takes
/// part only where every recipient has it, as it would otherwise lose somebody's mail.
public func fold(_ outcomes: [Disposition], by rule: MixedRecipients) -> Disposition {
    guard let first = outcomes.first else { return .accept }
    if outcomes.allSatisfy({ $0 == first }) { return first }
    let kept = outcomes.filter { $0 != .discard }
    switch rule {
    case .lenient: return kept.min() ?? first
    case .strict: return kept.max() ?? first
    }
}

/// Folds the refusals of all recipients of a transaction into one: temporary when any of them was, since that one
/// may be accepted later; `discard` when somebody's mail is taken to be dropped, as the client is told that it may go on.
public func foldRefusals(_ outcomes: [Disposition]) -> Disposition {
    if outcomes.contains(.disconnect) { return .disconnect }
    if outcomes.contains(.discard) { return .discard }
    return outcomes.contains(.defer) ? .defer : .reject
}
