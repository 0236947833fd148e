import Values

/// The files in a TNEF stream ([MS-OXTNEF]): what Outlook wraps attachments in, as `winmail.dat`.
struct TNEFFile {
    /// A file in it.
    struct Member {
        var name = ""
        var content = Bytes([])
    }

    private(set) var members: [Member] = []
    /// Whether the stream ends within an attribute, or has more than are read.
    private(set) var isCut = false

    private static let attributeLimit = 20_000
    private static let memberLimit = 1_000
    private static let propertyLimit = 4_096

    /// Reads a stream; nil where it is none.
    init?(_ bytes: Bytes) {
        guard bytes.has([0x78, 0x9F, 0x3E, 0x22]) else { return nil }
        var position = 6
        var attributes = 0
        while position < bytes.count {
            guard let id = bytes.long(position + 1), let length = bytes.long(position + 5),
                attributes < TNEFFile.attributeLimit
            else {
                isCut = position + 1 < bytes.count
                return
            }
            attributes += 1
            let content = bytes.piece(position + 9, length)
            isCut = content.count < length
            take(id & 0xFFFF, content)
            if isCut { return }
            // A checksum of two bytes ends it.
            position += 11 + length
        }
    }

    private mutating func take(_ attribute: Int, _ content: Bytes) {
        switch attribute {
        // attAttachRendData begins an attachment.
        case 0x9002:
            guard members.count < TNEFFile.memberLimit else {
                isCut = true
                return
            }
            members.append(Member())
        case 0x8010: edit { if $0.name.isEmpty { $0.name = content.narrowText } }
        case 0x800F: edit { if $0.content.isEmpty { $0.content = content } }
        // attAttachment: the properties of MAPI, which have the long name, and the content where it is a message.
        case 0x9005: readProperties(content)
        default: break
        }
    }

    private mutating func edit(_ change: (inout Member) -> Void) {
        if members.isEmpty { members.append(Member()) }
        change(&members[members.count - 1])
    }

    private mutating func readProperties(_ bytes: Bytes) {
        guard let count = bytes.long(0) else { return }
        var position = 4
        for _ in 0..<min(count, TNEFFile.propertyLimit) {
            guard let type = bytes.short(position), let id = bytes.short(position + 2) else { return }
            position += 4
            if id >= 0x8000 {
                // A named property: a set, and a number or a text.
                guard let kind = bytes.long(position + 16) else { return }
                position += 20
                if kind == 0 {
                    position += 4
                } else {
                    guard let length = bytes.long(position) else { return }
                    position += 4 + (length + 3) & ~3
                }
            }
            guard let values = TNEFFile.values(bytes, &position, type) else { return }
            guard let value = values.first else { continue }
            switch id {
            case 0x3707: name(value, type)
            case 0x3704, 0x3001: if members.last?.name.isEmpty ?? true { name(value, type) }
            case 0x3701:
                // PR_ATTACH_DATA_OBJ has the number of an interface before what it holds.
                let content = type & 0xFFF == 0x000D ? value.piece(16, value.count) : value
                edit { if $0.content.isEmpty { $0.content = content } }
            default: break
            }
        }
    }

    private mutating func name(_ value: Bytes, _ type: Int) {
        let text = type & 0xFFF == 0x001F ? value.wideText : value.narrowText
        if !text.isEmpty { edit { $0.name = text } }
    }

    /// The values of a property; nil where they do not end within the bytes.
    private static func values(_ bytes: Bytes, _ position: inout Int, _ type: Int) -> [Bytes]? {
        let isMultiple = type & 0x1000 != 0
        let size: Int
        switch type & 0xFFF {
        case 0x0002, 0x000B: size = 4
        case 0x0003, 0x0004, 0x000A, 0x0001: size = 4
        case 0x0005, 0x0006, 0x0007, 0x0014, 0x0040: size = 8
        case 0x0048: size = 16
        case 0x000D, 0x001E, 0x001F, 0x0102:
            guard let count = bytes.long(position), count <= propertyLimit else { return nil }
            position += 4
            var values: [Bytes] = []
            for _ in 0..<count {
                guard let length = bytes.long(position), length <= bytes.count - position - 4 else { return nil }
                values.append(bytes.piece(position + 4, length))
                position += 4 + (length + 3) & ~3
            }
            return values
        default: return nil
        }
        var count = 1
        if isMultiple {
            guard let number = bytes.long(position), number <= propertyLimit else { return nil }
            count = number
            position += 4
        }
        guard size * count <= bytes.count - position else { return nil }
        defer { position += size * count }
        return [bytes.piece(position, size * count)]
    }
}
