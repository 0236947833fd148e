/// How long a server takes to answer, learned from its answers (RFC 6298 §2).
struct RoundTrip: Sendable, Hashable {
    /// Shorter waits would send twice what is only late: name servers are busy for longer than a packet travels.
    let shortest: Duration
    /// Before anything is known (RFC 6298 §2.1).
    static let first = Duration.seconds(1)

    private var smoothed: Duration?
    private var variation = Duration.zero

    /// Nothing is known yet; no wait will be shorter than `shortest`.
    init(shortest: Duration) { self.shortest = shortest }

    /// How long to wait before the query is sent again.
    var retransmission: Duration {
        max(shortest, smoothed.map { $0 + variation * 4 } ?? RoundTrip.first)
    }

    /// Takes in how long an answer took. Each query has an id of its own, so which of several it answers is known.
    mutating func add(_ sample: Duration) {
        guard let smoothed else {
            (self.smoothed, variation) = (sample, sample / 2)
            return
        }
        let difference = smoothed > sample ? smoothed - sample : sample - smoothed
        variation = variation * 3 / 4 + difference / 4
        self.smoothed = smoothed * 7 / 8 + sample / 8
    }
}
