import NIOCore
import Values

extension ResolverConfiguration {
    /// Where the system says which servers to ask: resolv.conf(5).
    static let systemPath = "/etc/resolv.conf"

    /// Reads a resolv.conf(5): `nameserver` (the first three) and, of `options`, `timeout`, `attempts` and `trust-ad`,
    /// within the bounds that libc has for them. Anything else concerns names that are not fully qualified, or is for
    /// others.
    public init(resolvConf contents: Bytes) {
        self.init(servers: [])
        for line in contents.split(separator: .lf) {
            let words = line.split(whereSeparator: \.isFoldingWhitespace).map { String(decoding: $0, as: UTF8.self) }
            switch words.first {
            case "nameserver" where words.count > 1 && servers.count < 3:
                if let server = Server(numeric: words[1]) { servers.append(server) }
            case "options":
                for option in words.dropFirst() { take(option) }
            default: continue
            }
        }
    }

    private mutating func take(_ option: String) {
        let parts = option.split(separator: ":", maxSplits: 1)
        let number = parts.count == 2 && parts[1].utf8.allSatisfy(\.isDigit) ? Int(parts[1].prefix(6)) : nil
        switch (parts.first, number) {
        case ("timeout", let seconds?): timeout = .seconds(min(max(seconds, 1), 30))
        case ("attempts", let count?): attempts = min(max(count, 1), 5)
        case ("trust-ad", nil) where parts.count == 1: trustsAuthenticity = true
        default: break
        }
    }
}

extension ResolverConfiguration.Server {
    /// A server of resolv.conf; an IPv6 address may name its zone (RFC 4007 §11).
    fileprivate init?(numeric text: String) {
        if let server = Self(address: text, port: 53) {
            self = server
        } else if text.contains(":"), text.contains("%"),
            let address = try? SocketAddress.makeAddressResolvingHost(text, port: 53)
        {
            self.init(address)
        } else {
            return nil
        }
    }
}
