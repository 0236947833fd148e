#if canImport(Glibc)
    import Glibc
#endif

/// What an `errno` means to a reader of files.
enum SystemError {
    /// The C library's words for it.
    static func text(_ number: Int32) -> String { unsafe String(cString: strerror(number)) }

    /// Whether it says that the file does not exist.
    static func meansAbsent(_ number: Int32) -> Bool { number == ENOENT || number == ENOTDIR }

    /// Whether it says that the user may not read it.
    static func meansForbidden(_ number: Int32) -> Bool { number == EACCES || number == EPERM }
}
