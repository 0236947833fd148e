import Values

/// The beginning of a connection by which a proxy names the client (HAProxy's PROXY protocol).
enum ProxyHeader {
    /// Version 1 (§2.1): a line of text.
    static func version1(source: (IPAddress, Int)?, destination: (IPAddress, Int)?) -> [UInt8] {
        guard let source, let destination, source.0.isV4 == destination.0.isV4 else {
            return Array("PROXY UNKNOWN\r\n".utf8)
        }
        let family = source.0.isV4 ? "TCP4" : "TCP6"
        return Array("PROXY \(family) \(source.0) \(destination.0) \(source.1) \(destination.1)\r\n".utf8)
    }

    /// The twelve bytes that begin version 2.
    static let signature: [UInt8] = [0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A]

    /// Version 2 (§2.2): binary. LOCAL where the client is not known.
    static func version2(source: (IPAddress, Int)?, destination: (IPAddress, Int)?) -> [UInt8] {
        guard let source, let destination, source.0.isV4 == destination.0.isV4 else {
            return signature + [0x20, 0x00, 0x00, 0x00]
        }
        let addresses = source.0.networkBytes + destination.0.networkBytes
        let ports = [source.1, destination.1].flatMap {
            [UInt8(truncatingIfNeeded: $0 >> 8), UInt8(truncatingIfNeeded: $0)]
        }
        let length = addresses.count + ports.count
        return signature + [0x21, source.0.isV4 ? 0x11 : 0x21, 0, UInt8(truncatingIfNeeded: length)] + addresses + ports
    }
}
