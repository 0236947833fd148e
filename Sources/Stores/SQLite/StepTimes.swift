/// How long the steps of upkeep took, each of which whoever asks for an entry may have to wait for.
public struct StepTimes: Sendable {
    /// Steps taken.
    public private(set) var count = 0
    /// The longest of them.
    public private(set) var longest: Duration = .zero

    mutating func add(_ duration: Duration) {
        count += 1
        longest = max(longest, duration)
    }
}
