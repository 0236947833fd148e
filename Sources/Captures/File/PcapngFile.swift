import Values

/// The form of a pcapng file as far as it has been read: the section at hand and its interfaces.
struct PcapngFile: Sendable {
    /// What lies at the beginning of a block.
    enum Reading {
        /// More octets are needed.
        case more
        case invalid(String)
        case packet(CapturedPacket, length: Int)
        /// A block that holds no packet; of those that can be passed over unread, the octets need not be there.
        case other(length: Int)
        /// A block that is whole and says what cannot be.
        case faulty(length: Int, String)
    }

    /// An interface that packets were captured at.
    private struct Interface: Sendable {
        let linkType: Int
        let snapLength: Int
        var resolution: CaptureClock
    }

    /// The type of the block that begins a section, the same in either order.
    static let sectionHeader: UInt32 = 0x0A0D_0D0A
    private static let sectionBlock = 0x0A0D_0D0A
    private static let (interfaceBlock, packetBlock, simpleBlock, enhancedBlock) = (1, 2, 3, 6)
    private static let mostInterfaces = 4096

    private var order = ByteOrder.little
    private var interfaces: [Interface] = []
    private var hasSection = false

    /// Reads the block at the beginning of `rest`.
    mutating func block(_ rest: ArraySlice<UInt8>, lastTime: Timestamp) -> Reading {
        guard rest.count >= 12 else { return .more }
        let type = rest.number(at: 0, octets: 4, order)
        if type == PcapngFile.sectionBlock {
            let mark = rest.number(at: 8, octets: 4)
            guard mark == 0x1A2B_3C4D || mark == 0x4D3C_2B1A else {
                return .invalid("a section does not say the order of its octets")
            }
            order = mark == 0x1A2B_3C4D ? .big : .little
        } else if !hasSection {
            return .invalid("a block stands before any section")
        }
        let length = rest.number(at: 4, octets: 4, order)
        guard length >= 12, length % 4 == 0 else {
            return .invalid("a block is said to have \(length) octets, which cannot be")
        }
        // draft-ietf-opsawg-pcapng §3.1: what is not known is passed over.
        let isRead = [
            PcapngFile.sectionBlock, PcapngFile.interfaceBlock, PcapngFile.packetBlock, PcapngFile.simpleBlock,
            PcapngFile.enhancedBlock,
        ].contains(type)
        guard isRead else { return .other(length: length) }
        guard length <= CaptureDecoder.recordLimit else {
            return .invalid("a packet's block is said to have \(length) octets, which cannot be")
        }
        guard rest.count >= length else { return .more }
        guard rest.number(at: length - 4, octets: 4, order) == length else {
            return .invalid("a block does not end as it begins")
        }
        let body = rest[rest.startIndex + 8..<rest.startIndex + length - 4]
        switch type {
        case PcapngFile.sectionBlock:
            guard body.count >= 16 else { return .invalid("the header of a section is too short") }
            hasSection = true
            interfaces = []
            return .other(length: length)
        case PcapngFile.interfaceBlock: return interface(body, length)
        default: return packet(type, body, length, lastTime)
        }
    }

    private mutating func interface(_ body: ArraySlice<UInt8>, _ length: Int) -> Reading {
        guard body.count >= 8 else { return .faulty(length: length, "the description of an interface is too short") }
        guard interfaces.count < PcapngFile.mostInterfaces else {
            return .faulty(length: length, "there are more than \(PcapngFile.mostInterfaces) interfaces")
        }
        var interface = Interface(
            linkType: body.number(at: 0, octets: 2, order), snapLength: body.number(at: 4, octets: 4, order),
            resolution: CaptureClock())
        // §3.5: options are a type, a length, and a value padded to four octets.
        var rest = body.dropFirst(8)
        while rest.count >= 4 {
            let (option, size) = (rest.number(at: 0, octets: 2, order), rest.number(at: 2, octets: 2, order))
            guard option != 0, rest.count >= 4 + size else { break }
            if option == 9, size >= 1 { interface.resolution.setResolution(rest[rest.startIndex + 4]) }
            if option == 14, size == 8 { interface.resolution.offset = Int64(rest.number(at: 4, octets: 8, order)) }
            rest = rest.dropFirst(4 + (size + 3) / 4 * 4)
        }
        interfaces.append(interface)
        return .other(length: length)
    }

    private func packet(_ type: Int, _ body: ArraySlice<UInt8>, _ length: Int, _ lastTime: Timestamp) -> Reading {
        let isSimple = type == PcapngFile.simpleBlock
        let head = isSimple ? 4 : 20
        guard body.count >= head else { return .faulty(length: length, "a packet's block is too short") }
        let number =
            type == PcapngFile.enhancedBlock
            ? body.number(at: 0, octets: 4, order) : isSimple ? 0 : body.number(at: 0, octets: 2, order)
        guard interfaces.indices.contains(number) else {
            return .faulty(length: length, "a packet is of an interface that is not described")
        }
        let interface = interfaces[number]
        let wire = body.number(at: isSimple ? 0 : 16, octets: 4, order)
        let limit = interface.snapLength == 0 ? Int.max : interface.snapLength
        let kept = isSimple ? min(wire, limit, body.count - head) : body.number(at: 12, octets: 4, order)
        guard kept <= body.count - head else {
            return .faulty(length: length, "a packet is said to have \(kept) octets, more than its block")
        }
        var time = lastTime
        if !isSimple {
            let high = UInt64(truncatingIfNeeded: body.number(at: 4, octets: 4, order))
            let low = UInt64(truncatingIfNeeded: body.number(at: 8, octets: 4, order))
            time = interface.resolution.time(of: high << 32 | low)
        }
        let start = body.startIndex + head
        let packet = CapturedPacket(
            time: time, linkType: interface.linkType, bytes: Bytes(Array(body[start..<start + kept])),
            length: max(kept, wire))
        return .packet(packet, length: length)
    }

    /// Whether a block with a packet, or one that begins a section, can begin here behind damage. Nil when more octets
    /// are needed to tell.
    func isPlausible(_ rest: ArraySlice<UInt8>, isLast: Bool) -> Bool? {
        guard rest.count >= 12 else { return isLast ? false : nil }
        let type = rest.number(at: 0, octets: 4, order)
        var order = order
        if type == PcapngFile.sectionBlock {
            let mark = rest.number(at: 8, octets: 4)
            guard mark == 0x1A2B_3C4D || mark == 0x4D3C_2B1A else { return false }
            order = mark == 0x1A2B_3C4D ? .big : .little
        } else if ![PcapngFile.interfaceBlock, PcapngFile.simpleBlock, PcapngFile.enhancedBlock].contains(type) {
            return false
        }
        let length = rest.number(at: 4, octets: 4, order)
        guard length >= 16, length % 4 == 0, length <= CaptureDecoder.recordLimit else { return false }
        guard rest.count >= length else { return isLast ? false : nil }
        return rest.number(at: length - 4, octets: 4, order) == length
    }
}
