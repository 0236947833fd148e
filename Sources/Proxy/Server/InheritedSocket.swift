import Glibc
import SMTP
import Values

/// A socket that already listened when this process was started, as a service manager hands it over.
public struct InheritedSocket: Sendable, Hashable {
    /// The file descriptor.
    public let descriptor: Int32
    /// Where it listens.
    public let address: ServerAddress

    /// The socket `descriptor`; nil when it is none that listens at an address of a kind that mail is served at.
    public init?(descriptor: Int32) {
        var isListening: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        guard unsafe getsockopt(descriptor, SOL_SOCKET, SO_ACCEPTCONN, &isListening, &size) == 0, isListening != 0,
            let address = InheritedSocket.address(of: descriptor)
        else { return nil }
        (self.descriptor, self.address) = (descriptor, address)
    }

    /// A socket that listens at `address`.
    init(descriptor: Int32, address: ServerAddress) { (self.descriptor, self.address) = (descriptor, address) }

    /// The sockets of `sockets` that serve for `addresses`, and those that serve for none. One serves for the address it
    /// listens at; where none does, one of all addresses of the host serves for one port, and the reverse.
    static func matched(
        _ sockets: [InheritedSocket], to addresses: [ServerAddress]
    ) -> (taken: [ServerAddress: InheritedSocket], left: [InheritedSocket]) {
        var taken: [ServerAddress: InheritedSocket] = [:]
        var left = sockets
        for isAlike in [isSame, isWithin] {
            for address in addresses where taken[address] == nil {
                guard let index = left.firstIndex(where: { isAlike($0.address, address) }) else { continue }
                taken[address] = left.remove(at: index)
            }
        }
        return (taken, left)
    }

    private static func isSame(_ left: ServerAddress, _ right: ServerAddress) -> Bool {
        guard case .tcp(let host, let port) = left, case .tcp(let other, port) = right else { return left == right }
        guard let address = IPAddress(host), let second = IPAddress(other) else { return host == other }
        return address == second
    }

    private static func isWithin(_ left: ServerAddress, _ right: ServerAddress) -> Bool {
        guard case .tcp(let host, let port) = left, case .tcp(let other, port) = right else { return false }
        return isEverywhere(host) || isEverywhere(other)
    }

    private static func isEverywhere(_ host: String) -> Bool {
        switch IPAddress(host) {
        case .v4(0)?, .v6(high: 0, low: 0)?: true
        case .v4?, .v6?, nil: false
        }
    }

    private static func address(of descriptor: Int32) -> ServerAddress? {
        var storage = sockaddr_storage()
        var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let result = unsafe withUnsafeMutablePointer(to: &storage) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe getsockname(descriptor, $0, &size)
            }
        }
        guard result == 0, Int(size) <= MemoryLayout<sockaddr_storage>.size else { return nil }
        let bytes = unsafe withUnsafeBytes(of: &storage) { unsafe [UInt8]($0.prefix(Int(size))) }
        // unix(7), ip(7), ipv6(7): the family, the port in network order, the address.
        switch Int32(storage.ss_family) {
        case AF_INET where bytes.count >= 8:
            return IPAddress(networkBytes: bytes[4..<8]).map { .tcp(host: $0.description, port: port(bytes)) }
        case AF_INET6 where bytes.count >= 24:
            return IPAddress(networkBytes: bytes[8..<24]).map { .tcp(host: $0.description, port: port(bytes)) }
        case AF_UNIX where bytes.count > 3:
            let path = bytes[2...].prefix { $0 != 0 }
            return path.isEmpty ? nil : .unix(String(decoding: path, as: UTF8.self))
        default: return nil
        }
    }

    private static func port(_ bytes: [UInt8]) -> Int { Int(bytes[2]) << 8 | Int(bytes[3]) }
}
