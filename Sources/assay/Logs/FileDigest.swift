import Cryptography
import Glibc
import Values

/// The digest of a file as it is stored, however large it is.
enum FileDigest {
    /// The SHA-256 of the file at `path`, in hexadecimal.
    static func sha256(of path: String) throws -> String {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(path) }
        defer { close(descriptor) }
        var digest = Digest(.sha256)
        var buffer = [UInt8](repeating: 0, count: 256 << 10)
        while true {
            let count = unsafe read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw failure(path) }
            if count == 0 { break }
            digest.update(Bytes(buffer, in: 0..<count))
        }
        return Hexadecimal.text(digest.finalize())
    }

    private static func failure(_ path: String) -> Failure {
        Failure(
            errno == ENOENT ? .noInput : .inputOutput,
            unsafe "\(path): cannot be read: \(String(cString: strerror(errno)))")
    }
}
