import Archives
import Cryptography
import Foundation
import Glibc
import Values

/// The messages by the digests of their bytes.
extension QuarantineFolder {
    /// The SHA-256 digest of a message in hexadecimal.
    static func digest(of message: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        let digest = Bytes(message).withSpan { Digest.hash($0, with: .sha256) }
        return String(decoding: digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }

    private var contentFolder: String { "\(path)/content" }

    private func contentFile(_ digest: String) -> String { "\(contentFolder)/\(digest.prefix(2))/\(digest).zst" }

    /// Puts the file `ID.eml.zst` on the disk, a link to the message among the others by their digests; `frame` is it
    /// compressed. The system's reason when that cannot be done, and nothing is left; else 0.
    func place(_ frame: [UInt8], digest: String, id: String) -> Int32 {
        let entry = file(id, "eml.zst")
        let content = contentFile(digest)
        // The link keeps the message whatever becomes of the one that it was made from.
        if unsafe link(content, entry) == 0 {
            if isWhole(entry, frame) { return 0 }
            unsafe unlink(entry)
        } else if errno == EEXIST {
            return EEXIST
        }
        let folders = [contentFolder, "\(contentFolder)/\(digest.prefix(2))"]
        let draft = "\(folders[1])/\(id).part"
        var reason: Int32 = 0
        // Somebody else may take an empty folder away as soon as it is there.
        for _ in 0..<3 {
            for folder in folders where unsafe mkdir(folder, 0o700) != 0 && errno != EEXIST {
                if errno == ENOENT { break }
                return errno
            }
            reason = QuarantineFolder.write(frame, to: draft)
            if reason != ENOENT { break }
        }
        if reason == 0 {
            if unsafe link(draft, entry) != 0 { reason = errno }
            if reason == 0 {
                // One that is there and is not whole must not be linked to again.
                unsafe rename(draft, content)
            } else if reason == EPERM || reason == EOPNOTSUPP || reason == EMLINK {
                // A file system without links: the entry has the message to itself.
                reason = unsafe access(entry, F_OK) == 0 ? EEXIST : QuarantineFolder.write(frame, to: entry)
            }
        }
        unsafe unlink(draft)
        if reason != 0 { for folder in folders.reversed() { unsafe rmdir(folder) } }
        return reason
    }

    /// Whether the file at `path` holds `frame`.
    private func isWhole(_ path: String, _ frame: [UInt8]) -> Bool {
        let file = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard file >= 0 else { return false }
        defer { close(file) }
        var status = stat()
        guard unsafe fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG, Int(status.st_size) == frame.count
        else { return false }
        return FileSpool.read(frame.count, from: file) == frame
    }

    /// Deletes the message with this digest where no entry has a link to it any more.
    func dropContent(_ digest: String) {
        let content = contentFile(digest)
        var status = stat()
        guard unsafe lstat(content, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_nlink == 1 else {
            return
        }
        unsafe unlink(content)
        for folder in ["\(contentFolder)/\(digest.prefix(2))", contentFolder] { unsafe rmdir(folder) }
    }

    /// Deletes messages that no entry has a link to, and half-written ones, if they are older than an hour.
    func sweepContent(at now: Timestamp) -> Int {
        var count = 0
        let files = FileManager.default
        for part in (try? files.contentsOfDirectory(atPath: contentFolder)) ?? [] where part.utf8.count == 2 {
            let folder = "\(contentFolder)/\(part)"
            for name in (try? files.contentsOfDirectory(atPath: folder)) ?? [] {
                var status = stat()
                guard unsafe lstat("\(folder)/\(name)", &status) == 0, status.st_mode & S_IFMT == S_IFREG,
                    status.st_nlink == 1, Int64(status.st_mtim.tv_sec) < now.seconds - 3600,
                    name.hasSuffix(".part") || name.hasSuffix(".zst")
                else { continue }
                if unsafe unlink("\(folder)/\(name)") == 0 { count += 1 }
            }
            unsafe rmdir(folder)
        }
        unsafe rmdir(contentFolder)
        return count
    }

    /// Brings an entry of the old form, whose message is a file `ID.eml`, into the new one; whether it was of the old.
    func migrate(_ id: String) async throws(QuarantineError) -> Bool {
        let old = file(id, "eml")
        guard unsafe access(old, F_OK) == 0 else { return false }
        return try await holding(id) { () throws(QuarantineError) in
            if unsafe access(file(id, "eml.zst"), F_OK) != 0 {
                let message = try contents(id, "eml", limit: QuarantineFolder.messageLimit)
                guard let frame = ZstdFrame.compressed(message) else {
                    throw QuarantineError(.inputOutput, "\(old): memory is short")
                }
                let reason = place(frame, digest: QuarantineFolder.digest(of: message), id: id)
                guard reason == 0 else {
                    throw QuarantineError(.inputOutput, unsafe "\(old): \(String(cString: strerror(reason)))")
                }
            }
            guard try content(of: id).array == contents(id, "eml", limit: QuarantineFolder.messageLimit) else {
                throw QuarantineError(.damaged, "\(file(id, "eml.zst")): is not the message in \(old)")
            }
            guard syncFolder() == 0, unsafe unlink(old) == 0 else { throw .system(old) }
            return true
        }
    }
}
