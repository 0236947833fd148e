import Values

/// Something a stage asks for that is not a verdict. The proxy carries it out; replay records it.
public enum Effect: Sendable, Hashable {
    /// Wait this long before the reply to the command at hand.
    case delayReply(Duration)
    /// Send and read no faster than this many bytes a second.
    case limitRate(bytesPerSecond: Int)
    /// Add a header field above the message.
    case addHeader(name: String, value: String)
    /// Leave out these stages for the rest of the session.
    case exempt(stages: [String], reason: String)
    /// Count the client among these for the rest of the session: every stage that exempts them leaves it unchecked.
    case countAs(Exemption, because: StageReport.Omission)

    /// The effect as JSON.
    public var json: JSON {
        switch self {
        case .delayReply(let duration):
            .object(["effect": "delay-reply", "seconds": .thousandths(Int(duration.milliseconds))])
        case .limitRate(let rate): .object(["effect": "limit-rate", "bytes_per_second": .integer(rate)])
        case .addHeader(let name, let value):
            .object(["effect": "add-header", "name": .string(name), "value": .string(value)])
        case .exempt(let stages, let reason):
            .object([
                "effect": "exempt", "stages": .array(stages.map(JSON.string)), "reason": .string(reason),
            ])
        case .countAs(let exemption, let omission):
            .object([
                "effect": "count-as", "as": .string(exemption.rawValue), "reason": .string(omission.text),
            ])
        }
    }
}
