import Values

/// The central directory of a zip file (APPNOTE.TXT 4.3.12): what it says of its members, without unpacking any.
struct ZipDirectory {
    struct Member {
        let name: String
        let isEncrypted: Bool
        let method: Int
        let packedSize: Int
        let size: Int
        let offset: Int
    }

    /// The members, as many as were asked for.
    let members: [Member]
    /// How many the directory says it has.
    let count: Int
    /// Where the file starts: zip files may have a program, or anything, before them.
    let start: Int

    /// Reads up to `limit` members; nil where there is no directory.
    init?(_ bytes: Bytes, limit: Int) {
        guard let end = ZipDirectory.end(of: bytes), var count = bytes.short(end + 10), var size = bytes.long(end + 12),
            var offset = bytes.long(end + 16)
        else { return nil }
        var directoryEnd = end
        if count == 0xFFFF || size == 0xFFFF_FFFF || offset == 0xFFFF_FFFF, bytes.has("PK\u{6}\u{7}", at: end - 20),
            let wide = bytes.longLong(end - 12), bytes.has("PK\u{6}\u{6}", at: wide)
        {
            guard let wideCount = bytes.longLong(wide + 32), let wideSize = bytes.longLong(wide + 40),
                let wideOffset = bytes.longLong(wide + 48)
            else { return nil }
            (count, size, offset, directoryEnd) = (wideCount, wideSize, wideOffset, wide)
        }
        // Readers go by what lies before the end, or by the offset: take the one at which a member stands.
        guard size <= directoryEnd else { return nil }
        let mark: [UInt8] = [0x50, 0x4B, 1, 2]
        var position = directoryEnd - size
        if !bytes.has(mark, at: position), bytes.has(mark, at: offset) { position = offset }
        start = max(0, position - offset)
        var members: [Member] = []
        while members.count < limit, bytes.has(mark, at: position), let flags = bytes.short(position + 8),
            let method = bytes.short(position + 10), let packed = bytes.long(position + 20),
            let unpacked = bytes.long(position + 24), let nameLength = bytes.short(position + 28),
            let extraLength = bytes.short(position + 30), let commentLength = bytes.short(position + 32),
            let local = bytes.long(position + 42)
        {
            let name = bytes.piece(position + 46, nameLength)
            var member = (size: unpacked, packed: packed, local: local)
            if unpacked == 0xFFFF_FFFF || packed == 0xFFFF_FFFF || local == 0xFFFF_FFFF {
                ZipDirectory.widen(&member, bytes.piece(position + 46 + nameLength, extraLength))
            }
            members.append(
                Member(
                    name: name.firstIndex(of: 0) == nil
                        ? name.narrowText : String(decoding: name, as: UTF8.self),
                    isEncrypted: flags & 1 != 0, method: method, packedSize: member.packed, size: member.size,
                    offset: start + member.local))
            position += 46 + nameLength + extraLength + commentLength
        }
        guard !members.isEmpty || count == 0 else { return nil }
        self.members = members
        self.count = max(count, members.count)
    }

    /// APPNOTE.TXT 4.5.3: sizes that need more than four bytes stand in a field of their own.
    private static func widen(_ member: inout (size: Int, packed: Int, local: Int), _ extra: Bytes) {
        var position = 0
        while let id = extra.short(position), let length = extra.short(position + 2) {
            if id == 1 {
                let field = extra.piece(position + 4, length)
                var place = 0
                // Sums of a few of them have to be numbers still.
                func next() -> Int? {
                    defer { place += 8 }
                    return field.longLong(place).map { min($0, Int.max / 4) }
                }
                if member.size == 0xFFFF_FFFF, let value = next() { member.size = value }
                if member.packed == 0xFFFF_FFFF, let value = next() { member.packed = value }
                if member.local == 0xFFFF_FFFF, let value = next() { member.local = value }
                return
            }
            position += 4 + length
        }
    }

    /// The end record: the last 22 bytes but for a comment of at most 65,535, and what somebody appended to that.
    private static func end(of bytes: Bytes) -> Int? {
        guard bytes.count >= 22 else { return nil }
        let lowest = max(0, bytes.count - 22 - 65_535)
        let tail = bytes[lowest..<bytes.count]
        var found: Int?
        var search = 0
        while let place = tail.firstIndex(of: [0x50, 0x4B, 5, 6], from: search) {
            if place + 22 <= tail.count { found = lowest + place }
            search = place + 1
        }
        return found
    }

    /// The bytes that the members say they take, unpacked.
    var declaredSize: Int { members.reduce(0) { $0 &+ min($1.size, 1 << 50) } }

    /// The bytes that the members say they take as they are.
    var packedSize: Int { members.reduce(0) { $0 &+ min($1.packedSize, 1 << 50) } }

    /// Two members that have bytes in common, as honest archives never have: each then unpacks to the same.
    var overlap: (Member, Member)? {
        let sorted = members.filter { $0.packedSize > 0 && !$0.name.hasSuffix("/") }.sorted {
            ($0.offset, $0.packedSize) < ($1.offset, $1.packedSize)
        }
        for (one, next) in zip(sorted, sorted.dropFirst()) where one.offset + 30 + one.packedSize > next.offset {
            return (one, next)
        }
        return nil
    }

    /// The kind of file that a zip file is when its members make it one; nil for an archive.
    var type: FileType? {
        let names = Set(members.prefix(2_000).map { $0.name.replacing("\\", with: "/") })
        func has(prefix: String) -> Bool { names.contains { $0.hasPrefix(prefix) } }
        if names.contains("[Content_Types].xml") {
            if names.contains("AppxManifest.xml") || names.contains("AppxMetadata/AppxBundleManifest.xml") {
                return .msix
            }
            if has(prefix: "word/") { return .docx }
            if names.contains("xl/workbook.bin") { return .xlsb }
            if has(prefix: "xl/") { return .xlsx }
            if has(prefix: "ppt/") { return .pptx }
            return .officeXML
        }
        if names.contains("AndroidManifest.xml") || names.contains("classes.dex") { return .apk }
        if names.contains("mimetype") {
            if names.contains("META-INF/container.xml") { return .epub }
            if names.contains("content.xml") { return .openDocument }
        }
        let hasClasses = names.contains { $0.hasSuffix(".class") }
        if hasClasses && names.contains("META-INF/MANIFEST.MF") { return .jar }
        if names.contains("manifest.json"), names.contains("META-INF/mozilla.rsa") { return .browserExtension }
        return nil
    }
}
