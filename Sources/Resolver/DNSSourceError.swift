import Archives
import DNS

/// Why a DNS source cannot be used.
public enum DNSSourceError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The argument names no source (exit 64).
    case malformed(String)
    /// The system names no server to ask (exit 69).
    case noNameServer(path: String)
    /// The server's name leads to no address (exit 69).
    case unresolvable(host: String)
    /// The file is not there or may not be read (exit 66), cannot be read (74) or is damaged (65): its code says which.
    case unreadable(ArchiveError)
    /// The file holds more octets than are taken into memory (exit 65).
    case tooLarge(path: String, limit: Int)
    /// What is in the file is wrong (exit 65).
    case unusable(DNSProblems)

    /// The error in words; one line a mistake for a file.
    public var description: String {
        switch self {
        case .malformed(let argument):
            "'\(argument)' is no DNS source: system, server:HOST:PORT, zone:FILE, snapshot:FILE or none"
        case .noNameServer(let path):
            "\(path): names no usable server; add a nameserver line, or give --dns server:HOST:PORT"
        case .unresolvable(let host):
            "server:\(host): the name leads to no address; give the server's address instead"
        case .unreadable(let error): error.description
        case .tooLarge(let path, let limit): "\(path): more than \(limit) octets of DNS data"
        case .unusable(let problems): problems.description
        }
    }
}
