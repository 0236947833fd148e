import Cryptography
import SMTP
import Screening
import Values

extension RecordedEntry {
    /// Octets of a message from which on it lies in a file of its own.
    private static let ownFileFrom = 1 << 20
    /// Octets of a verdict from which on only its digest is recorded: a line with one is read only up to a size.
    private static let digestFrom = 250_000

    /// The entry as a line of the transcript `file`, which large messages are written beside.
    func line(of session: String, besides file: TranscriptFile) -> TranscriptLine {
        var (event, marks): (TranscriptEvent, TranscriptLine.Marks)
        switch content {
        case .verdict(let record): (event, marks) = (.verdict(RecordedEntry.verdict(record)), [])
        case .event(let other, let noted): (event, marks) = (other, noted)
        }
        if case .message(let message) = event, case .inline(let bytes) = message.content {
            var content = message.content
            if bytes.count >= RecordedEntry.ownFileFrom, let name = file.keep(bytes) { content = .file(name) }
            event = .message(
                RecordedMessage(sha256: SHA256.hexadecimal(bytes), content: content, defects: message.defects))
        }
        return TranscriptLine(session: session, time: time, event: event, number: number, marks: marks)
    }

    /// What a transcript says of a verdict: the record as a replay line, or its digest where that is very large.
    private static func verdict(_ record: TransactionRecord) -> JSON {
        let json = record.json
        let text = json.text
        return text.utf8.count < digestFrom ? json : TransactionRecord.digest(of: text)
    }
}
