import DNS
import SMTP
import Values

extension RecordedDNSAnswer {
    /// The answer to `question`, written down.
    public init(_ question: DNSQuestion, _ answer: DNSAnswer) {
        var records: [RecordData] = []
        var isAuthentic = false
        let rcode: ResponseCode
        switch answer {
        case .records(let data, let authentic): (rcode, records, isAuthentic) = (.noError, data, authentic)
        case .noData: rcode = .noError
        case .nameError: rcode = .nameError
        case .serverFailure: rcode = .serverFailure
        case .timeout: rcode = .timeout
        case .unrecorded: rcode = .unrecorded
        }
        self.init(
            name: question.name.text, type: question.type.rawValue, rcode: rcode, rdata: records.map(\.presentation),
            authentic: isAuthentic)
    }

    /// The question and its answer; nil when one of them cannot be read.
    public var exchange: DNSExchange? {
        guard let name = DomainName(name), let type = RecordType(rawValue: type) else { return nil }
        let answer: DNSAnswer
        switch rcode {
        case .noError where rdata.isEmpty: answer = .noData
        case .noError:
            let records = rdata.map { RecordData(presentation: $0, type: type) }
            guard !records.contains(nil) else { return nil }
            answer = .records(records.compactMap(\.self), authentic: authentic)
        case .nameError: answer = .nameError
        case .serverFailure, .refused: answer = .serverFailure
        case .timeout: answer = .timeout
        case .unrecorded: answer = .unrecorded
        }
        return DNSExchange(DNSQuestion(name, type), answer)
    }
}
