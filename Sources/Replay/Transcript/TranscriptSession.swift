import Archives
import SMTP
import Screening
import Values

/// A recorded session, and where it stands.
public struct TranscriptSession: Sendable {
    /// The session.
    public let session: RecordedSession
    /// The transcript.
    public let file: String
    /// Which of the transcript's sessions it is, in the order of their ends, from 1.
    public let number: Int

    /// The log that tells of the session, where it is none of a transcript.
    public let log: HeaderSource?

    /// A session of `file`; `log` where that is a server's log.
    public init(_ session: RecordedSession, file: String, number: Int, log: HeaderSource? = nil) {
        (self.session, self.file, self.number, self.log) = (session, file, number, log)
    }

    /// `file.ndjson#17`.
    public var source: String { "\(file)#\(number)" }

    /// The session's transaction at this place: `file.ndjson#17`, and `file.ndjson#17.2` for the second.
    public func source(ofTransaction index: Int) -> String { index == 0 ? source : "\(source).\(index + 1)" }

    /// About how many octets the session has.
    var size: Int {
        session.events.reduce(0) { sum, line in
            if case .message(let message) = line.event, case .inline(let bytes) = message.content {
                sum + bytes.count
            } else {
                sum + 200
            }
        }
    }

    /// The bytes of a message that lies in a file beside the transcript; nil when it is not there, or its name leads
    /// out of the folder.
    public func message(in name: String, limit: Int) -> Bytes? {
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        guard !parts.contains(""), !parts.contains(".."), !name.utf8.contains(0) else { return nil }
        let folder = file.lastIndex(of: "/").map { file[...$0] } ?? ""
        guard var source = try? ByteSource(path: folder + name) else { return nil }
        return try? source.contents(limit: limit)
    }
}
