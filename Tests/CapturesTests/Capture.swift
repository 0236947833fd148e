import Captures
import SMTP
import Values

/// Builds capture files octet by octet.
struct Capture {
    /// A segment of TCP on its way.
    struct Segment {
        var isFromClient: Bool
        var sequence: UInt32
        var acknowledgement: UInt32 = 0
        /// FIN 1, SYN 2, RST 4, PSH 8, ACK 16.
        var flags: UInt8 = 0x18
        var payload: [UInt8] = []
        /// Octets of the payload that the capture kept; all when nil.
        var kept: Int?
    }

    static let client: [UInt8] = [192, 0, 2, 1]
    static let server: [UInt8] = [198, 51, 100, 25]

    static func be(_ value: Int, _ octets: Int) -> [UInt8] {
        (0..<octets).map { UInt8(truncatingIfNeeded: value >> (8 * (octets - 1 - $0))) }
    }

    static func le(_ value: Int, _ octets: Int) -> [UInt8] { be(value, octets).reversed() }

    static func tcp(_ segment: Segment, clientPort: Int = 4312, serverPort: Int = 25) -> [UInt8] {
        let (from, to) = segment.isFromClient ? (clientPort, serverPort) : (serverPort, clientPort)
        return be(from, 2) + be(to, 2) + be(Int(segment.sequence), 4) + be(Int(segment.acknowledgement), 4)
            + [0x50, segment.flags, 0xFF, 0xFF, 0, 0, 0, 0] + segment.payload
    }

    static func ip4(
        _ payload: [UInt8], isFromClient: Bool, fragment: Int = 0, identification: Int = 1, protocolNumber: UInt8 = 6
    ) -> [UInt8] {
        let (source, destination) = isFromClient ? (client, server) : (server, client)
        return [0x45, 0] + be(20 + payload.count, 2) + be(identification, 2) + be(fragment, 2)
            + [64, protocolNumber, 0, 0] + source + destination + payload
    }

    static func ip6(_ payload: [UInt8], isFromClient: Bool, next: UInt8 = 6) -> [UInt8] {
        let low: [UInt8] = [0x20, 1, 0x0D, 0xB8] + [UInt8](repeating: 0, count: 11)
        let (source, destination) = isFromClient ? (low + [1], low + [2]) : (low + [2], low + [1])
        return [0x60, 0, 0, 0] + be(payload.count, 2) + [next, 64] + source + destination + payload
    }

    /// A pcap file of these packets, a millisecond apart; each with how many octets it had on the wire.
    static func pcap(
        _ packets: [[UInt8]], link: Int = 101, isBig: Bool = false, hasNanoseconds: Bool = false, kept: [Int: Int] = [:]
    ) -> [UInt8] {
        func number(_ value: Int, _ octets: Int) -> [UInt8] { isBig ? be(value, octets) : le(value, octets) }
        var file = number(hasNanoseconds ? 0xA1B2_3C4D : 0xA1B2_C3D4, 4) + number(2, 2) + number(4, 2)
        file += number(0, 4) + number(0, 4) + number(262_144, 4) + number(link, 4)
        for (index, packet) in packets.enumerated() {
            let fraction = (index + 1) * (hasNanoseconds ? 1_000_000 : 1000)
            let count = kept[index] ?? packet.count
            file += number(1_714_557_600, 4) + number(fraction, 4) + number(count, 4) + number(packet.count, 4)
            file += packet.prefix(count)
        }
        return file
    }

    /// A pcapng file of these packets, with time in units of two to the power of -20 seconds.
    static func pcapng(_ packets: [[UInt8]], link: Int = 101, isBig: Bool = false) -> [UInt8] {
        func number(_ value: Int, _ octets: Int) -> [UInt8] { isBig ? be(value, octets) : le(value, octets) }
        func block(_ type: Int, _ body: [UInt8]) -> [UInt8] {
            let padded = body + [UInt8](repeating: 0, count: (4 - body.count % 4) % 4)
            return number(type, 4) + number(padded.count + 12, 4) + padded + number(padded.count + 12, 4)
        }
        var file = block(0x0A0D_0D0A, number(0x1A2B_3C4D, 4) + number(1, 2) + number(0, 2) + number(-1, 8))
        let resolution = number(9, 2) + number(1, 2) + [0x94, 0, 0, 0] + number(0, 4)
        file += block(1, number(link, 2) + number(0, 2) + number(0, 4) + resolution)
        // A block that nobody knows, and one of names.
        file += block(0x0BAD, [1, 2, 3, 4, 5]) + block(4, number(0, 4))
        for (index, packet) in packets.enumerated() {
            let units = (1_714_557_600 << 20) + ((index + 1) << 20) / 1000 + 1
            let times = number(units >> 32, 4) + number(units & 0xFFFF_FFFF, 4)
            file += block(6, number(0, 4) + times + number(packet.count, 4) + number(packet.count, 4) + packet)
        }
        return file
    }

    /// What a reader makes of a file that comes in pieces of this size.
    static func read(_ file: [UInt8], pieces: Int = 1 << 20) -> [CaptureReader.Output] {
        var reader = CaptureReader()
        var outputs: [CaptureReader.Output] = []
        for start in stride(from: 0, to: file.count, by: pieces) {
            outputs += reader.consume(Bytes(file, in: start..<min(file.count, start + pieces)))
        }
        return outputs + reader.finish()
    }

