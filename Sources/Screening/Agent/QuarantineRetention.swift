import Policy
import Values

/// How long `assayd` keeps messages in quarantine, and how many.
public struct QuarantineRetention: Sendable, Hashable {
    /// How long messages are kept; zero until somebody deletes them.
    public var keepAge: Duration = .zero
    /// How many octets they may have on the disk; zero for any number. Beyond, the oldest are deleted.
    public var keepSize = 0
    /// No message is deleted to make room for others before it is this old.
    public var floor: Duration = .seconds(86_400)

    /// Everything is kept.
    public init() {}

    /// Reads the agent's keys.
    init(from reader: inout PolicyReader) {
        let day = Duration.seconds(86_400)
        keepAge = reader.duration(
            "quarantine_keep", default: .zero, in: .zero...(day * 36_500),
            "How long messages stay in quarantine; 0 keeps them until somebody deletes them.")
        keepSize = reader.size(
            "quarantine_size", default: 0, in: 0...(1 << 44),
            "How many bytes of messages may lie in quarantine, compressed; beyond, the oldest are deleted to make room. 0 is any number."
        )
        floor = reader.duration(
            "quarantine_floor", default: day, in: .zero...(day * 36_500),
            "How old a message in quarantine must be to be deleted to make room; while all are younger, further ones are refused for now."
        )
    }
}
