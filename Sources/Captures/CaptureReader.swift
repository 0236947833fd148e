import SMTP
import Values

/// Reads the SMTP sessions of a capture file, from its pieces.
///
///     var reader = CaptureReader()
///     for output in reader.consume(piece) + reader.finish() {
///         if case .session(let session) = output { … }
///     }
///
/// A session comes out when its connection ends. TCP is put together here (out of order, sent again, wrapped numbers;
/// octets that came first stand), gaps are told in the session, and memory is bounded.
public struct CaptureReader: Sendable {
    /// What a capture yields.
    public enum Output: Sendable {
        case session(RecordedSession)
        /// The file is damaged at this offset.
        case damage(offset: Int, String)
        /// Something to know about what could not be read.
        case note(String)
    }

    private var decoder = CaptureDecoder()
    private var fragments = FragmentTable()
    private var connections = ConnectionTable()
    /// The packet at hand.
    private var now = Moment(number: 0, time: Timestamp(milliseconds: 0))
    private var unknownLinks: [Int: Int] = [:]
    private var counts = CaptureCounts()
    private var damages = 0

    /// Damage is told so many times; the rest is counted.
    private static let mostDamages = 20

    /// A reader at the beginning of a file.
    public init() {}

    /// Whether these first octets of a file are those of a capture: pcap or pcapng.
    public static func isCapture(_ head: some Collection<UInt8>) -> Bool { CaptureDecoder.isCapture(head) }

    /// Takes the next octets of the file.
    public mutating func consume(_ input: Bytes) -> [Output] { decoder.consume(input).flatMap { take($0) } }

    /// The file ends.
    public mutating func finish() -> [Output] {
        var outputs = decoder.finish().flatMap { take($0) }
        outputs += connections.finish(at: now).compactMap { session(of: $0) }
        outputs += notes.map(Output.note)
        return outputs
    }

    private mutating func take(_ output: CaptureDecoder.Output) -> [Output] {
        switch output {
        case .damage(let offset, let reason):
            damages += 1
            return damages <= CaptureReader.mostDamages ? [.damage(offset: offset, reason)] : []
        case .cutOff(let offset):
            return [.note("byte \(offset): the capture is cut off here, within a packet, as when it was stopped")]
        case .packet(let packet):
            counts.packets += 1
            now = Moment(number: counts.packets, time: packet.time)
            switch LinkFrame(packet) {
            case .other: counts.otherPackets += 1
            case .unknown:
                if unknownLinks.count < 100 || unknownLinks[packet.linkType] != nil {
                    unknownLinks[packet.linkType, default: 0] += 1
                }
            case .ip(let bytes):
                guard let part = IPDatagram(bytes) else {
                    counts.otherPackets += 1
                    break
                }
                guard let datagram = fragments.add(part) else { break }
                guard let segment = TCPSegment(datagram) else {
                    counts.otherPackets += 1
                    break
                }
                return connections.add(segment, datagram, at: now).compactMap { session(of: $0) }
            }
            return []
        }
    }

    private mutating func session(of connection: Connection) -> Output? {
        counts.add(connection)
        guard let first = connection.dialogue.lines.first,
            let session = RecordedSession(id: first.session, lines: connection.dialogue.lines)
        else { return nil }
        return .session(session)
    }

    /// What could not be read, in words.
    private var notes: [String] {
        var notes: [String] = []
        for (link, count) in unknownLinks.sorted(by: { $0.key < $1.key }) {
            notes.append("\(counted(count, "packet")) of link type \(link), which is not known here, were not read")
        }
        let lost = fragments.lost + fragments.waiting
        if lost > 0 { notes.append("\(counted(lost, "datagram")) could not be put together from fragments") }
        if connections.displaced > 0 {
            notes.append("\(counted(connections.displaced, "connection")) gave way to others before they ended")
        }
        if damages > CaptureReader.mostDamages {
            notes.append("\(counted(damages - CaptureReader.mostDamages, "more place")) of the file are damaged")
        }
        return notes + counts.notes
    }

    private func counted(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }
}
