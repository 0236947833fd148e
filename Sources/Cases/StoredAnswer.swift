import DNS
import Screening
import Values

/// A DNS answer as a case keeps it.
struct StoredAnswer {
    let rcode: String
    let rdata: String
    let isAuthentic: Bool

    /// The stored form of `answer`. `UNRECORDED` is no answer of the DNS: nobody knows what it would have said.
    init(_ answer: DNSAnswer) {
        var records: [RecordData] = []
        var isAuthentic = false
        switch answer {
        case .records(let found, let authentic): (rcode, records, isAuthentic) = ("NOERROR", found, authentic)
        case .noData: rcode = "NOERROR"
        case .nameError: rcode = "NXDOMAIN"
        case .serverFailure: rcode = "SERVFAIL"
        case .timeout: rcode = "TIMEOUT"
        case .unrecorded: rcode = "UNRECORDED"
        }
        rdata = JSON.array(records.map { .string($0.presentation) }).text
        self.isAuthentic = isAuthentic
    }

    /// The exchange that was stored in this form; nil when it is none.
    static func exchange(name: String, type: String, rcode: String, rdata: String, isAuthentic: Bool) -> DNSExchange? {
        guard let name = DomainName(name), let type = RecordType(mnemonic: type),
            let texts = JSON(stored: rdata)?.items?.compactMap(\.string)
        else { return nil }
        let answer: DNSAnswer
        switch rcode {
        case "NOERROR" where texts.isEmpty: answer = .noData
        case "NOERROR":
            let records = texts.compactMap { RecordData(presentation: $0, type: type) ?? .other($0) }
            answer = .records(records, authentic: isAuthentic)
        case "NXDOMAIN": answer = .nameError
        case "SERVFAIL": answer = .serverFailure
        case "TIMEOUT": answer = .timeout
        case "UNRECORDED": answer = .unrecorded
        default: return nil
        }
        return DNSExchange(DNSQuestion(name, type), answer)
    }
}
