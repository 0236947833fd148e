import Synchronization
import Values

/// Key records read before, by their text: loading an RSA key costs more than verifying with it.
///
/// The answer depends on nothing but the text, so a cache shared by many messages and threads changes no verdict.
public final class DKIMKeyCache: Sendable {
    private let generations: Mutex<Generations>

    private struct Generations {
        var young: [Bytes: Result<DKIMKeyRecord, DKIMFault>] = [:]
        var old: [Bytes: Result<DKIMKeyRecord, DKIMFault>] = [:]

        mutating func insert(_ parsed: Result<DKIMKeyRecord, DKIMFault>, for record: Bytes, capacity: Int) {
            if young.count >= capacity {
                old = young
                young = [:]
            }
            young[record] = parsed
        }
    }

    private let capacity: Int

    /// Records longer than this are read each time rather than kept.
    private static let longestKept = 4096

    /// A cache that keeps at least the `capacity` records used last, and at most twice as many.
    public init(capacity: Int = 4096) {
        self.capacity = max(1, capacity)
        self.generations = Mutex(Generations())
    }

    /// What `DKIMKeyRecord.parse` makes of `record`.
    public func record(_ record: Bytes) -> Result<DKIMKeyRecord, DKIMFault> {
        guard record.count <= DKIMKeyCache.longestKept else { return DKIMKeyRecord.parse(record) }
        if let known = lookUp(record) { return known }
        let parsed = DKIMKeyRecord.parse(record)
        insert(parsed, for: record)
        return parsed
    }

    /// How many records are kept.
    public var count: Int { generations.withLock { $0.young.count + $0.old.count } }

    private func lookUp(_ record: Bytes) -> Result<DKIMKeyRecord, DKIMFault>? {
        generations.withLock { generations -> Result<DKIMKeyRecord, DKIMFault>? in
            if let known = generations.young[record] { return known }
            guard let known = generations.old.removeValue(forKey: record) else { return nil }
            generations.insert(known, for: record, capacity: capacity)
            return known
        }
    }

    private func insert(_ parsed: Result<DKIMKeyRecord, DKIMFault>, for record: Bytes) {
        // A slice would keep the whole DNS answer it was cut from.
        let key = Bytes(Array(record))
        generations.withLock { $0.insert(parsed, for: key, capacity: capacity) }
    }
}
