import Values

/// A sign of a type: bytes at a place.
private struct Signature: Sendable {
    let offset: Int
    let bytes: [UInt8]
    let type: FileType

    init(_ type: FileType, _ bytes: [UInt8], at offset: Int = 0) {
        (self.type, self.bytes, self.offset) = (type, bytes, offset)
    }

    init(_ type: FileType, _ text: String, at offset: Int = 0) { self.init(type, Array(text.utf8), at: offset) }
}

extension FileType {
    /// Looked at in order; the first that is there tells.
    private static let signatures: [Signature] = [
        Signature(.elf, [0x7F, 0x45, 0x4C, 0x46]),
        Signature(.machO, [0xFE, 0xED, 0xFA, 0xCE]), Signature(.machO, [0xFE, 0xED, 0xFA, 0xCF]),
        Signature(.machO, [0xCE, 0xFA, 0xED, 0xFE]), Signature(.machO, [0xCF, 0xFA, 0xED, 0xFE]),
        Signature(.dalvik, "dex\n03"), Signature(.webAssembly, [0x00, 0x61, 0x73, 0x6D, 0x01]),
        Signature(.link, [0x4C, 0, 0, 0, 0x01, 0x14, 0x02, 0, 0, 0, 0, 0, 0xC0, 0, 0, 0, 0, 0, 0, 0x46]),
        Signature(.zip, [0x50, 0x4B, 0x03, 0x04]), Signature(.zip, [0x50, 0x4B, 0x05, 0x06]),
        Signature(.zip, [0x50, 0x4B, 0x07, 0x08, 0x50, 0x4B]), Signature(.zip, "PK00PK\u{3}\u{4}"),
        Signature(.sevenZip, [0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C]), Signature(.rar, "Rar!\u{1A}\u{7}"),
        Signature(.compoundFile, [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]),
        Signature(.gzip, [0x1F, 0x8B, 0x08]), Signature(.compress, [0x1F, 0x9D]), Signature(.compress, [0x1F, 0xA0]),
        Signature(.xz, [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0]), Signature(.zstd, [0x28, 0xB5, 0x2F, 0xFD]),
        Signature(.lz4, [0x04, 0x22, 0x4D, 0x18]), Signature(.lzip, "LZIP\u{1}"),
        Signature(.cab, "MSCF\0\0\0\0"), Signature(.wim, "MSWIM\0\0\0"), Signature(.helpFile, "ITSF"),
        Signature(.ace, "**ACE**", at: 7), Signature(.zoo, [0xDC, 0xA7, 0xC4, 0xFD], at: 20),
        Signature(.alz, "ALZ\u{1}"), Signature(.egg, "EGGA"), Signature(.stuffIt, "StuffIt "),
        Signature(.stuffIt, "SIT!"), Signature(.xar, "xar!"), Signature(.rpm, [0xED, 0xAB, 0xEE, 0xDB]),
        Signature(.deb, "!<arch>\ndebian-binary"), Signature(.ar, "!<arch>\n"), Signature(.browserExtension, "Cr24"),
        Signature(.cpio, "070701"), Signature(.cpio, "070702"), Signature(.cpio, "070707"),
        Signature(.cpio, [0xC7, 0x71]), Signature(.tar, "ustar", at: 257),
        Signature(.vhdx, "vhdxfile"), Signature(.vhd, "conectix"), Signature(.vmdk, "KDMV"),
        Signature(.vmdk, "# Disk DescriptorFile"), Signature(.qcow, [0x51, 0x46, 0x49, 0xFB]),
        Signature(.iso, "CD001", at: 0x8001), Signature(.udf, "BEA01", at: 0x8001),
        Signature(.tnef, [0x78, 0x9F, 0x3E, 0x22]),
        Signature(
            .oneNote, [0xE4, 0x52, 0x5C, 0x7B, 0x8C, 0xD8, 0xA7, 0x4D, 0xAE, 0xB1, 0x53, 0x78, 0xD0, 0x29, 0x96, 0xD3]),
        Signature(.access, "Standard Jet DB", at: 4), Signature(.access, "Standard ACE DB", at: 4),
        Signature(.sqlite, "SQLite format 3\0"),
        Signature(.encodedScript, "#@~^"), Signature(.rtf, "{\\rt"),
        Signature(.png, [0x89, 0x50, 0x4E, 0x47]), Signature(.jpeg, [0xFF, 0xD8, 0xFF]), Signature(.gif, "GIF8"),
        Signature(.tiff, [0x49, 0x49, 0x2A, 0]), Signature(.tiff, [0x4D, 0x4D, 0, 0x2A]),
        Signature(.photoshop, "8BPS"), Signature(.djvu, "AT&TFORM"), Signature(.webp, "WEBP", at: 8),
        Signature(.metafile, [0xD7, 0xCD, 0xC6, 0x9A]), Signature(.metafile, " EMF", at: 40),
        Signature(.wav, "WAVEfmt", at: 8), Signature(.avi, "AVI LIST", at: 8), Signature(.mp3, "ID3"),
        Signature(.mp3, [0xFF, 0xFB]), Signature(.mp3, [0xFF, 0xF3]), Signature(.aac, [0xFF, 0xF1]),
        Signature(.ogg, "OggS"), Signature(.flac, "fLaC"), Signature(.midi, "MThd"),
        Signature(.heic, "ftyphei", at: 4), Signature(.heic, "ftypmif1", at: 4), Signature(.heic, "ftypavif", at: 4),
        Signature(.mp4, "ftyp", at: 4), Signature(.mp4, "moov", at: 4), Signature(.mp4, "mdat", at: 4),
        Signature(.matroska, [0x1A, 0x45, 0xDF, 0xA3]),
        Signature(.asf, [0x30, 0x26, 0xB2, 0x75, 0x8E, 0x66, 0xCF, 0x11]), Signature(.mpeg, [0, 0, 1, 0xBA]),
        Signature(.mpeg, [0, 0, 1, 0xB3]), Signature(.flashVideo, "FLV\u{1}"),
        Signature(.woff, "wOFF"), Signature(.woff, "wOF2"), Signature(.sfnt, "OTTO"),
        Signature(.sfnt, [0, 1, 0, 0, 0]), Signature(.sfnt, "ttcf"),
    ]

