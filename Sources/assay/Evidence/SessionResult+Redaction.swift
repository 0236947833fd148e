import Cases
import Replay
import Screening

extension SessionResult {
    /// The result with nobody named in the paths, places and subjects of its records.
    func redacted(by redactor: Redactor) -> SessionResult {
        var copy = self
        copy.change { $0 = redactor.record($0) }
        return copy
    }
}

extension Redactor {
    /// A record with nobody named in its paths, place and subject.
    func record(_ record: TransactionRecord) -> TransactionRecord {
        var copy = record
        copy.source = place(record.source)
        copy.reversePath = path(record.reversePath)
        copy.recipients = record.recipients.map(path)
        copy.headerFrom = record.headerFrom.map(address)
        copy.subject = record.subject.map(content)
        return copy
    }
}