    /// The sessions of a file as dialogues, one text a session.
    static func dialogues(_ file: [UInt8], pieces: Int = 1 << 20) -> [String] {
        read(file, pieces: pieces).compactMap { if case .session(let session) = $0 { text(of: session) } else { nil } }
    }

    /// A session as `S: line` and `C: line`, events in brackets.
    static func text(of session: RecordedSession) -> String {
        session.events.map { line in
            switch line.event {
            case .line(.client, let bytes): "C: \(bytes.lossyString)" + (line.marks.contains(.cut) ? " [cut]" : "")
            case .line(.server, let bytes): "S: \(bytes.lossyString)"
            case .message(let message):
                switch message.content {
                case .inline(let bytes): "[message \(bytes.count): \(bytes.lossyString.prefix(40).debugDescription)]"
                case .size(let size): "[message of \(size), not whole]"
                case .file(let name): "[message in \(name)]"
                }
            case .connect(let client, let server, _): "[connect \(client) \(server.map(\.description) ?? "")]"
            case .close(let reason): "[close\(reason.map { " " + $0 } ?? "")]"
            case .gap(let peer, let octets): "[gap \(peer.rawValue) \(octets.map(String.init) ?? "?")]"
            case .opaque(let client, let server): "[opaque \(client) \(server)]"
            case .tls(let tls):
                "[tls \(tls.version ?? "") \(tls.cipher ?? "") \(tls.serverName ?? "") \(tls.failure ?? "")]"
            case .auth(let mechanism, let identity, let succeeded, _):
                "[auth \(mechanism) \(identity ?? "") \(succeeded)]"
            default: "[other]"
            }
        }.joined(separator: "\n")
    }
}

/// A dialogue, played into segments as two hosts would exchange them.
struct Play {
    var segments: [Capture.Segment] = []
    private(set) var clientSequence: UInt32
    private(set) var serverSequence: UInt32

    /// Begins with the three segments of a handshake, or without any.
    init(client: UInt32 = 1000, server: UInt32 = 5000, handshake: Bool = true) {
        (clientSequence, serverSequence) = (client, server)
        guard handshake else { return }
        segments.append(Capture.Segment(isFromClient: true, sequence: client, flags: 2))
        segments.append(
            Capture.Segment(isFromClient: false, sequence: server, acknowledgement: client &+ 1, flags: 0x12))
        (clientSequence, serverSequence) = (client &+ 1, server &+ 1)
        segments.append(
            Capture.Segment(
                isFromClient: true, sequence: clientSequence, acknowledgement: serverSequence, flags: 0x10))
    }

    mutating func client(_ text: String) { add(true, Array(text.utf8)) }
    mutating func server(_ text: String) { add(false, Array(text.utf8)) }

    mutating func add(_ isFromClient: Bool, _ payload: [UInt8]) {
        segments.append(
            Capture.Segment(
                isFromClient: isFromClient, sequence: isFromClient ? clientSequence : serverSequence,
                acknowledgement: isFromClient ? serverSequence : clientSequence, payload: payload))
        if isFromClient { clientSequence &+= UInt32(payload.count) } else { serverSequence &+= UInt32(payload.count) }
    }

    mutating func close() {
        for isFromClient in [true, false] {
            segments.append(
                Capture.Segment(
                    isFromClient: isFromClient, sequence: isFromClient ? clientSequence : serverSequence,
                    acknowledgement: isFromClient ? serverSequence : clientSequence, flags: 0x11))
            if isFromClient { clientSequence &+= 1 } else { serverSequence &+= 1 }
        }
    }

    var packets: [[UInt8]] { segments.map { Capture.ip4(Capture.tcp($0), isFromClient: $0.isFromClient) } }

    /// A whole session with a message.
    static func session(client: UInt32 = 1000, server: UInt32 = 5000) -> Play {
        var play = Play(client: client, server: server)
        play.server("220 mx.example ESMTP\r\n")
        play.client("EHLO a.example\r\n")
        play.server("250-mx.example\r\n250 PIPELINING\r\n")
        play.client("MAIL FROM:<a@a.example>\r\nRCPT TO:<b@b.example>\r\nDATA\r\n")
        play.server("250 ok\r\n250 ok\r\n354 go on\r\n")
        play.client("Subject: one\r\n\r\n")
        play.client("..dot\r\n.\r\n")
        play.server("250 queued\r\n")
        play.client("QUIT\r\n")
        play.server("221 bye\r\n")
        play.close()
        return play
    }

    static let dialogue = """
        [connect 192.0.2.1:4312 198.51.100.25:25]
        S: 220 mx.example ESMTP
        C: EHLO a.example
        S: 250-mx.example
        S: 250 PIPELINING
        C: MAIL FROM:<a@a.example>
        C: RCPT TO:<b@b.example>
        C: DATA
        S: 250 ok
        S: 250 ok
        S: 354 go on
        [message 22: "Subject: one\\r\\n\\r\\n.dot\\r\\n"]
        S: 250 queued
        C: QUIT
        S: 221 bye
        [close]
        """
}
