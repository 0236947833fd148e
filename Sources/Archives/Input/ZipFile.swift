import Values

/// A zip file held whole, read by its central directory (APPNOTE.TXT 4.3). Members are stored or deflated; encryption,
/// several disks and sizes beyond 32 bits are refused.
public struct ZipFile: Sendable {
    /// A file in it.
    public struct Member: Sendable, Hashable {
        /// The name as stored, read as UTF-8.
        public let name: String
        /// The size that the directory claims.
        public let size: Int
        let packedSize: Int
        let headerOffset: Int
        let method: Int
        let flags: Int
        let checksum: UInt32

        /// Whether it is a folder.
        public var isFolder: Bool { name.hasSuffix("/") }
    }

    /// Why a zip file, or a member of it, cannot be read.
    public struct ReadError: Error, Sendable, Hashable, CustomStringConvertible {
        /// The reason in words.
        public let description: String

        init(_ description: String) { self.description = description }
    }

    /// The members in the order of the directory.
    public let members: [Member]
    private let bytes: Bytes

    /// More members than this are refused.
    public static let maximumMembers = 1000

    /// Whether the bytes begin as a zip file does.
    public static func isLikely(_ bytes: Bytes) -> Bool { bytes.starts(with: [0x50, 0x4B, 3, 4]) }

    /// Reads the directory of a zip file.
    public init(_ bytes: Bytes) throws(ReadError) {
        self.bytes = bytes
        guard let end = ZipFile.directoryEnd(bytes) else {
            throw ReadError("the zip file has no directory: it is cut off or no zip file")
        }
        let count = bytes.short(end + 10)
        guard bytes.short(end + 4) == 0, count == bytes.short(end + 8), count < 0xFFFF else {
            throw ReadError("the zip file is one of several, or a zip64 file")
        }
        guard count <= ZipFile.maximumMembers else {
            throw ReadError("the zip file has more than \(ZipFile.maximumMembers) members")
        }
        var members: [Member] = []
        var position = bytes.long(end + 16)
        for _ in 0..<count {
            guard position >= 0, position + 46 <= end, bytes.long(position) == 0x0201_4B50 else {
                throw ReadError("the directory of the zip file is damaged")
            }
            let nameLength = bytes.short(position + 28)
            let next = position + 46 + nameLength + bytes.short(position + 30) + bytes.short(position + 32)
            guard next <= end else { throw ReadError("the directory of the zip file is damaged") }
            members.append(
                Member(
                    name: bytes[position + 46..<position + 46 + nameLength].lossyString,
                    size: bytes.long(position + 24), packedSize: bytes.long(position + 20),
                    headerOffset: bytes.long(position + 42), method: bytes.short(position + 10),
                    flags: bytes.short(position + 8), checksum: UInt32(bytes.long(position + 16))))
            position = next
        }
        self.members = members
    }

    /// The last 22 bytes but for a comment of at most 65,535.
    private static func directoryEnd(_ bytes: Bytes) -> Int? {
        guard bytes.count >= 22 else { return nil }
        var position = bytes.count - 22
        let lowest = max(0, position - 65_535)
        while position >= lowest {
            if bytes[position] == 0x50, bytes.long(position) == 0x0605_4B50,
                position + 22 + bytes.short(position + 20) <= bytes.count
            {
                return position
            }
            position -= 1
        }
        return nil
    }

    /// The content of a member; refused when there is more than `limit`, whatever its size is said to be.
    public func content(of member: Member, limit: Int) throws(ReadError) -> Bytes {
        guard member.flags & 1 == 0 else { throw ReadError("'\(member.name)' is encrypted") }
        guard member.size <= limit else {
            throw ReadError("'\(member.name)' has \(member.size) bytes; more than \(limit) are not read")
        }
        let header = member.headerOffset
        guard header + 30 <= bytes.count, bytes.long(header) == 0x0403_4B50 else {
            throw ReadError("'\(member.name)' is not where the directory says")
        }
        let start = header + 30 + bytes.short(header + 26) + bytes.short(header + 28)
        guard start + member.packedSize <= bytes.count else { throw ReadError("'\(member.name)' is cut off") }
        let packed = bytes[start..<start + member.packedSize]
        let content: Bytes
        switch member.method {
        case 0: content = packed
        case 8:
            do throws(Inflation.Failure) {
                content = try Inflation.inflate(packed, .raw, limit: limit)
            } catch {
                throw ReadError("'\(member.name)': \(error)")
            }
        default: throw ReadError("'\(member.name)' is packed by method \(member.method), which is not known here")
        }
        guard content.count == member.size, Inflation.checksum(content) == member.checksum else {
            throw ReadError("'\(member.name)' does not fit its checksum")
        }
        return content
    }
}

extension Bytes {
    /// Two bytes, the lower first; 0 beyond the end.
    fileprivate func short(_ offset: Int) -> Int {
        guard offset >= 0, offset + 2 <= count else { return 0 }
        return Int(self[offset]) | Int(self[offset + 1]) << 8
    }

    /// Four bytes, the lowest first; 0 beyond the end.
    fileprivate func long(_ offset: Int) -> Int { short(offset) | short(offset + 2) << 16 }
}
