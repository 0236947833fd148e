import Glibc
import NIOCore
import NIOPosix

/// Why the system would not let an address be used, for those who run the service: errors of the network library tell
/// of its calls.
public enum SystemReason {
    /// The reason in words, with what to do about it where that is known.
    public static func words(_ error: any Error) -> String {
        switch error {
        case let error as NIOConnectionError:
            if error.dnsAError != nil, error.dnsAAAAError != nil { return "no such host is known" }
            return error.connectionErrors.first.map { words($0.error) } ?? "the host has no address"
        case let error as SocketAddressError.UnknownHost: return "no host \(error.host) is known"
        case is SocketAddressError: return "this is no address"
        case ChannelError.connectTimeout: return "no answer in time"
        case let error as IOError: return words(ofCode: error.errnoCode)
        default: return "\(error)"
        }
    }

    private static func words(ofCode code: CInt) -> String {
        let reason = unsafe String(cString: strerror(code))
        return switch code {
        case EADDRINUSE: "another program listens there; stop it, or name another port"
        case EADDRNOTAVAIL: "no interface of this machine has the address"
        case EACCES: "\(reason); ports below 1024 take CAP_NET_BIND_SERVICE, or a socket that systemd opens"
        case ECONNREFUSED: "nobody listens there"
        default: reason
        }
    }
}
