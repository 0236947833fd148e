import Glibc

/// The processor time this process has used, user and system: unlike wall time it says the same on a busy machine.
enum CPUTime {
    /// Seconds since the process began.
    static var seconds: Double {
        var time = timespec()
        unsafe clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    /// What `work` costs, in seconds.
    static func measure(_ work: () throws -> Void) rethrows -> Double {
        let start = seconds
        try work()
        return seconds - start
    }
}
