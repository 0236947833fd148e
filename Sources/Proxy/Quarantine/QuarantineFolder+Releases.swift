import Foundation
import Glibc
import Values

extension QuarantineFolder {
    /// A message sent on to some of its recipients.
    public struct Release: Sendable, Hashable {
        /// When.
        public var time: Timestamp
        /// The server that took it.
        public var server: String
        /// The recipients that it took the message for, as the client gave them.
        public var recipients: [String]

        /// A release.
        public init(time: Timestamp, server: String, recipients: [String]) {
            (self.time, self.server, self.recipients) = (time, server, recipients)
        }

        /// The release as JSON.
        public var json: JSON {
            .object([
                "time": .string(time.rfc3339), "to": .string(server),
                "recipients": .array(recipients.map(JSON.string)),
            ])
        }
    }

    /// What was sent on of an entry, in order. A line that a power cut has left half written counts for nothing.
    public func releases(of id: String) throws(QuarantineError) -> [Release] {
        let text: [UInt8]
        do throws(QuarantineError) {
            text = try contents(id, "released", limit: 16 << 20)
        } catch {
            if error.code == .notThere { return [] }
            throw error
        }
        return text.split(separator: .lf).compactMap { line in
            guard let object = try? JSON(reading: Bytes(Array(line))), let fields = JSONFields(object),
                let release = try? Release(fields)
            else { return nil }
            return release
        }
    }

    /// Notes on the disk that an entry was sent on.
    func note(_ release: Release, of id: String) throws(QuarantineError) {
        let name = file(id, "released")
        let file = unsafe open(name, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard file >= 0 else { throw .system(name) }
        defer { close(file) }
        // The line end in front keeps this line apart from one that was left half written.
        guard FileSpool.write([.lf] + Array(release.json.text.utf8) + [.lf], to: file), fsync(file) == 0,
            syncFolder() == 0
        else { throw .system(name) }
    }

    /// Does `work` while no other program releases or deletes the entry.
    func holding<Result>(
        _ id: String, _ work: () async throws(QuarantineError) -> Result
    ) async throws(QuarantineError) -> Result {
        guard QuarantineFolder.isID(id) else {
            throw .noEntry(id, in: path)
        }
        let name = file(id, "json")
        let file = unsafe open(name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard file >= 0 else { throw failure(name, about: id) }
        defer { close(file) }
        guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
            throw QuarantineError(.inUse, "\(name): another program is releasing or deleting this message")
        }
        // It may have been deleted while it was opened.
        guard unsafe access(name, F_OK) == 0 else { throw failure(name, about: id) }
        return try await work()
    }
}

extension QuarantineFolder.Release {
    fileprivate init?(_ fields: JSONFields) throws(JSONFields.Fault) {
        guard let time = Timestamp(rfc3339: try fields.required("time", fields.text)) else { return nil }
        self.init(
            time: time, server: try fields.required("to", fields.text),
            recipients: try fields.required("recipients", fields.texts))
    }
}
