import NIOCore
import Values

extension SocketAddress {
    /// The address and port; nil on a Unix socket. Every connection asks for it: an IPv4 address is read by its bits.
    var end: (address: IPAddress, port: Int)? {
        guard case .v4(let end) = self else { return ipAddress.flatMap { IPAddress($0) }.map { ($0, port ?? 0) } }
        // ip(7): the family, the port and the address, both in network order.
        let words = unsafe withUnsafeBytes(of: end.address) {
            unsafe ($0.load(fromByteOffset: 2, as: UInt16.self), $0.load(fromByteOffset: 4, as: UInt32.self))
        }
        return (address: IPAddress.v4(UInt32(bigEndian: words.1)), port: Int(UInt16(bigEndian: words.0)))
    }
}
