import Values

#if canImport(Glibc)
    import Glibc
#endif

/// What lies at a path, symbolic links followed.
struct FileStatus {
    enum Kind {
        case file, folder, other
    }

    /// Which file it is, whatever path leads to it.
    struct Identity: Hashable {
        let device: UInt
        let inode: UInt
    }

    let kind: Kind
    let identity: Identity

    /// Asks the system about `path`.
    init(_ path: [UInt8], name: String) throws(ArchiveError) {
        var status = stat()
        guard unsafe path.withUnsafeCString({ unsafe stat($0, &status) }) == 0 else { throw .system(errno, file: name) }
        kind =
            switch status.st_mode & S_IFMT {
            case S_IFREG: .file
            case S_IFDIR: .folder
            default: .other
            }
        identity = Identity(device: UInt(status.st_dev), inode: UInt(status.st_ino))
    }
}

/// The names in a folder, in the order of their bytes. Names are bytes: the system promises no encoding.
enum FolderListing {
    static func names(_ path: [UInt8], name: String) throws(ArchiveError) -> [[UInt8]] {
        guard let stream = unsafe path.withUnsafeCString({ unsafe opendir($0) }) else {
            throw .system(errno, file: name)
        }
        defer { unsafe closedir(stream) }
        var names: [[UInt8]] = []
        while true {
            errno = 0
            guard let entry = unsafe readdir(stream) else { break }
            let bytes = unsafe withUnsafePointer(to: &entry.pointee.d_name) { field in
                unsafe field.withMemoryRebound(to: CChar.self, capacity: Int(NAME_MAX) + 1) { characters in
                    unsafe Array(UnsafeRawBufferPointer(start: characters, count: strlen(characters)))
                }
            }
            if bytes != [.dot], bytes != [.dot, .dot] { names.append(bytes) }
        }
        guard errno == 0 else { throw .system(errno, file: name) }
        return names.sorted { $0.lexicographicallyPrecedes($1) }
    }
}
