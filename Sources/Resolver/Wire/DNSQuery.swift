/// A query as it is to be sent.
struct DNSQuery: Sendable, Hashable {
    /// The UDP payload that is asked for (RFC 6891 §6.2.5): what passes on practically every path unfragmented, as
    /// fragments can be forged and get lost.
    static let payloadSize: UInt16 = 1232

    let id: UInt16
    let question: WireQuestion
    var usesEDNS = true
    /// Asks for the records of DNSSEC (RFC 3225 §3), and for all of them, whatever the server thinks of them
    /// (RFC 4035 §3.2.2).
    var wantsSignatures = false
    /// Asks whether the server vouches for the answer (RFC 6840 §5.7).
    var wantsAuthenticity = false
}
