import Glibc
import Synchronization

/// A port of the loopback interface.
public struct LoopbackPort: Sendable {
    /// The system had no port to give.
    public struct NoneFree: Error {}

    /// 1 to 65535.
    public let number: Int

    /// The port of this number.
    public init(_ number: Int) { self.number = number }

    /// A port on which nobody listens, by TCP or UDP, and which no one else here was given.
    ///
    /// From below the numbers that Linux gives to outgoing connections and queries (`ip_local_port_range`): of those
    /// any other test may be given one between this call and the server's start.
    /// Throws `NoneFree`.
    public static func free() throws(NoneFree) -> LoopbackPort {
        for _ in 0..<1000 {
            let port = LoopbackPort(Int.random(in: 10_000..<32_000))
            if given.withLock({ $0.insert(port.number).inserted }), port.isFree { return port }
        }
        throw NoneFree()
    }

    private static let given = Mutex<Set<Int>>([])

    private var isFree: Bool {
        [SOCK_STREAM, SOCK_DGRAM].allSatisfy { type in
            let descriptor = socket(AF_INET, Int32(type.rawValue), 0)
            defer { close(descriptor) }
            var address = address
            return unsafe withUnsafePointer(to: &address) { pointer in
                unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    unsafe bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
                }
            }
        }
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
