import Values

extension ProxyLine {
    /// What the first bytes of a connection are.
    enum Reading {
        /// A header, and how many bytes it takes.
        case header(ProxyLine, length: Int)
        /// The beginning of one.
        case incomplete
        /// No header.
        case none
    }

    /// Reads the header at the beginning of `bytes`, in either version (§2.1, §2.2).
    static func read(_ bytes: [UInt8]) -> Reading {
        let signature = ProxyHeader.signature
        if bytes.starts(with: signature) || signature.starts(with: bytes) { return version2(bytes) }
        guard let end = bytes.prefix(107).firstIndex(of: .lf) else { return bytes.count >= 107 ? .none : .incomplete }
        return ProxyLine(bytes[...end]).map { .header($0, length: end + 1) } ?? .none
    }

    private static func version2(_ bytes: [UInt8]) -> Reading {
        guard bytes.count >= 16 else { return .incomplete }
        let length = Int(bytes[14]) << 8 | Int(bytes[15])
        // Addresses take 36 bytes at most; the rest is for TLVs.
        guard bytes[12] >> 4 == 2, length <= 4096 else { return .none }
        guard bytes.count >= 16 + length else { return .incomplete }
        let payload = bytes[16..<16 + length]
        // §2.2: LOCAL is the balancer's own connection; what is neither that nor PROXY is to be dropped.
        let isLocal = bytes[12] & 0x0F == 0
        guard bytes[12] & 0x0F <= 1 else { return .none }
        let width: Int
        switch (isLocal, bytes[13]) {
        case (true, _): return .header(ProxyLine(source: nil, destination: nil, port: 0), length: 16 + length)
        case (_, 0x11): width = 4
        case (_, 0x21): width = 16
        // UNSPEC, datagrams and Unix sockets tell of no client that could be named here; others there are not.
        case (_, 0x00), (_, 0x12), (_, 0x22), (_, 0x31), (_, 0x32):
            return .header(ProxyLine(source: nil, destination: nil, port: 0), length: 16 + length)
        default: return .none
        }
        guard payload.count >= 2 * width + 4, let source = IPAddress(networkBytes: payload.prefix(width)),
            let destination = IPAddress(networkBytes: payload.dropFirst(width).prefix(width))
        else { return .none }
        let port = payload.dropFirst(2 * width).prefix(2).reduce(0) { $0 << 8 | Int($1) }
        return .header(ProxyLine(source: source, destination: destination, port: port), length: 16 + length)
    }
}
