import Replay
import SMTP

/// Sessions as the lines of a transcript.
struct TranscriptLines {
    private var encoder = TranscriptEncoder()

    /// The lines of `session`.
    mutating func bytes(of session: TranscriptSession) -> [UInt8] {
        var bytes: [UInt8] = []
        for line in session.session.events { bytes += encoder.encode(line) }
        return bytes
    }
}
