import Values

/// Reads packets from the pieces of a capture file: pcap and pcapng, of either byte order.
///
/// Memory is bounded whatever lengths the file states. Where it is damaged, reading goes on at the next place that
/// looks like the beginning of a packet, and what lies between is told.
public struct CaptureDecoder: Sendable {
    /// What the file yields.
    public enum Output: Sendable, Hashable {
        case packet(CapturedPacket)
        /// Something is wrong with the file at this offset.
        case damage(offset: Int, String)
        /// The file ends within a packet, which begins at this offset: it was cut off.
        case cutOff(offset: Int)
    }

    /// How far the reader is.
    private enum Form: Sendable {
        case undecided
        case pcap(PcapFile)
        case pcapng(PcapngFile)
        /// The file is neither, or can be read no further.
        case unreadable
    }

    private var form = Form.undecided
    private var buffer: [UInt8] = []
    /// Where in `buffer` the next record begins.
    private var position = 0
    /// Where in the file `buffer` begins.
    private var base = 0
    /// Octets of a block that are passed over as they come.
    private var skipping = 0
    /// Where in the file the damage began behind which a record is searched.
    private var damage: (offset: Int, reason: String)?
    private var lastTime = Timestamp(milliseconds: 0)

    /// The largest record that is read; larger ones are damage.
    static let recordLimit = 16 << 20
    /// A reader at the beginning of a file.
    public init() {}

    /// Whether these first octets of a file are those of a capture.
    public static func isCapture(_ head: some Collection<UInt8>) -> Bool {
        let magic = head.prefix(4).reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        return head.count >= 4 && (PcapFile.isMagic(magic) || magic == PcapngFile.sectionHeader)
    }

    /// Takes the next octets of the file.
    public mutating func consume(_ input: Bytes) -> [Output] {
        buffer += input
        var outputs: [Output] = []
        while let output = advance(isLast: false) { outputs.append(contentsOf: output) }
        compact()
        return outputs
    }

    /// The file ends.
    public mutating func finish() -> [Output] {
        var outputs: [Output] = []
        while let output = advance(isLast: true) { outputs.append(contentsOf: output) }
        let rest = buffer.count - position
        if case .undecided = form {
            outputs.append(.damage(offset: 0, "is too short for a capture"))
        } else if let damage {
            outputs.append(told(damage, to: base + buffer.count))
        } else if rest > 0 || skipping > 0, !isUnreadable {
            outputs.append(.cutOff(offset: base + position))
        }
        (buffer, position, damage, form) = ([], 0, nil, .unreadable)
        return outputs
    }

    private var isUnreadable: Bool { if case .unreadable = form { true } else { false } }

    private func told(_ damage: (offset: Int, reason: String), to end: Int) -> Output {
        .damage(offset: damage.offset, "\(damage.reason); \(end - damage.offset) octets were passed over")
    }

    private mutating func compact() {
        guard position > 0 else { return }
        base += position
        buffer.removeFirst(position)
        position = 0
    }

    /// What the next record yields; nil when more octets are needed.
    private mutating func advance(isLast: Bool) -> [Output]? {
        if skipping > 0 {
            let count = min(skipping, buffer.count - position)
            skipping -= count
            position += count
            if skipping > 0 { return nil }
        }
        switch form {
        case .undecided: return begin()
        case .unreadable:
            position = buffer.count
            return nil
        case .pcap, .pcapng:
            return damage == nil ? record(isLast: isLast) : search(isLast: isLast)
        }
    }

    private mutating func begin() -> [Output]? {
        guard buffer.count >= 4 else { return nil }
        let magic = UInt32(truncatingIfNeeded: buffer.number(at: 0, octets: 4))
        if magic == PcapngFile.sectionHeader {
            form = .pcapng(PcapngFile())
            return []
        }
        guard PcapFile.isMagic(magic) else {
            form = .unreadable
            return [.damage(offset: 0, "is no capture: neither pcap nor pcapng begins so")]
        }
        guard buffer.count >= PcapFile.headerLength else { return nil }
        form = .pcap(PcapFile(buffer.prefix(PcapFile.headerLength)))
        position = PcapFile.headerLength
        return []
    }

    private mutating func record(isLast: Bool) -> [Output]? {
        let rest = buffer[position...]
        let start = base + position
        switch form {
        case .pcap(let file):
            switch file.record(rest) {
            case .more:
                // What is said to reach behind the end of the file may be a length that lies.
                guard isLast, rest.count > file.recordHeaderLength else { return nil }
                return search(behind: (start, "a packet is longer than the rest of the capture"))
            case .invalid(let reason):
                damage = (start, reason)
                return []
            case .packet(let packet, let length):
                position += length
                lastTime = packet.time
                return [.packet(packet)]
            }
        case .pcapng(var file):
            let reading = file.block(rest, lastTime: lastTime)
            form = .pcapng(file)
            switch reading {
            case .more:
                guard isLast, rest.count > 12 else { return nil }
                return search(behind: (start, "a block is longer than the rest of the capture"))
            case .invalid(let reason):
                damage = (start, reason)
                return []
            case .packet(let packet, let length):
                position += length
                lastTime = packet.time
                return [.packet(packet)]
            case .other(let length):
                position += min(length, rest.count)
                skipping = length - min(length, rest.count)
                return []
            case .faulty(let length, let reason):
                position += length
                return [.damage(offset: start, reason)]
            }
        case .undecided, .unreadable: return nil
        }
    }

    /// At the end of the file: goes on behind a record that has no end where another can be found; nil, and as it was,
    /// where none can.
    private mutating func search(behind damage: (offset: Int, reason: String)) -> [Output]? {
        let start = position
        self.damage = damage
        if let found = search(isLast: true), self.damage == nil { return found }
        (position, self.damage) = (start, nil)
        return nil
    }

    /// Looks for the next place that a record may begin at.
    private mutating func search(isLast: Bool) -> [Output]? {
        guard let damage else { return nil }
        var place = position + 1
        while place < buffer.count {
            let judgement =
                switch form {
                case .pcap(let file): file.isPlausible(buffer[place...], after: lastTime, isLast: isLast)
                // draft-ietf-opsawg-pcapng §3.1: blocks have multiples of four octets.
                case .pcapng(let file):
                    (base + place) % 4 == 0 ? file.isPlausible(buffer[place...], isLast: isLast) : false
                case .undecided, .unreadable: false
                }
            switch judgement {
            case true?:
                position = place
                self.damage = nil
                return [told(damage, to: base + place)]
            case false?: place += 1
            case nil:
                // More is needed to tell.
                position = place - 1
                return nil
            }
        }
        position = max(position, buffer.count - 1)
        return nil
    }
}
