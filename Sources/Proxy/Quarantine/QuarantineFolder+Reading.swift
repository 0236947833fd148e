import Archives
import Foundation
import Glibc
import Values

extension QuarantineFolder {
    /// The largest description and the largest message that are read, in octets.
    static let (descriptionLimit, messageLimit) = (16 << 20, 2 << 30)

    /// Whether `id` has the form of an entry's id: nothing that means something in a path.
    public static func isID(_ id: String) -> Bool {
        (1...200).contains(id.utf8.count) && id.utf8.allSatisfy { $0.isAlphanumeric || $0 == .hyphen }
    }

    /// The ids of the entries there are, in the order of their bytes. What is half written or half deleted is none.
    public func ids() throws(QuarantineError) -> [String] {
        try names().filter { $0.hasSuffix(".json") }.map { String($0.dropLast(5)) }
            .filter(QuarantineFolder.isID).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// The failure of the last call to the system, about the description of an entry: where it is not there but the folder
    /// is, there is no such entry.
    func failure(_ name: String, about id: String) -> QuarantineError {
        let failure = QuarantineError.system(name)
        guard failure.code == .notThere else { return failure }
        do throws(QuarantineError) { try checkFolder() } catch { return error }
        return .noEntry(id, in: path)
    }

    /// Throws where the folder is none.
    private func checkFolder() throws(QuarantineError) {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { throw .system(path) }
        guard status.st_mode & S_IFMT == S_IFDIR else {
            throw QuarantineError(.notThere, "\(path): not a folder; name the one that agent.quarantine names")
        }
    }

    func names() throws(QuarantineError) -> [String] {
        try checkFolder()
        errno = 0
        guard unsafe access(path, R_OK | X_OK) == 0 else { throw .system(path) }
        do {
            return try FileManager.default.contentsOfDirectory(atPath: path)
        } catch {
            throw QuarantineError(.inputOutput, "\(path): cannot be listed")
        }
    }

    /// The description of an entry; with `findings` all that is known of it.
    public func message(_ id: String, findings: Bool = true) throws(QuarantineError) -> QuarantinedMessage {
        let text = try contents(id, "json", limit: QuarantineFolder.descriptionLimit)
        guard let message = QuarantinedMessage(text, findings: findings), message.id == id else {
            throw QuarantineError(.damaged, "\(file(id, "json")): not the description of a quarantined message")
        }
        return message
    }

    /// The message of an entry, byte for byte as the client sent it.
    public func content(of id: String) throws(QuarantineError) -> Bytes {
        let frame: [UInt8]
        do throws(QuarantineError) {
            frame = try contents(id, "eml.zst", limit: QuarantineFolder.messageLimit)
        } catch {
            guard error.code == .notThere else { throw error }
            // One that was kept before messages were compressed.
            return Bytes(try contents(id, "eml", limit: QuarantineFolder.messageLimit))
        }
        guard let message = ZstdFrame.contents(of: frame, limit: QuarantineFolder.messageLimit) else {
            throw QuarantineError(
                .damaged, "\(file(id, "eml.zst")): not a message compressed with Zstandard, or damaged")
        }
        return Bytes(message)
    }

    func contents(_ id: String, _ ending: String, limit: Int) throws(QuarantineError) -> [UInt8] {
        guard QuarantineFolder.isID(id) else {
            throw .noEntry(id, in: path)
        }
        let name = file(id, ending)
        // A pipe put in the place of a file holds nobody up.
        let file = unsafe open(name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard file >= 0 else { throw ending == "json" ? failure(name, about: id) : .system(name) }
        defer { close(file) }
        var status = stat()
        guard unsafe fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw QuarantineError(.damaged, "\(name): not a file")
        }
        guard status.st_size <= limit else { throw QuarantineError(.damaged, "\(name): larger than \(limit) octets") }
        guard let bytes = FileSpool.read(Int(status.st_size), from: file) else {
            throw QuarantineError(.inputOutput, "\(name): cannot be read")
        }
        return bytes
    }
}
