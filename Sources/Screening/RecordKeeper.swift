/// Takes of records what somebody needs of them later, where they are made: a record is much larger, and by the time it
/// has changed hands none of it is near the processor any more.
public protocol RecordKeeper: Sendable {
    /// Takes what is needed of `record`.
    mutating func add(_ record: TransactionRecord)
}
