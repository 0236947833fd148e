import Values

/// A DNS answer in the fields of a DNS snapshot, as text: what it means is for the reader of snapshots.
public struct RecordedDNSAnswer: Sendable, Hashable {
    /// The name asked.
    public let name: String
    /// The record type's mnemonic.
    public let type: String
    /// How the lookup ended.
    public let rcode: ResponseCode
    /// The records in master-file presentation form; none with `noError` means no data.
    public let rdata: [String]
    /// Seconds to live.
    public let ttl: Int?
    /// Whether DNSSEC validation vouched for the answer.
    public let authentic: Bool
    /// When the answer came.
    public let captured: Timestamp?

    /// The ends of a lookup; a snapshot knows all but the last.
    public enum ResponseCode: String, Sendable, Hashable, CaseIterable {
        case noError = "NOERROR"
        case nameError = "NXDOMAIN"
        case serverFailure = "SERVFAIL"
        case refused = "REFUSED"
        case timeout = "TIMEOUT"
        /// Nobody knew: the server itself looked into a recording without the name.
        case unrecorded = "UNRECORDED"
    }

    /// An answer, field by field.
    public init(
        name: String, type: String, rcode: ResponseCode, rdata: [String] = [], ttl: Int? = nil,
        authentic: Bool = false, captured: Timestamp? = nil
    ) {
        (self.name, self.type, self.rcode, self.rdata) = (name, type, rcode, rdata)
        (self.ttl, self.authentic, self.captured) = (ttl, authentic, captured)
    }
}
