import Values

/// When a packet came: its time, and its place in the capture, which orders packets of equal times.
struct Moment: Sendable, Hashable, Comparable {
    let number: Int
    let time: Timestamp

    static func < (left: Moment, right: Moment) -> Bool { left.number < right.number }
}
