import Glibc
import Values

/// Tells the service manager that started this program how it is doing, by the protocol of sd_notify(3): datagrams of
/// `KEY=value` lines to the socket named in NOTIFY_SOCKET. Without that variable nothing is told.
struct ServiceManager: Sendable {
    private let socketPath: String?
    /// How often the manager wants a sign of life; nil where it wants none (sd_watchdog_enabled(3)).
    let watchdogInterval: Duration?

    /// What the environment says: only what is meant for this process counts.
    init(environment: (String) -> String? = ServiceManager.variable, processID: Int32 = getpid()) {
        let path = environment("NOTIFY_SOCKET") ?? ""
        // sockaddr_un holds 108 bytes, with the final NUL of a path.
        socketPath = (path.hasPrefix("/") || path.hasPrefix("@")) && path.utf8.count < 108 ? path : nil
        let watched = environment("WATCHDOG_PID").map { Int32($0) == processID } ?? true
        watchdogInterval =
            environment("WATCHDOG_USEC").flatMap { Int64($0) }.flatMap { micros in
                // sd_watchdog_enabled(3): a sign of life every half of the time.
                watched && micros > 0 ? .microseconds(max(1000, micros / 2)) : nil
            }
    }

    /// A variable of this process's environment.
    static func variable(_ name: String) -> String? { unsafe getenv(name).map { unsafe String(cString: $0) } }

    /// The service is there, or there again after a reload.
    func ready(_ status: String) { send("READY=1\nSTATUS=\(status)") }

    /// The policy is being read anew.
    func reloading() {
        var time = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        send(
            "RELOADING=1\nMONOTONIC_USEC=\(Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000)\nSTATUS=reading the policy anew"
        )
    }

    /// The service ends.
    func stopping(_ status: String) { send("STOPPING=1\nSTATUS=\(status)") }

    /// What the service is doing, in words.
    func status(_ text: String) { send("STATUS=\(text)") }

    /// The service is alive.
    func alive() { send("WATCHDOG=1") }

    /// Sends one datagram. A manager that does not take it is not waited for.
    private func send(_ text: String) {
        guard let socketPath else { return }
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue), 0)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        var path = Array(socketPath.utf8)
        // unix(7): an abstract name begins with a NUL, and its length is all of it.
        if path.first == .ascii("@") { path[0] = 0 }
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: path) }
        let length = MemoryLayout<sa_family_t>.size + path.count + (path.first == 0 ? 0 : 1)
        let message = Array(text.utf8)
        _ = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                unsafe sendto(descriptor, message, message.count, Int32(MSG_NOSIGNAL), address, socklen_t(length))
            }
        }
    }
}
