/// What keeps an archive, or part of one, from being read, and where.
public struct ArchiveError: Error, Sendable, Hashable {
    /// The kinds of failure.
    public enum Code: String, Sendable, Hashable, CaseIterable {
        /// There is no file of that name.
        case noSuchInput
        /// It is there, and this user may not read it, or it is a folder where a file is wanted.
        case inaccessible
        /// It is there, but the system cannot read it.
        case unreadable
        /// A compressed stream is corrupt or cut off, or a mailbox holds bytes that belong to no message.
        case damaged
        /// The bytes were read and are no mail.
        case notMail
        /// A message is larger than ``ArchiveOptions/maximumMessageSize``.
        case messageTooLarge
    }

    public let code: Code
    /// The file as the user named it or as it was found in a folder; `-` for standard input.
    public let file: String
    /// Where in the file, in bytes after decompression.
    public let offset: Int?
    /// Where in the compressed file, when it is one.
    public let compressedOffset: Int?
    /// What happened and what to do about it, in a sentence or two, without file and offset.
    public let message: String

    public init(
        _ code: Code, file: String, offset: Int? = nil, compressedOffset: Int? = nil, message: String
    ) {
        (self.code, self.file, self.message) = (code, file, message)
        (self.offset, self.compressedOffset) = (offset, compressedOffset)
    }
}

extension ArchiveError: CustomStringConvertible {
    /// `file: byte 17 (compressed byte 9): message`.
    public var description: String {
        switch (offset, compressedOffset) {
        case (let offset?, let compressed?): "\(file): byte \(offset) (compressed byte \(compressed)): \(message)"
        case (let offset?, nil): "\(file): byte \(offset): \(message)"
        default: "\(file): \(message)"
        }
    }
}

extension ArchiveError {
    /// The error for a failed system call on `file`, given its `errno`.
    static func system(_ number: Int32, file: String, offset: Int? = nil) -> ArchiveError {
        let reason = SystemError.text(number)
        if SystemError.meansAbsent(number) {
            return ArchiveError(.noSuchInput, file: file, message: "\(reason); check the name")
        }
        if SystemError.meansForbidden(number) {
            return ArchiveError(.inaccessible, file: file, message: "\(reason); check the permissions")
        }
        return ArchiveError(.unreadable, file: file, offset: offset, message: "\(reason); check the name and the disk")
    }
}
