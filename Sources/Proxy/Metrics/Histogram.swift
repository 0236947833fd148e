/// Counts durations by how long they are, as Prometheus counts them.
struct Histogram: Sendable, Hashable {
    /// The upper bounds of the buckets, in milliseconds.
    static let bounds = [1, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 30_000, 60_000, 300_000]

    /// How many there were in each bucket, the longest beyond all bounds last.
    private(set) var counts = [Int](repeating: 0, count: bounds.count + 1)
    /// Their sum, in microseconds.
    private(set) var sum = 0

    init() {}

    /// Counts one.
    mutating func add(_ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        let micros =
            Int(clamping: seconds).multipliedReportingOverflow(by: 1_000_000).partialValue
            &+ Int(attoseconds / 1_000_000_000_000)
        let time = max(0, micros)
        let place = Histogram.bounds.firstIndex { time <= $0 * 1000 } ?? Histogram.bounds.count
        counts[place] &+= 1
        sum &+= time
    }
}
