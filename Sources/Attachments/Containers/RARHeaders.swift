import Values

/// Whether a RAR archive is encrypted, read from its block headers; nothing is unpacked.
struct RARHeaders {
    /// Its list of files is encrypted.
    private(set) var hasEncryptedHeaders = false
    /// A file in it is.
    private(set) var hasEncryptedFiles = false

    private static let blockLimit = 20_000

    /// Reads the headers of an archive that starts with RAR's mark.
    init(_ bytes: Bytes) {
        if bytes.has([0x52, 0x61, 0x72, 0x21, 0x1A, 7, 1, 0]) {
            readFive(bytes)
        } else {
            readFour(bytes)
        }
    }

    private mutating func readFour(_ bytes: Bytes) {
        var position = 7
        for _ in 0..<RARHeaders.blockLimit {
            guard position + 7 <= bytes.count, let flags = bytes.short(position + 3),
                let size = bytes.short(position + 5), size >= 7
            else { return }
            let type = bytes[position + 2]
            if type == 0x73, flags & 0x80 != 0 {
                hasEncryptedHeaders = true
                return
            }
            if type == 0x74, flags & 0x04 != 0 { hasEncryptedFiles = true }
            var length = size
            if flags & 0x8000 != 0 || type == 0x74 { length += bytes.long(position + 7) ?? 0 }
            position += length
        }
    }

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
            if type == 2, extra > 0, extra <= size { readExtra(bytes, end - extra, end) }
            guard data <= bytes.count, type != 5 else { return }
            position = end + data
        }
    }

    private mutating func readExtra(_ bytes: Bytes, _ start: Int, _ end: Int) {
        var place = start
        while place < end {
            guard let size = RARHeaders.number(bytes, &place), size > 0, size <= bytes.count else { return }
            let next = place + size
            if RARHeaders.number(bytes, &place) == 1 { hasEncryptedFiles = true }
            place = next
        }
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
