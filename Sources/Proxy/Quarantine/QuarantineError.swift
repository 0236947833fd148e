import Glibc

/// What keeps a quarantine or one of its messages from being read or changed.
public struct QuarantineError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kinds of reasons.
    public enum Code: Sendable, Hashable {
        /// There is no such folder, or no such message in it.
        case notThere
        /// It may not be opened.
        case inaccessible
        /// What is on the disk is not what this program writes.
        case damaged
        /// Another program is at work on the message.
        case inUse
        /// The system could not read or write.
        case inputOutput
    }

    /// The kind of reason.
    public let code: Code
    /// The file and the reason.
    public let description: String

    init(_ code: Code, _ description: String) { (self.code, self.description) = (code, description) }

    /// There is no entry of this id in the folder at `path`.
    static func noEntry(_ id: String, in path: String) -> QuarantineError {
        QuarantineError(
            .notThere,
            "\(path): no message with the id '\(id.prefix(200))' is there; assay quarantine list tells the ids")
    }

    /// The failure of the last call to the system, about `path`.
    static func system(_ path: String) -> QuarantineError {
        let code: Code =
            switch errno {
            case ENOENT, ENOTDIR: .notThere
            case EACCES, EPERM, ELOOP: .inaccessible
            default: .inputOutput
            }
        return QuarantineError(code, unsafe "\(path): \(String(cString: strerror(errno)))")
    }
}
