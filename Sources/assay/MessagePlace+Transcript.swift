import Archives
import Replay
import SMTP
import Screening
import Values

extension MessagePlace {
    /// The message of a recorded session that is named; nil when no transcript is. Throws when the session has none,
    /// or has others too and `isOnly`.
    func transcriptEntry(id: String?, isOnly: Bool) throws -> ArchiveEntry? {
        let place = TranscriptPlace(text)
        guard place.isTranscript else { return nil }
        var found: [ArchiveEntry] = []
        let problem = try place.read { session in
            for message in session.messages(limit: 1 << 30) {
                if let id, !TransactionRecord.identifier(of: message).matches(id) { continue }
                found.append(ArchiveEntry(message: message, source: session.source))
            }
            return found.isEmpty
        }
        // Messages are counted rather than transactions: one that is refused before its message has none.
        let index = place.transaction.map { $0 - 1 } ?? 0
        guard found.indices.contains(index) || !found.isEmpty && id != nil else {
            throw Failure(problem ?? .noInput, TerminalLine.safe("\(text): no such message"))
        }
        if isOnly, found.count > 1, place.transaction == nil {
            throw Failure(
                .usage, TerminalLine.safe("\(text): the session has \(found.count) messages; use \(text).N for the Nth")
            )
        }
        return found.indices.contains(index) ? found[index] : found[0]
    }
}

extension TranscriptSession {
    /// The messages of the session that can be had, in order.
    fileprivate func messages(limit: Int) -> [Bytes] {
        session.events.compactMap { line in
            guard case .message(let message) = line.event else { return nil }
            switch message.content {
            case .inline(let bytes): return bytes
            case .file(let name): return self.message(in: name, limit: limit)
            case .size: return nil
            }
        }
    }
}
