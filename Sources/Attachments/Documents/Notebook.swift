import Values

/// Files in a OneNote section ([MS-ONESTORE] 2.6.13): each stands whole behind a mark.
enum Notebook {
    private static let mark: [UInt8] = [
        0xE7, 0x16, 0xE3, 0xBD, 0x65, 0x26, 0x11, 0x45, 0xA4, 0xC4, 0x8D, 0x4D, 0x0B, 0x7A, 0x9E, 0xAC,
    ]
    private static let fileLimit = 200

    static func files(in content: Bytes) -> [Bytes] {
        var files: [Bytes] = []
        var search = 0
        while files.count < fileLimit, let place = content.firstIndex(of: mark, from: search) {
            search = place + mark.count
            guard let length = content.longLong(place + 16), length > 0 else { continue }
            let file = content.piece(place + 36, length)
            files.append(file)
            if file.count == length { search = place + 36 + length }
        }
        return files
    }
}
