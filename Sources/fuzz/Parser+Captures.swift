import Captures
import SMTP
import Values

extension Parser {
    /// The input as a capture file, at once and in pieces: both give the same.
    func capture(_ input: Bytes) {
        let whole = captured([input])
        let size = 1 + Int(input.last ?? 0)
        let pieces = stride(from: 0, to: input.count, by: size).map { input[$0..<min($0 + size, input.count)] }
        precondition(captured(pieces) == whole)
    }

    /// The input as segments of one connection, each of a head of four octets: flags and side, place, and length.
    func segments(_ input: Bytes) {
        var file: [UInt8] = [0xD4, 0xC3, 0xB2, 0xA1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 101, 0, 0, 0]
        var place = 0
        while place + 4 <= input.count {
            let head = input[place..<place + 4]
            let payload = input[place + 4..<place + 4 + Int(head[3])]
            place += 4 + Int(head[3])
            let isClient = head[0] & 0x80 != 0
            // Numbers begin near where they wrap.
            let sequence = UInt32.max &- 64 &+ UInt32(head[1])
            let tcp: [UInt8] =
                (isClient ? [0x10, 0, 0, 25] : [0, 25, 0x10, 0])
                + [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: sequence >> $0) }
                + [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: (UInt32.max &- 64 &+ UInt32(head[2])) >> $0) }
                + [0x50, head[0] & 0x17, 0, 0, 0, 0, 0, 0] + payload.array
            let length = 20 + tcp.count
            let addresses: [UInt8] = isClient ? [10, 0, 0, 1, 10, 0, 0, 2] : [10, 0, 0, 2, 10, 0, 0, 1]
            let ip: [UInt8] =
                [0x45, 0, UInt8(length >> 8), UInt8(length & 0xFF), 0, 0, 0, 0, 64, 6, 0, 0] + addresses + tcp
            let size: [UInt8] = [UInt8(ip.count & 0xFF), UInt8(ip.count >> 8), 0, 0]
            file += [UInt8(place & 0xFF), UInt8(place >> 8 & 0xFF), 0, 1, 0, 0, 0, 0] + size + size + ip
        }
        _ = captured([Bytes(file)])
    }

    /// The transcript of what the pieces of a capture hold. Times never go back, and nothing is longer than what came.
    private func captured(_ pieces: [Bytes]) -> [UInt8] {
        var reader = CaptureReader()
        var outputs = pieces.flatMap { reader.consume($0) }
        outputs += reader.finish()
        var text: [UInt8] = []
        for case .session(let session) in outputs {
            precondition(Swift.zip(session.events, session.events.dropFirst()).allSatisfy { $0.time <= $1.time })
            var encoder = TranscriptEncoder()
            for line in session.events { text += encoder.encode(line) }
        }
        return text
    }
}
