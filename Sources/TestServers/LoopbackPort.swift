import Glibc

/// A port of the loopback interface.
public struct LoopbackPort: Sendable {
    /// The kinds of port: each has its own numbers.
    public enum Kind: Sendable {
        /// TCP.
        case stream
        /// UDP.
        case datagram
    }

    /// The system had no port to give.
    public struct NoneFree: Error {}

    /// 1 to 65535.
    public let number: Int

    /// The port of this number.
    public init(_ number: Int) { self.number = number }

    /// A port on which nobody listens.
    ///
    /// Throws `NoneFree`.
    public static func free(_ kind: Kind) throws(NoneFree) -> LoopbackPort {
        let type = kind == .stream ? SOCK_STREAM : SOCK_DGRAM
        let descriptor = socket(AF_INET, Int32(type.rawValue), 0)
        defer { close(descriptor) }
        var address = LoopbackPort(0).address
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
            }
        }
        guard isBound else { throw NoneFree() }
        return LoopbackPort(Int(UInt16(bigEndian: address.sin_port)))
    }

    /// Whether somebody takes TCP connections there.
    public var answers: Bool {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = address
        return unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }

    /// Waits until somebody takes TCP connections there; false when nobody does within 20 seconds.
    public func comesUp() async throws(CancellationError) -> Bool {
        for _ in 0..<400 {
            if answers { return true }
            do { try await Task.sleep(for: .milliseconds(50)) } catch { throw CancellationError() }
        }
        return false
    }

    private var address: sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(number).bigEndian
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        return address
    }
}
