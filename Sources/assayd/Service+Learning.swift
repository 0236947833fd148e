import Glibc
import Screening
import Values

extension Service {
    /// Looks at the files of lists as often as the policy says, and has the policy read anew where one has changed.
    func watchLists(every interval: @Sendable () -> Duration, reload: @Sendable (Int32) -> Void) async {
        var hasTold = false
        while !Task.isCancelled {
            let wanted = interval()
            try? await Task.sleep(for: wanted > .zero ? wanted : .seconds(5))
            guard wanted > .zero, !Task.isCancelled else { continue }
            switch watchedFiles.change(at: Service.now) {
            case .none: hasTold = false
            case .lists: reload(SIGHUP)
            case .policy:
                if !hasTold {
                    Log.standardError.note(
                        "a list has changed, and so has the policy: both are read upon SIGHUP", at: Service.now)
                }
                hasTold = true
            }
        }
    }

    /// How far the time of day here is ahead of UTC.
    static func zone(at time: Timestamp) -> Duration {
        var seconds = time_t(time.seconds)
        var local = unsafe tm()
        guard unsafe localtime_r(&seconds, &local) != nil else { return .zero }
        return .seconds(Int(unsafe local.tm_gmtoff))
    }
}
