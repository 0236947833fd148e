import Values

/// The data of one record, typed for the types that mail policy reads.
public enum RecordData: Sendable, Hashable {
    /// An A or AAAA record.
    case address(IPAddress)
    case mx(preference: UInt16, exchange: DomainName)
    /// PTR, CNAME or NS: a name.
    case name(DomainName)
    /// The character strings of a TXT record, in order and not joined (RFC 1035 §3.3.14).
    case txt([Bytes])
    /// Any other type, in master-file presentation form (RFC 1035 §5.1).
    case other(String)
}
