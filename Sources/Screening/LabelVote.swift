/// What one source says a message is: ham, spam, or only where it lay. Sources may disagree; the strongest gives the
/// label, and all of them are kept.
public struct LabelVote: Sendable, Hashable {
    /// Who or what says so, the strongest first.
    public enum Origin: String, Sendable, Hashable, CaseIterable {
        /// A person who reviewed the message (`assay label`).
        case review
        /// A list of labels (`--labels`).
        case list
        /// The user of a whole archive (`--label`).
        case option
        /// A person who moved the message into the junk folder, or out of it, between two runs.
        case move
        /// A person or a mail reader that marked the message itself: `$Junk`, `$NotJunk`.
        case keyword
        /// The folder or archive that the message lies in.
        case folder
        /// What a reader did with it: it was answered.
        case flag
        /// An earlier filter's verdict in the header.
        case verdict

        /// The place among all, 0 for the strongest.
        public var rank: Int { Origin.allCases.firstIndex(of: self) ?? Origin.allCases.count }
    }

    /// Where a message lay, as far as moving it says something.
    public enum Place: String, Sendable, Hashable {
        /// The inbox.
        case inbox
        /// The folder for junk.
        case junk
    }

    /// Who says so.
    public let origin: Origin
    /// `ham` or `spam`; nil when only the place is told.
    public let label: String?
    /// The words that say so: a folder's name, a keyword, a header field.
    public let detail: String
    /// Where the message lay, where a folder says so.
    public let place: Place?

    /// A vote of `origin`.
    public init(_ origin: Origin, _ label: String?, _ detail: String, place: Place? = nil) {
        (self.origin, self.label, self.detail, self.place) = (origin, label, detail, place)
    }
}

extension [LabelVote] {
    /// The label of the strongest vote that has one; of two as strong, the first.
    public var label: String? {
        filter { $0.label != nil }.min { $0.origin.rank < $1.origin.rank }?.label
    }

    /// Whether one says ham and another spam.
    public var isConflict: Bool {
        contains { $0.label == "ham" } && contains { $0.label == "spam" }
    }
}
