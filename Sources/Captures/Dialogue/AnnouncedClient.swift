import SMTP
import Values

/// The header of the PROXY protocol, by which a balancer says who the client is.
struct AnnouncedClient: Sendable {
    let client: Endpoint?
    let server: Endpoint?
    /// The octets of the header.
    let length: Int

    private static let signature: [UInt8] = [0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A]

    /// Whether these octets can become such a header.
    static func isBegun(_ bytes: Bytes) -> Bool {
        guard !bytes.isEmpty else { return false }
        func begins(_ whole: [UInt8]) -> Bool { whole.starts(with: bytes.prefix(whole.count)) }
        return begins(Array("PROXY ".utf8)) || begins(signature)
    }

    /// Reads the header at the beginning of `bytes`; nil when there is none, or not all of it.
    init?(_ bytes: Bytes) {
        if bytes.starts(with: AnnouncedClient.signature) {
            self.init(binary: bytes)
        } else {
            self.init(text: bytes)
        }
    }

    /// `PROXY TCP4 192.0.2.1 198.51.100.1 4312 25` (PROXY protocol §2.1).
    private init?(text bytes: Bytes) {
        guard bytes.starts(with: "PROXY ".utf8), let end = bytes.prefix(108).firstIndex(of: .lf) else { return nil }
        length = end + 1
        let words = bytes[0..<end].lossyString.split { $0 == " " || $0 == "\r" }
        guard words.count == 6, let client = IPAddress(words[2]), let server = IPAddress(words[3]),
            let clientPort = UInt16(words[4]), let serverPort = UInt16(words[5])
        else {
            (self.client, self.server) = (nil, nil)
            return
        }
        (self.client, self.server) = (Endpoint(client, port: clientPort), Endpoint(server, port: serverPort))
    }

    /// PROXY protocol §2.2.
    private init?(binary bytes: Bytes) {
        guard bytes.count >= 16 else { return nil }
        length = 16 + bytes.number(at: 14, octets: 2)
        guard bytes.count >= length else { return nil }
        let size = bytes[13] >> 4 == 1 ? 4 : bytes[13] >> 4 == 2 ? 16 : 0
        guard bytes[12] & 0x0F == 1, size > 0, length >= 16 + 2 * size + 4,
            let client = IPAddress(networkBytes: bytes[16..<16 + size]),
            let server = IPAddress(networkBytes: bytes[16 + size..<16 + 2 * size])
        else {
            (self.client, self.server) = (nil, nil)
            return
        }
        func port(at place: Int) -> UInt16 { UInt16(truncatingIfNeeded: bytes.number(at: place, octets: 2)) }
        self.client = Endpoint(client, port: port(at: 16 + 2 * size))
        self.server = Endpoint(server, port: port(at: 18 + 2 * size))
    }
}
