import Glibc
import Synchronization
import Values

/// The files that a policy is made of, as they were when they were read.
final class WatchedFiles: Sendable {
    /// What tells a file from what it was.
    private struct Identity: Equatable {
        let device: UInt64
        let inode: UInt64
        let size: Int64
        let modified: Timestamp
    }

    private struct State {
        var policies: [String: Identity?] = [:]
        var lists: [String: Identity?] = [:]
    }

    private let state = Mutex(State())

    /// What has changed.
    enum Change: Equatable {
        case none
        /// A list has, and the policy has not.
        case lists
        /// The policy itself has: whoever writes it says when it is to hold.
        case policy
    }

    /// Forgets all files: they are read anew.
    func begin() { state.withLock { $0 = State() } }

    /// A file of the policy is read.
    func notePolicy(_ path: String) {
        let identity = WatchedFiles.identity(of: path)
        state.withLock { $0.policies[path] = .some(identity) }
    }

    /// A file of a list is read.
    func noteList(_ path: String) {
        let identity = WatchedFiles.identity(of: path)
        state.withLock { $0.lists[path] = .some(identity) }
    }

    /// What has changed since the files were read. One that was written within the last second may be written still.
    func change(at now: Timestamp) -> Change {
        let known = state.withLock { $0 }
        func changed(_ files: [String: Identity?]) -> Bool {
            files.contains { path, old in
                let new = WatchedFiles.identity(of: path)
                guard new != old else { return false }
                return new.map { now.since($0.modified) >= .seconds(1) || $0.modified > now } ?? true
            }
        }
        guard changed(known.lists) else { return .none }
        return changed(known.policies) ? .policy : .lists
    }

    private static func identity(of path: String) -> Identity? {
        var info = stat()
        guard unsafe stat(path, &info) == 0 else { return nil }
        return Identity(
            device: UInt64(info.st_dev), inode: UInt64(info.st_ino), size: Int64(info.st_size),
            modified: Timestamp(
                milliseconds: Int64(info.st_mtim.tv_sec) * 1000 + Int64(info.st_mtim.tv_nsec) / 1_000_000))
    }
}
