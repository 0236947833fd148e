import Values

/// What the block headers of a RAR archive tell; nothing is unpacked.
struct RARHeaders {
    /// Its list of files is encrypted.
    private(set) var hasEncryptedHeaders = false
    /// It is one of several volumes that make an archive together.
    private(set) var isVolume = false
    /// The files and folders in it, in their order.
    private(set) var members: [Member] = []

    /// A file or folder as its header has it.
    struct Member: Sendable, Hashable {
        let name: String
        let size: Int?
        let isFolder: Bool
        let isEncrypted: Bool
        /// It begins in another volume, or goes on in one.
        let isSplit: Bool
    }

    /// A file in it is encrypted.
    var hasEncryptedFiles: Bool { members.contains(where: \.isEncrypted) }

    private static let blockLimit = 20_000
    private static let longestName = 4096

    /// The marks that archives of the fourth and fifth version start with.
    private static let fourMark: [UInt8] = [0x52, 0x61, 0x72, 0x21, 0x1A, 7, 0]
    private static let fiveMark: [UInt8] = [0x52, 0x61, 0x72, 0x21, 0x1A, 7, 1, 0]

    /// Reads the headers of an archive that starts with RAR's mark.
    init(_ bytes: Bytes) {
        if bytes.has(RARHeaders.fiveMark) {
            readFive(bytes)
        } else {
            readFour(bytes)
        }
    }

    /// Where an archive begins in `bytes`, behind a program that unpacks it; nil where none does.
    static func start(in bytes: Bytes) -> Int? {
        var position = 0
        while let next = bytes.withSpan({ $0.firstIndex(of: Array(fourMark.prefix(6)), from: position) }) {
            // A program may hold the mark to look for it: what follows has to be a header of the archive itself.
            if bytes.has(fourMark, at: next), bytes.short(next + 12).map({ $0 >= 13 }) ?? false,
                bytes[next + 9] == 0x73
            {
                return next
            }
            if bytes.has(fiveMark, at: next), isFive(bytes, next + fiveMark.count) { return next }
            position = next + 1
        }
        return nil
    }

    /// Whether a header of the archive, or of its encryption, stands at `start`.
    private static func isFive(_ bytes: Bytes, _ start: Int) -> Bool {
        var place = start + 4
        guard let size = number(bytes, &place), (1...1 << 16).contains(size) else { return false }
        return number(bytes, &place).map { $0 == 1 || $0 == 4 } ?? false
    }

    // MARK: - The fourth version, and older ones

    private mutating func readFour(_ bytes: Bytes) {
        var position = 7
        for _ in 0..<RARHeaders.blockLimit {
            guard position + 7 <= bytes.count, let flags = bytes.short(position + 3),
                let size = bytes.short(position + 5), size >= 7
            else { return }
            let type = bytes[position + 2]
            if type == 0x73 {
                isVolume = flags & 1 != 0
                if flags & 0x80 != 0 {
                    hasEncryptedHeaders = true
                    return
                }
            }
            var length = size
            if flags & 0x8000 != 0 || type == 0x74 { length += bytes.long(position + 7) ?? 0 }
            if type == 0x74 {
                let isLarge = flags & 0x100 != 0
                members.append(
                    RARHeaders.four(bytes.piece(position, min(size, bytes.count - position)), flags, isLarge))
                // Files of 4 GB have the rest of the length behind: no archive in memory goes on after one.
                if isLarge, bytes.long(position + 32) != 0 { return }
            }
            position += length
        }
    }

    private static func four(_ header: Bytes, _ flags: Int, _ isLarge: Bool) -> Member {
        let high = isLarge ? header.long(36) ?? 0 : 0
        let size = high < 1 << 24 ? header.long(11).map { $0 + high << 32 } : nil
        let length = min(header.short(26) ?? 0, longestName)
        let field = header.piece(isLarge ? 40 : 32, length)
        let isSplit = flags & 3 != 0
        return Member(
            name: flags & 0x200 != 0 ? wideName(field) : field.narrowText, size: size, isFolder: flags & 0xE0 == 0xE0,
            isEncrypted: flags & 4 != 0, isSplit: isSplit)
    }

