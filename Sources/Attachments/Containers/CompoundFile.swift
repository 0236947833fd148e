import Values

/// A compound file ([MS-CFB]): the file system in a file that Office documents before 2007, Outlook messages and
/// installers are.
///
/// Chains of sectors are followed no further than the file has sectors, and each directory entry is visited once:
/// circles end.
struct CompoundFile {
    /// A stream or storage.
    struct Entry {
        /// The names of the storages that hold it and its own, the root left out.
        let path: [String]
        let isStream: Bool
        let size: Int
        fileprivate let start: Int

        var name: String { path.last ?? "" }
    }

    /// What the file holds, in the order of its tree.
    private(set) var entries: [Entry] = []
    /// The class of the root storage.
    private(set) var rootClass: [UInt8] = []
    /// Whether there are more entries than are read.
    private(set) var isCut = false

    private let bytes: Bytes
    private let sectorSize: Int
    private let miniSize: Int
    private let miniCutoff: Int
    private var table: [UInt32] = []
    private var miniTable: [UInt32] = []
    private var miniStream = Bytes([])

    private static let entryLimit = 4_096
    private static let depthLimit = 32

    /// Reads the directory; nil where the bytes are no compound file, or its directory is not to be found.
    init?(_ bytes: Bytes) {
        guard bytes.has([0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]), let shift = bytes.short(30),
            let miniShift = bytes.short(32), shift == 9 || shift == 12, miniShift == 6,
            let firstDirectory = bytes.long(48), let cutoff = bytes.long(56), let firstMini = bytes.long(60),
            let firstTable = bytes.long(68)
        else { return nil }
        self.bytes = bytes
        (sectorSize, miniSize, miniCutoff) = (1 << shift, 1 << miniShift, cutoff)
        readTable(firstTable)
        let directory = chain(from: firstDirectory, limit: CompoundFile.entryLimit * 128 + sectorSize)
        guard directory.count >= 128 else { return nil }
        rootClass = directory[80..<96].array
        miniTable = numbers(chain(from: firstMini, limit: bytes.count))
        if let start = directory.long(116), let size = directory.long(120) {
            miniStream = chain(from: start, limit: min(size, bytes.count))
        }
        readEntries(directory)
    }

    /// The content of a stream, at most `limit` bytes.
    func content(of entry: Entry, limit: Int) -> Bytes {
        guard entry.isStream else { return Bytes([]) }
        let wanted = min(entry.size, limit)
        guard entry.size < miniCutoff else { return chain(from: entry.start, limit: wanted) }
        var output: [UInt8] = []
        var sector = entry.start
        for _ in 0...(miniStream.count / miniSize) {
            guard output.count < wanted, sector < miniTable.count else { break }
            output += miniStream.piece(sector * miniSize, min(miniSize, wanted - output.count))
            sector = Int(miniTable[sector])
        }
        return Bytes(output)
    }

    /// The first stream whose path, in lower case, ends in these names.
    func entry(_ path: String...) -> Entry? {
        entries.first { entry in
            entry.path.count >= path.count
                && zip(entry.path.suffix(path.count), path).allSatisfy { $0.equalsIgnoringASCIICase($1) }
        }
    }

    /// A stream of the root storage.
    func topStream(_ name: String) -> Entry? {
        entries.first { $0.isStream && $0.path.count == 1 && $0.name.equalsIgnoringASCIICase(name) }
    }

    // MARK: - Sectors

    private mutating func readTable(_ firstTable: Int) {
        let sectors = bytes.count / sectorSize + 1
        var places: [Int] = []
        for index in 0..<109 {
            guard let place = bytes.long(76 + index * 4), place < sectors else { continue }
            places.append(place)
        }
        // [MS-CFB] 2.5: further places of the table stand in a chain of sectors of their own.
        var next = firstTable
        var visited = 0
        while next < sectors, visited * (sectorSize / 4) < sectors + sectorSize / 4 {
            let sector = bytes.piece((next + 1) * sectorSize, sectorSize)
            guard sector.count == sectorSize else { break }
            for index in 0..<(sectorSize / 4 - 1) {
                if let place = sector.long(index * 4), place < sectors { places.append(place) }
            }
            next = sector.long(sectorSize - 4) ?? Int.max
            visited += 1
        }
        table.reserveCapacity(min(places.count * sectorSize / 4, sectors))
        for place in places {
            guard table.count < sectors else { break }
            table += numbers(bytes.piece((place + 1) * sectorSize, sectorSize))
        }
    }

