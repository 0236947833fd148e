import Values

/// The form of a pcap file, as its header tells it.
struct PcapFile: Sendable {
    /// What lies at the beginning of a record.
    enum Reading {
        /// More octets are needed.
        case more
        case invalid(String)
        case packet(CapturedPacket, length: Int)
    }

    static let headerLength = 24
    /// The most octets that programs keep of a packet.
    private static let usualLimit = 256 << 10

    private let order: ByteOrder
    private let hasNanoseconds: Bool
    private let linkType: Int
    private let packetLimit: Int
    /// The octets before a packet.
    let recordHeaderLength: Int

    /// Whether the four octets, read as a number, begin a pcap file: of microseconds, of nanoseconds, or with the
    /// longer records that some programs wrote; each in either order.
    static func isMagic(_ magic: UInt32) -> Bool {
        [0xA1B2_C3D4, 0xD4C3_B2A1, 0xA1B2_3C4D, 0x4D3C_B2A1, 0xA1B2_CD34, 0x34CD_B2A1].contains(magic)
    }

    /// Reads the header of a file.
    init(_ header: ArraySlice<UInt8>) {
        order = header.first == 0xA1 ? .big : .little
        let magic = header.number(at: 0, octets: 4, order)
        hasNanoseconds = magic == 0xA1B2_3C4D
        recordHeaderLength = magic == 0xA1B2_CD34 ? 24 : 16
        let limit = header.number(at: 16, octets: 4, order)
        packetLimit = max(PcapFile.usualLimit, min(limit, CaptureDecoder.recordLimit))
        // The upper bits say how long a frame check sequence at the end of each packet is.
        linkType = header.number(at: 20, octets: 4, order) & 0xFFFF
    }

    /// Reads the record at the beginning of `rest`.
    func record(_ rest: ArraySlice<UInt8>) -> Reading {
        guard rest.count >= recordHeaderLength else { return .more }
        let (kept, length) = (rest.number(at: 8, octets: 4, order), rest.number(at: 12, octets: 4, order))
        guard kept <= packetLimit else {
            return .invalid("a packet is said to have \(kept) octets, which cannot be")
        }
        guard rest.count >= recordHeaderLength + kept else { return .more }
        let start = rest.startIndex + recordHeaderLength
        let bytes = Bytes(Array(rest[start..<start + kept]))
        return .packet(
            CapturedPacket(time: time(rest), linkType: linkType, bytes: bytes, length: max(kept, length)),
            length: recordHeaderLength + kept)
    }

    private func time(_ record: ArraySlice<UInt8>) -> Timestamp {
        let (seconds, fraction) = (record.number(at: 0, octets: 4, order), record.number(at: 4, octets: 4, order))
        return Timestamp(milliseconds: Int64(seconds * 1000 + fraction / (hasNanoseconds ? 1_000_000 : 1000)))
    }

    /// Whether a record can begin here, behind damage: its numbers fit each other and the packets before, and another
    /// record or the end of the file follows. Nil when more octets are needed to tell.
    func isPlausible(_ rest: ArraySlice<UInt8>, after last: Timestamp, isLast: Bool) -> Bool? {
        guard let length = plausibleLength(rest, after: last) else {
            return rest.count < recordHeaderLength && !isLast ? nil : false
        }
        guard rest.count >= length else { return isLast ? false : nil }
        if rest.count == length, isLast { return true }
        let next = rest.dropFirst(length)
        guard next.count >= recordHeaderLength else { return isLast ? false : nil }
        return plausibleLength(next, after: last) != nil
    }

    private func plausibleLength(_ rest: ArraySlice<UInt8>, after last: Timestamp) -> Int? {
        guard rest.count >= recordHeaderLength else { return nil }
        let (kept, length) = (rest.number(at: 8, octets: 4, order), rest.number(at: 12, octets: 4, order))
        let fraction = rest.number(at: 4, octets: 4, order)
        guard kept > 0, kept <= packetLimit, kept <= length, length <= CaptureDecoder.recordLimit,
            fraction < (hasNanoseconds ? 1_000_000_000 : 1_000_000),
            last.milliseconds == 0 || abs(time(rest).milliseconds - last.milliseconds) < 86_400_000
        else { return nil }
        return recordHeaderLength + kept
    }
}