    /// A name with characters beyond ASCII: the name in a narrow charset, and behind a NUL how the wide one differs.
    private static func wideName(_ field: Bytes) -> String {
        guard let end = field.firstIndex(of: 0) else { return field.lossyString }
        let narrow = field[0..<end]
        let code = field[end + 1..<field.count]
        guard code.count > 1 else { return narrow.narrowText }
        let page = UInt16(code[0]) << 8
        var (place, flags, flagBits) = (1, UInt8(0), 0)
        var units: [UInt16] = []
        func next() -> UInt16? {
            guard place < code.count else { return nil }
            place += 1
            return UInt16(code[place - 1])
        }
        func known() -> UInt16 { units.count < narrow.count ? UInt16(narrow[units.count]) : 0x3F }
        decoding: while units.count < longestName {
            if flagBits == 0 {
                guard let byte = next() else { break }
                (flags, flagBits) = (UInt8(byte), 8)
            }
            flagBits -= 2
            switch flags >> UInt8(flagBits) & 3 {
            case 0:
                guard let low = next() else { break decoding }
                units.append(low)
            case 1:
                guard let low = next() else { break decoding }
                units.append(page | low)
            case 2:
                guard let low = next(), let high = next() else { break decoding }
                units.append(high << 8 | low)
            default:
                guard let run = next() else { break decoding }
                if run & 0x80 == 0 {
                    for _ in 0..<run + 2 { units.append(known()) }
                } else {
                    guard let shift = next() else { break decoding }
                    for _ in 0..<(run & 0x7F) + 2 { units.append(page | (known() + shift) & 0xFF) }
                }
            }
        }
        return String(decoding: units, as: UTF16.self)
    }

    // MARK: - The fifth version

    private mutating func readFive(_ bytes: Bytes) {
        var position = 8
        for _ in 0..<RARHeaders.blockLimit {
            // A CRC, then numbers of seven bits a byte: size, type, flags and, as these say, more.
            var place = position + 4
            guard let size = RARHeaders.number(bytes, &place), size > 0 else { return }
            let start = place
            guard let type = RARHeaders.number(bytes, &place), let flags = RARHeaders.number(bytes, &place) else {
                return
            }
            if type == 4 {
                hasEncryptedHeaders = true
                return
            }
            var extra = 0
            var data = 0
            if flags & 1 != 0 { extra = RARHeaders.number(bytes, &place) ?? 0 }
            if flags & 2 != 0 { data = RARHeaders.number(bytes, &place) ?? 0 }
            let end = start + min(size, bytes.count)
            if type == 1 { isVolume = (RARHeaders.number(bytes, &place) ?? 0) & 1 != 0 }
            if type == 2 {
                let isEncrypted = extra > 0 && extra <= size && RARHeaders.isEncrypted(bytes, end - extra, end)
                if let member = RARHeaders.five(bytes, place, isEncrypted: isEncrypted, isSplit: flags & 0x18 != 0) {
                    members.append(member)
                }
            }
            guard data <= bytes.count, type != 5 else { return }
            position = end + data
        }
    }

    private static func five(_ bytes: Bytes, _ start: Int, isEncrypted: Bool, isSplit: Bool) -> Member? {
        var place = start
        guard let flags = number(bytes, &place), let size = number(bytes, &place), number(bytes, &place) != nil else {
            return nil
        }
        // The time and the CRC have four bytes each.
        if flags & 2 != 0 { place += 4 }
        if flags & 4 != 0 { place += 4 }
        guard number(bytes, &place) != nil, number(bytes, &place) != nil, let length = number(bytes, &place) else {
            return nil
        }
        return Member(
            name: bytes.piece(place, min(length, longestName)).lossyString, size: flags & 8 != 0 ? nil : size,
            isFolder: flags & 1 != 0, isEncrypted: isEncrypted, isSplit: isSplit)
    }

    private static func isEncrypted(_ bytes: Bytes, _ start: Int, _ end: Int) -> Bool {
        var place = start
        while place < end {
            guard let size = number(bytes, &place), size > 0, size <= bytes.count else { return false }
            let next = place + size
            if number(bytes, &place) == 1 { return true }
            place = next
        }
        return false
    }

    private static func number(_ bytes: Bytes, _ place: inout Int) -> Int? {
        var value = 0
        for shift in stride(from: 0, to: 56, by: 7) {
            guard place >= 0, place < bytes.count else { return nil }
            let byte = bytes[place]
            place += 1
            value |= Int(byte & 0x7F) << shift
            if byte < 0x80 { return value }
        }
        return nil
    }
}
