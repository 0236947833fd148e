import NIOPosix
import Screening
import Stores
import Synchronization
import Values

/// What is deleted of its own: what is too old, and the oldest where there is too much.
extension QuarantineFolder {
    /// How often the folder is looked through for what is too old.
    private static let tidiesEvery = Duration.seconds(600)

    /// Makes room for a message of `octets` octets where the folder may hold only so much; false when it cannot, because
    /// all that is there is too young to go.
    func makeRoom(for octets: Int, at now: Timestamp) -> Bool {
        guard retention.keepSize > 0, let index = index(makes: true) else { return true }
        var passes = 0
        while let stored = try? index.storedOctets(), stored + octets > retention.keepSize {
            // What is deleted by others meanwhile ends the loop too.
            guard passes < 10_000, let oldest = try? index.oldest(before: now - retention.floor, limit: 16),
                !oldest.isEmpty
            else { return false }
            passes += 1
            var hasRemoved = false
            for id in oldest where removeIfFree(id) {
                hasRemoved = true
                if let stored = try? index.storedOctets(), stored + octets <= retention.keepSize { break }
            }
            guard hasRemoved else { return false }
        }
        return true
    }

    /// Tidies the folder where waiting for a disk holds nobody up.
    public func lookThrough(at now: Timestamp) async {
        _ = try? await NIOThreadPool.singleton.runIfActive { self.tidy(at: now) }
    }

    /// Brings the index up to date and deletes what has been kept for long enough, unless that was done a few minutes
    /// ago.
    public func tidy(at now: Timestamp) {
        let isDue = held.withLock { held in
            if let tidied = held.tidied, now >= tidied, now.since(tidied) < QuarantineFolder.tidiesEvery {
                return false
            }
            held.tidied = now
            return true
        }
        guard isDue, let ids = try? ids(), !ids.isEmpty, let index = index(makes: true) else { return }
        _ = try? reconcile(index)
        guard retention.keepAge > .zero else { return }
        while let old = try? index.oldest(before: now - retention.keepAge, limit: 100), !old.isEmpty {
            guard old.count(where: { removeIfFree($0) }) > 0 else { return }
        }
    }
}