    /// The type that the signatures tell; nil where none is there. What holds others is told by its outside: a document
    /// that is a zip file as a zip file.
    static func signed(_ content: Bytes) -> FileType? {
        guard content.count >= 2 else { return nil }
        if content[0] == 0x4D, content[1] == 0x5A, let program = program(content) { return program }
        for signature in signatures where content.has(signature.bytes, at: signature.offset) { return signature.type }
        return looselySigned(content)
    }

    /// A program for DOS or Windows: text may begin with its two letters too.
    private static func program(_ content: Bytes) -> FileType? {
        if let header = content.long(0x3C), content.has([0x50, 0x45, 0, 0], at: header) { return .portableExecutable }
        let start = content[0..<64]
        return start.contains(0) || start.contains { $0 > 0x7F } ? .dosProgram : nil
    }

    /// Types whose signs are short, and need more than one.
    private static func looselySigned(_ content: Bytes) -> FileType? {
        if content.has([0xCA, 0xFE, 0xBA, 0xBE]), content.count >= 8 {
            // A class file has its version here, 45 at least; a program for several processors how many it is for.
            return content[6] == 0 && content[7] < 45 ? .machO : .javaClass
        }
        if content.has("BZh"), content.count > 9, (0x31...0x39).contains(content[3]),
            content.has([0x31, 0x41, 0x59, 0x26, 0x53, 0x59], at: 4)
                || content.has([0x17, 0x72, 0x45, 0x38, 0x50, 0x90], at: 4)
        {
            return .bzip2
        }
        if content.has([0x5D, 0, 0]), content.count > 13,
            content[5..<13].allSatisfy({ $0 == 0xFF }) || content[9..<13].allSatisfy({ $0 == 0 })
        {
            return .lzma
        }
        if content.has([0x60, 0xEA]), let size = content.short(2), (30...2600).contains(size), content.count > 11,
            content[4] >= 30
        {
            return .arj
        }
        if content.count > 21, content[2] == .hyphen, content[3] == .ascii("l"), content[6] == .hyphen,
            [.ascii("h"), .ascii("z")].contains(content[4])
        {
            return .lha
        }
        if [0x43, 0x46, 0x5A].contains(content[0]), content.has("WS", at: 1), content.count > 8, content[3] < 60 {
            return .flash
        }
        if content.has("BM"), content.long(6) == 0, let offset = content.long(10), (26...2048).contains(offset) {
            return .bmp
        }
        if content.has([0, 0, 1, 0]), let count = content.short(4), (1...64).contains(count), content.count > 22,
            content[9] == 0
        {
            return .ico
        }
        if content.has([0x55, 0xAA], at: 510), content.count > 512 {
            if content.has("FAT", at: 0x36) || content.has("FAT32", at: 0x52) || content.has("NTFS", at: 3)
                || content.has("EXFAT", at: 3)
            {
                return .rawDisk
            }
            if [0, 0x80].contains(content[446]), content[450] != 0 { return .rawDisk }
        }
        if content.count > 512 {
            if content.has("conectix", at: content.count - 512) { return .vhd }
            if content.has("koly", at: content.count - 512) { return .dmg }
            if isOldTar(content) { return .tar }
        }
        return nil
    }

    /// A tar file from before POSIX has no mark; the sum of its first block tells it.
    private static func isOldTar(_ content: Bytes) -> Bool {
        guard content[0] > 0x20, (0x30...0x37).contains(content[100]) || content[100] == .space else { return false }
        var stated = 0
        for byte in content[148..<156] where (0x30...0x37).contains(byte) { stated = stated << 3 | Int(byte & 7) }
        var sum = 8 * 0x20
        for (place, byte) in content[0..<512].enumerated() where !(148..<156).contains(place) { sum += Int(byte) }
        return stated == sum && stated > 0
    }
}
