import Screening
import State
import Synchronization
import Values

/// Holds connections that share a number of bytes a second to it, all of them together: those of this process at once, and
/// with those of others that keep their state in the same place by what each tells the others every now and then.
final class SharedBuckets: Sendable {
    private struct Share {
        var bucket: TokenBucket
        /// What was used here and nobody else knows of.
        var untold = 0
        /// What all had used when somebody asked last; nil where nobody has.
        var known: Int?
        var toldAt: ContinuousClock.Instant
        var isTelling = false
    }

    /// What is told of a rate.
    private struct Telling {
        let name: String
        let count: Int
    }

    private let shares = Mutex<[String: Share]>([:])

    /// As many names are held; more than that are none that a policy has written.
    private static let limit = 4096
    /// How long what was used is kept to oneself, and what is counted together.
    private static let interval = Duration.milliseconds(100), window = Duration.seconds(60)

    /// Takes `count` bytes from what each of `rates` has at `now`; how long to wait before more is let pass. What others
    /// use is asked of `state`, at event time `time`; nobody waits for the answer.
    func spend(
        _ count: Int, of rates: [SharedRate], at now: ContinuousClock.Instant, in state: (any StateStore)?,
        time: Timestamp
    ) -> Duration {
        guard !rates.isEmpty else { return .zero }
        let (wait, tellings) = shares.withLock { shares in
            if shares.count > SharedBuckets.limit { shares.removeAll() }
            var wait = Duration.zero
            var tellings: [Telling] = []
            for rate in rates {
                var share =
                    shares[rate.name]
                    ?? Share(bucket: TokenBucket(rate: rate.bytesPerSecond, at: now), toldAt: now)
                share.bucket.rate = rate.bytesPerSecond
                wait = max(wait, share.bucket.spend(count, at: now))
                share.untold += count
                if state != nil, !share.isTelling, share.known == nil || share.toldAt + SharedBuckets.interval <= now {
                    tellings.append(Telling(name: rate.name, count: share.untold))
                    (share.isTelling, share.untold, share.toldAt) = (true, 0, now)
                }
                shares[rate.name] = share
            }
            return (wait, tellings)
        }
        if let state {
            for telling in tellings { Task { await self.tell(telling, to: state, at: time) } }
        }
        return wait
    }

    /// Adds what was used here to what all use, and takes what others did from the bucket.
    private func tell(_ telling: Telling, to state: any StateStore, at time: Timestamp) async {
        let key = StateKey("throttle", "rate", telling.name)
        let total = try? await state.increment(key, by: telling.count, window: SharedBuckets.window, at: time)
        shares.withLock { shares in
            guard var share = shares[telling.name] else { return }
            share.isTelling = false
            if let total {
                if let known = share.known {
                    // The count begins anew once in a while.
                    let before = total >= known + telling.count ? known : 0
                    share.bucket.spendElsewhere(max(0, total - before - telling.count))
                } else {
                    // Of what others used before, a second's worth at the most was not waited for.
                    share.bucket.spendElsewhere(min(max(0, total - telling.count), share.bucket.rate ?? 0))
                }
                share.known = total
            } else {
                // Where nobody answers, what was used here is told with what comes next.
                share.untold += telling.count
            }
            shares[telling.name] = share
        }
    }
}
