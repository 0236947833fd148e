/// How many labelled messages have each profile: of a run, or of a part of it.
public struct LabelledCounts: Sendable {
    /// Ham and spam of each profile, by its place.
    public private(set) var byProfile: [(ham: Int, spam: Int)]
    /// All ham.
    public private(set) var ham = 0
    /// All spam.
    public private(set) var spam = 0

    /// No messages of `profiles` profiles.
    public init(profiles: Int) { byProfile = Array(repeating: (0, 0), count: profiles) }

    /// Adds a message; one without a label counts for nothing.
    public mutating func add(_ message: RunFindings.Message) {
        switch message.label {
        case .ham:
            byProfile[Int(message.profile)].ham += 1
            ham += 1
        case .spam:
            byProfile[Int(message.profile)].spam += 1
            spam += 1
        case .unlabelled: break
        }
    }

    /// The counts of this part and another together.
    public static func + (left: LabelledCounts, right: LabelledCounts) -> LabelledCounts {
        var sum = left
        for (profile, count) in right.byProfile.enumerated() {
            sum.byProfile[profile].ham += count.ham
            sum.byProfile[profile].spam += count.spam
        }
        sum.ham += right.ham
        sum.spam += right.spam
        return sum
    }
}

extension RunFindings {
    /// The labelled messages in parts of about the same size, oldest first. Ham and spam are split apart, as archives
    /// often hold the one from other years than the other; messages without a time count as the oldest.
    public func parts(_ bounds: [Double]) -> [LabelledCounts] {
        var parts = Array(repeating: LabelledCounts(profiles: profiles.count), count: bounds.count + 1)
        for label in [Label.ham, .spam] {
            let messages = messages.filter { $0.label == label }.sorted { left, right in
                let (one, other) = (left.time ?? .min, right.time ?? .min)
                return one != other ? one < other : left.number < right.number
            }
            for (place, message) in messages.enumerated() {
                let share = Double(place) / Double(messages.count)
                parts[bounds.count { share >= $0 }].add(message)
            }
        }
        return parts
    }
}
