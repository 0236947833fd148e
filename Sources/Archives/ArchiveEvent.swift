import Values

/// What an archive yields next. Every message in it is one event or the other, so their numbers add up.
public enum ArchiveEvent: Sendable {
    /// A complete message.
    case message(ArchiveEntry)
    /// A message or a stretch of the archive that could not be had; reading goes on after it.
    case problem(ArchiveProblem)
    /// A piece of a transcript or of a capture, which holds sessions instead of mail; reading those is for others.
    case transcript(TranscriptPiece)
}

/// A piece of a transcript of SMTP sessions, or of a capture of packets; its first octets tell which.
public struct TranscriptPiece: Sendable, Hashable {
    /// The transcript as the user named it, or as it was found in a folder.
    public let file: String
    /// The bytes that follow those of the piece before.
    public let bytes: Bytes
    /// Whether the transcript ends with this piece.
    public let isLast: Bool
    /// Whether it was cut off there, as by the end of its recorder.
    public let isCutOff: Bool
}

/// A part of an archive that yielded no message.
public struct ArchiveProblem: Sendable, Hashable {
    public let error: ArchiveError
    /// The message that was lost (`file.mbox#17`) where there is one, otherwise the file.
    public let source: String
    /// How many bytes (decompressed, from the error's offset on) yielded no message; nil when the rest of the stream
    /// cannot be read and so not be measured.
    public let size: Int?

    public init(_ error: ArchiveError, source: String, size: Int? = nil) {
        (self.error, self.source, self.size) = (error, source, size)
    }
}

extension ArchiveProblem: CustomStringConvertible {
    public var description: String { error.description }
}
