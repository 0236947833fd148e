import Values

/// The two ends of a client's connection, as far as they are known.
public struct ClientEndpoint: Sendable, Hashable {
    /// The client's address; nil on a Unix socket.
    public var address: IPAddress?
    /// The client's port.
    public var port: Int
    /// The address that the client connected to.
    public var localAddress: IPAddress?
    /// The port that the client connected to.
    public var localPort: Int

    /// The ends of a connection.
    public init(address: IPAddress?, port: Int = 0, localAddress: IPAddress? = nil, localPort: Int = 0) {
        (self.address, self.port) = (address, port)
        (self.localAddress, self.localPort) = (localAddress, localPort)
    }

    var source: (IPAddress, Int)? { address.map { ($0, port) } }
    var destination: (IPAddress, Int)? { localAddress.map { ($0, localPort) } }
}
