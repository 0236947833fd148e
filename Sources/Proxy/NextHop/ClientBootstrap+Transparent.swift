import NIOCore
import NIOPosix
import Values

extension ClientBootstrap {
    /// Connections come from `source`, which may be an address of another host (Linux's IP_TRANSPARENT); nil for an
    /// address of this one. Connecting fails where the process may not do that, or where an address of the other
    /// family is connected to.
    func bound(toForeign source: IPAddress?) throws -> ClientBootstrap {
        guard let source else { return self }
        // linux/in.h and linux/in6.h; the C library's headers have them under other conditions.
        let (level, option): (NIOBSDSocket.OptionLevel, CInt) = source.isV4 ? (.ip, 19) : (.ipv6, 75)
        return channelOption(
            ChannelOptions.Types.SocketOption(level: level, name: NIOBSDSocket.Option(rawValue: option)), value: 1
        ).bind(to: try SocketAddress(ipAddress: source.description, port: 0))
    }
}