    private func numbers(_ bytes: Bytes) -> [UInt32] {
        (0..<bytes.count / 4).map { UInt32(truncatingIfNeeded: bytes.long($0 * 4) ?? 0) }
    }

    private func chain(from start: Int, limit: Int) -> Bytes {
        guard limit > 0, start < table.count else { return Bytes([]) }
        let first = (start + 1) * sectorSize
        var output: [UInt8] = []
        var sector = start
        var length = 0
        // Mostly the sectors follow each other, and nothing has to be copied.
        var isInOrder = true
        for count in 0..<table.count {
            guard length < limit, sector < table.count else { break }
            let piece = bytes.piece((sector + 1) * sectorSize, sectorSize)
            guard !piece.isEmpty else { break }
            if isInOrder, sector != start + count {
                isInOrder = false
                output += bytes.piece(first, length)
            }
            if !isInOrder { output += piece }
            length += piece.count
            sector = Int(table[sector])
        }
        return isInOrder ? bytes.piece(first, min(limit, length)) : Bytes(output)[0..<limit]
    }

    // MARK: - Directory

    private mutating func readEntries(_ directory: Bytes) {
        let count = min(directory.count / 128, CompoundFile.entryLimit)
        isCut = directory.count / 128 > CompoundFile.entryLimit
        var visited = [Bool](repeating: false, count: count)
        guard count > 0, let child = directory.long(76) else { return }
        visited[0] = true
        // Entries still to be read, each with the path of the storage that holds it.
        var pending: [(Int, [String])] = [(child, [])]
        while let (index, path) = pending.popLast() {
            guard index < count, !visited[index] else { continue }
            visited[index] = true
            let place = index * 128
            let kind = directory[place + 66]
            let length = min(directory.short(place + 64) ?? 0, 64)
            let name = directory.piece(place, max(0, length - 2)).wideText
            if let left = directory.long(place + 68) { pending.append((left, path)) }
            if let right = directory.long(place + 72) { pending.append((right, path)) }
            guard kind == 1 || kind == 2, let start = directory.long(place + 116),
                let size = directory.long(place + 120)
            else { continue }
            let own = path + [name]
            entries.append(Entry(path: own, isStream: kind == 2, size: size, start: start))
            if kind == 1, own.count < CompoundFile.depthLimit, let child = directory.long(place + 76) {
                pending.append((child, own))
            }
        }
    }

    /// What kind of file the streams make it.
    var type: FileType {
        // The class of Windows Installer packages, and of patches to them.
        if rootClass.count == 16, rootClass[1] == 0x10, rootClass[2] == 0x0C, rootClass[3] == 0,
            [0x82, 0x84, 0x86].contains(rootClass[0]), rootClass[8] == 0xC0, rootClass[15] == 0x46
        {
            return .msi
        }
        if topStream("EncryptedPackage") != nil { return .encryptedOffice }
        if topStream("WordDocument") != nil { return .doc }
        if topStream("Workbook") != nil || topStream("Book") != nil { return .xls }
        if topStream("PowerPoint Document") != nil { return .ppt }
        if topStream("VisioDocument") != nil { return .visio }
        if topStream("__properties_version1.0") != nil { return .outlookMessage }
        if topStream("Quill") != nil || entry("Quill", "QuillSub", "CONTENTS") != nil { return .publisher }
        if entry("VBA", "dir") != nil, topStream("PROJECT") != nil { return .vbaProject }
        return .compoundFile
    }
}
