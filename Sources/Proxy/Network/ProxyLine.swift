import Values

/// The line by which a balancer names the client it connects for: PROXY protocol, version 1 (§2.1 of HAProxy's
/// specification).
struct ProxyLine {
    /// The client's address; nil for `UNKNOWN`.
    let source: IPAddress?
    /// The address the client connected to; nil for `UNKNOWN`.
    let destination: IPAddress?
    /// The client's port; 0 for `UNKNOWN`.
    let port: Int

    /// A line that names these ends.
    init(source: IPAddress?, destination: IPAddress?, port: Int) {
        (self.source, self.destination, self.port) = (source, destination, port)
    }

    /// Reads a line with its CRLF; nil when it is none.
    init?(_ line: ArraySlice<UInt8>) {
        guard line.count <= 107, line.suffix(2).elementsEqual([.cr, .lf]) else { return nil }
        let words = line.dropLast(2).split(separator: .space, omittingEmptySubsequences: false).map {
            String(decoding: $0, as: UTF8.self)
        }
        guard words.first == "PROXY", words.count >= 2 else { return nil }
        switch words[1] {
        case "UNKNOWN":
            (source, destination, port) = (nil, nil, 0)
        case "TCP4", "TCP6":
            // Where the ends are of two families, that of IPv4 is mapped.
            let isV4 = words[1] == "TCP4"
            guard words.count == 6, words[2...3].allSatisfy({ $0.utf8.contains(.colon) != isV4 }),
                let address = IPAddress(words[2]), let local = IPAddress(words[3]),
                words[4...5].allSatisfy({ $0.utf8.allSatisfy(\.isDigit) }),
                let remote = UInt16(words[4]), UInt16(words[5]) != nil
            else { return nil }
            (source, destination, port) = (address, local, Int(remote))
        default:
            return nil
        }
    }
}
