import Archives
import Glibc
import Values

/// A folder that files are written into.
enum OutputFolder {
    /// Makes the folder at `path` where it is not there; the one above it has to be. Throws when that cannot be done.
    static func make(_ path: String) throws {
        if unsafe mkdir(path, 0o755) == 0 { return }
        let reason = errno
        guard reason == EEXIST, FolderNames.of(path) != nil else {
            let words = reason == EEXIST ? "is there and is no folder" : unsafe String(cString: strerror(reason))
            throw Failure(.inputOutput, TerminalLine.safe("\(path): \(words)"))
        }
    }
}
