import Glibc
import Proxy
import SMTP

/// The sockets that a service manager listens on in this program's stead, by the protocol of sd_listen_fds(3).
enum ListenVariables {
    /// Where the first of them is.
    private static let firstDescriptor: Int32 = 3
    private static let limit: Int32 = 1000

    /// Their descriptors: only what is meant for this process counts.
    static func descriptors(
        environment: (String) -> String? = ServiceManager.variable, processID: Int32 = getpid()
    ) -> Range<Int32> {
        guard environment("LISTEN_PID").flatMap({ Int32($0) }) == processID,
            let count = environment("LISTEN_FDS").flatMap({ Int32($0) }), (1...limit).contains(count)
        else { return firstDescriptor..<firstDescriptor }
        return firstDescriptor..<firstDescriptor + count
    }

    /// The sockets, and the descriptors that are none to serve mail at.
    static func sockets() -> (found: [InheritedSocket], unusable: [Int32]) {
        var found: [InheritedSocket] = []
        var unusable: [Int32] = []
        for descriptor in descriptors() {
            // What this program starts is not to have them.
            _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
            if let socket = InheritedSocket(descriptor: descriptor) {
                found.append(socket)
            } else {
                unusable.append(descriptor)
            }
        }
        return (found, unusable)
    }
}
