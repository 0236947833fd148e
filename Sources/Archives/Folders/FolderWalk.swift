import Values

/// Walks the files of a folder that may hold mail, in the order of their names' bytes.
///
/// A Maildir gives `cur`, then `new`, then its subfolders; an MH folder its numbered messages in the order of their
/// numbers; any other folder every file below it whose name does not start with a dot. Each folder is entered once,
/// however many links lead there. Held are the names of the folders on the way down.
struct FolderWalk {
    enum Step {
        case file(MailFileLocation)
        case problem(ArchiveProblem)
    }

    private enum Role {
        /// Files and folders.
        case plain
        /// What lies beside `cur` and `new`: only Maildirs count.
        case beside
        /// `cur` or `new`.
        case messages(isCurrent: Bool, keywords: [Int: String])
    }

    private struct Level {
        var path: [UInt8]
        var folder: String?
        var role: Role
        /// The names still to be visited, the next one last.
        var names: [[UInt8]]
    }

    private var levels: [Level] = []
    private var entered: Set<FileStatus.Identity> = []

    /// Starts at the folder at `path`.
    init(_ path: [UInt8]) throws(ArchiveError) {
        var path = path
        while path.count > 1, path.last == .ascii("/") { path.removeLast() }
        let name = String(decoding: path, as: UTF8.self)
        let status = try FileStatus(path, name: name)
        try enter(path, folder: nil, status.identity, onlyMaildir: false)
    }

    /// The next file, or a place that cannot be read; nil when all were visited.
    mutating func next() -> Step? {
        while let last = levels.indices.last {
            guard let entry = levels[last].names.popLast() else {
                levels.removeLast()
                continue
            }
            let level = levels[last]
            if let step = visit(entry, in: level) { return step }
        }
        return nil
    }

    private mutating func visit(_ entry: [UInt8], in level: Level) -> Step? {
        let path = level.path + [.ascii("/")] + entry
        let name = String(decoding: path, as: UTF8.self)
        do throws(ArchiveError) {
            let status = try FileStatus(path, name: name)
            switch (status.kind, level.role) {
            case (.file, .plain): return .file(MailFileLocation(path: path, name: name, folder: level.folder))
            case (.file, .messages(let isCurrent, let keywords)):
                let info = MaildirName(entry, isCurrent: isCurrent, keywords: keywords)
                return .file(
                    MailFileLocation(
                        path: path, name: name, holdsOneMessage: true, folder: level.folder, flags: info.flags,
                        keywords: info.keywords))
            case (.folder, .plain):
                try enter(path, folder: subfolder(entry, of: level), status.identity, onlyMaildir: false)
            case (.folder, .beside):
                try enter(path, folder: subfolder(entry, of: level), status.identity, onlyMaildir: true)
            case (_, .beside), (.folder, .messages): break
            case (.other, _):
                throw ArchiveError(.unreadable, file: name, message: "neither a file nor a folder; it is passed over")
            }
            return nil
        } catch {
            return .problem(ArchiveProblem(error, source: name))
        }
    }

    /// The name of a folder below `level`. Maildir++ writes `.Lists.swift` for `Lists/swift`.
    private func subfolder(_ entry: [UInt8], of level: Level) -> String {
        var name = entry
        if case .beside = level.role, name.first == .dot {
            name = name.dropFirst().map { $0 == .dot ? .ascii("/") : $0 }
        }
        let text = String(decoding: name, as: UTF8.self)
        return level.folder.map { "\($0)/\(text)" } ?? text
    }

    private mutating func enter(
        _ path: [UInt8], folder: String?, _ identity: FileStatus.Identity, onlyMaildir: Bool
    ) throws(ArchiveError) {
        guard entered.insert(identity).inserted else { return }
        let name = String(decoding: path, as: UTF8.self)
        let names = try FolderListing.names(path, name: name)
        let special: [[UInt8]] = [Array("cur".utf8), Array("new".utf8), Array("tmp".utf8)]
        let present = special.filter { names.contains($0) && FolderWalk.isFolder(path + [.ascii("/")] + $0) }
        // A Maildir kept by tools that drop empty folders may lack some of the three.
        guard present.contains(special[0]) || present.count == 2 || onlyMaildir && present == [special[1]] else {
            if !onlyMaildir { levels.append(plain(path, folder, names)) }
            return
        }
        levels.append(
            Level(path: path, folder: folder, role: .beside, names: names.reversed().filter { !special.contains($0) }))
        let keywords = names.contains(Array("dovecot-keywords".utf8)) ? FolderWalk.keywords(in: path) : [:]
        for directory in [special[1], special[0]] where present.contains(directory) {
            let path = path + [.ascii("/")] + directory
            let names = try FolderListing.names(path, name: String(decoding: path, as: UTF8.self))
            levels.append(
                Level(
                    path: path, folder: folder,
                    role: .messages(isCurrent: directory == special[0], keywords: keywords),
                    names: names.reversed().filter { $0.first != .dot }))
        }
    }

    /// A level of files and folders. Numbered messages of an MH folder come in the order of their numbers, and those
    /// marked as removed (`,17`) not at all.
    private func plain(_ path: [UInt8], _ folder: String?, _ names: [[UInt8]]) -> Level {
        let isNumber: ([UInt8]) -> Bool = { $0.allSatisfy(\.isDigit) }
        var visible = names.filter { $0.first != .dot }
        if visible.contains(where: isNumber) {
            visible.removeAll { $0.first == .comma && isNumber(Array($0.dropFirst())) }
            let numbers = visible.filter(isNumber).sorted {
                $0.count != $1.count ? $0.count < $1.count : $0.lexicographicallyPrecedes($1)
            }
            visible = numbers + visible.filter { !isNumber($0) }
        }
        return Level(path: path, folder: folder, role: .plain, names: visible.reversed())
    }

    private static func isFolder(_ path: [UInt8]) -> Bool {
        (try? FileStatus(path, name: ""))?.kind == .folder
    }

    private static func keywords(in path: [UInt8]) -> [Int: String] {
        let file = path + Array("/dovecot-keywords".utf8)
        guard let input = try? FileInput(path: file, name: "") else { return [:] }
        var source = ByteSource(input, options: ArchiveOptions())
        guard let bytes = try? source.next(maximum: 64 << 10) else { return [:] }
        return MaildirName.keywords(bytes)
    }
}
