import Proxy
import Screening
import Synchronization

/// The recorder in use, which a policy read anew keeps where it says the same.
final class Recorders: Sendable {
    private let current = Mutex<TranscriptFolder?>(nil)

    /// How many sessions were not recorded.
    var lostSessions: Int { current.withLock { $0?.lostSessions ?? 0 } }

    /// The recorder with these settings.
    func recorder(_ settings: RecordingSettings) -> TranscriptFolder {
        current.withLock { current in
            if let folder = current, folder.settings == settings { return folder }
            let folder = TranscriptFolder(settings, clock: { Service.now }) {
                Log.standardError.note($0, at: Service.now)
            }
            current = folder
            return folder
        }
    }

    /// Waits until all sessions that have ended are on the disk.
    func finish() { current.withLock { $0 }?.finish() }
}
