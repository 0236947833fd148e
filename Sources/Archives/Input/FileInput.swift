#if canImport(Glibc)
    import Glibc
#endif

/// An open descriptor, read front to back and closed when its last owner is gone.
final class FileInput {
    let name: String
    private let descriptor: Int32
    private let closes: Bool
    /// Whether it is standard input.
    var isStandard: Bool { !closes }
    /// The size of a regular file, counted from where reading starts.
    let size: Int?

    /// Opens the file at `path`.
    init(path: [UInt8], name: String) throws(ArchiveError) {
        let descriptor = unsafe path.withUnsafeCString { unsafe open($0, O_RDONLY | O_CLOEXEC | O_NOCTTY) }
        guard descriptor >= 0 else { throw .system(errno, file: name) }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else {
            let number = errno
            close(descriptor)
            throw .system(number, file: name)
        }
        guard status.st_mode & S_IFMT != S_IFDIR else {
            close(descriptor)
            throw ArchiveError(.inaccessible, file: name, message: "a folder where a file was expected")
        }
        self.name = name
        self.descriptor = descriptor
        self.closes = true
        self.size = status.st_mode & S_IFMT == S_IFREG ? Int(status.st_size) : nil
    }

    /// Reads from standard input, which stays open.
    init(standardInputNamed name: String) {
        var status = stat()
        let isFile = unsafe fstat(STDIN_FILENO, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
        let position = isFile ? max(0, lseek(STDIN_FILENO, 0, SEEK_CUR)) : 0
        self.name = name
        self.descriptor = STDIN_FILENO
        self.closes = false
        self.size = isFile ? max(0, Int(status.st_size) - Int(position)) : nil
    }

    deinit {
        if closes { close(descriptor) }
    }

    /// Reads up to `buffer.count` bytes; 0 only at the end. `offset` is for the error.
    func read(into buffer: UnsafeMutableRawBufferPointer, offset: Int) throws(ArchiveError) -> Int {
        guard let base = buffer.baseAddress, buffer.count > 0 else { return 0 }
        while true {
            #if canImport(Glibc)
                let count = unsafe Glibc.read(descriptor, base, buffer.count)
            #endif
            if count >= 0 { return count }
            guard errno == EINTR else { throw .system(errno, file: name, offset: offset) }
        }
    }
}

extension [UInt8] {
    /// Calls `body` with the bytes as a C string; what follows a NUL is cut off.
    func withUnsafeCString<Result>(_ body: (UnsafePointer<CChar>) -> Result) -> Result {
        unsafe (self + [0]).withUnsafeBufferPointer { buffer in
            unsafe buffer.withMemoryRebound(to: CChar.self) { characters in
                guard let base = characters.baseAddress else { return unsafe "".withCString(body) }
                return unsafe body(base)
            }
        }
    }
}
