import Values

/// Key records read before, by their text: loading an RSA key costs more than verifying with it.
public final class DKIMKeyCache: Sendable {
    private let records: ParsedTextCache<Result<DKIMKeyRecord, DKIMFault>>

    /// A cache that keeps at least the `capacity` records used last, and at most twice as many.
    public init(capacity: Int = 4096) {
        records = ParsedTextCache(capacity: capacity) { DKIMKeyRecord.parse($0) }
    }

    /// What `DKIMKeyRecord.parse` makes of `record`.
    public func record(_ record: Bytes) -> Result<DKIMKeyRecord, DKIMFault> { records.parsed(record) }

    /// How many records are kept.
    public var count: Int { records.count }
}
