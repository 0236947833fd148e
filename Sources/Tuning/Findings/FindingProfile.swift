import Screening

/// All of a transaction that a policy's weights, actions and thresholds act upon. Archives have far fewer profiles than
/// messages, so that ruling once on each answers for all of them.
public struct FindingProfile: Sendable, Hashable {
    /// The findings in the order in which they were made, by their places among the kinds of the run.
    public let kinds: [Int32]
    /// The number of recipients.
    public let recipientCount: Int
    /// Whether a message came; a session may have ended before one did.
    public let hasMessage: Bool
    /// The checkpoint whose verdict stood; nil when none was ruled on.
    public let checkpoint: Phase?
    /// What became of it under the policy of the run; nil when nothing was ruled.
    public let disposition: Disposition?

    /// A profile.
    public init(
        kinds: [Int32], recipientCount: Int, hasMessage: Bool, checkpoint: Phase?, disposition: Disposition?
    ) {
        (self.kinds, self.recipientCount, self.hasMessage) = (kinds, recipientCount, hasMessage)
        (self.checkpoint, self.disposition) = (checkpoint, disposition)
    }
}
