import DNS
import Glibc

/// Why a DNS source cannot be used.
public enum DNSSourceError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The argument names no source (exit 64).
    case malformed(String)
    /// The source is not there in this release (exit 69).
    case notAvailable(DNSSource)
    /// There is no such file (exit 66).
    case noSuchFile(path: String)
    /// The file cannot be read; the number is the system's (exit 74).
    case unreadable(path: String, errno: Int32)
    /// What is in the file is wrong (exit 65).
    case unusable(DNSProblems)

    /// The error in words; one line a mistake for a file.
    public var description: String {
        switch self {
        case .malformed(let argument):
            "'\(argument)' is no DNS source: system, server:HOST:PORT, zone:FILE, snapshot:FILE or none"
        case .notAvailable(let source):
            "live DNS (\(source)) is not available yet in this release; use zone:FILE, snapshot:FILE or none"
        case .noSuchFile(let path): "\(path): no such file"
        case .unreadable(let path, let code): "\(path): \(String(cString: strerror(code)))"
        case .unusable(let problems): problems.description
        }
    }
}
