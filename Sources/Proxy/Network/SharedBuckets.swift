import Screening
import Synchronization

/// Holds connections that share a number of bytes a second to it, all of them together.
final class SharedBuckets: Sendable {
    private let buckets = Mutex<[String: TokenBucket]>([:])

    /// As many names are held; more than that are none that a policy has written.
    private static let limit = 4096

    /// Takes `count` bytes from what each of `rates` has at `now`; how long to wait before more is let pass.
    func spend(_ count: Int, of rates: [SharedRate], at now: ContinuousClock.Instant) -> Duration {
        guard !rates.isEmpty else { return .zero }
        return buckets.withLock { buckets in
            if buckets.count > SharedBuckets.limit { buckets.removeAll() }
            return rates.reduce(.zero) { wait, rate in
                var bucket = buckets[rate.name] ?? TokenBucket(rate: rate.bytesPerSecond, at: now)
                bucket.rate = rate.bytesPerSecond
                defer { buckets[rate.name] = bucket }
                return max(wait, bucket.spend(count, at: now))
            }
        }
    }
}
