import Values

/// One line of a snapshot: a question, the answer it got, and when.
public struct DNSCapture: Sendable, Hashable {
    public let question: DNSQuestion
    /// Never `unrecorded`.
    public let answer: DNSAnswer
    /// The time to live the answer came with, in seconds, where it is known.
    public let ttl: Int?
    /// When the answer was got; nil for an answer that holds at any time.
    public let captured: Timestamp?
    /// Whether DNSSEC vouched that what was asked for does not exist.
    public let isProvenAbsence: Bool

    /// A capture, or nil when `answer` is `unrecorded`: there is nothing to write down then.
    public init?(
        _ question: DNSQuestion, _ answer: DNSAnswer, ttl: Int? = nil, captured: Timestamp?,
        isProvenAbsence: Bool = false
    ) {
        if answer == .unrecorded { return nil }
        self.isProvenAbsence = isProvenAbsence
        (self.question, self.answer, self.ttl, self.captured) = (question, answer, ttl, captured)
    }
}

extension DNSCapture {
    /// The capture as a line of a snapshot, without its line end: one object, keys sorted, records in the order in
    /// which they were given (of many MX and PTR records only the first ten count, RFC 7208 §4.6.4).
    public var line: String {
        var members: [String: JSON] = [
            "name": .string(question.name.text),
            "type": .string(question.type.rawValue),
            "rcode": .string(rcode),
            "rdata": .array([]),
            "authentic": .bool(isProvenAbsence),
        ]
        if case .records(let records, let authentic) = answer {
            members["rdata"] = .array(records.map { .string($0.presentation) })
            members["authentic"] = .bool(authentic)
        }
        if let ttl { members["ttl"] = .integer(ttl) }
        if let captured { members["captured"] = .string(captured.rfc3339) }
        return JSON.object(members).text
    }

    private var rcode: String {
        switch answer {
        case .records, .noData: "NOERROR"
        case .nameError: "NXDOMAIN"
        case .serverFailure: "SERVFAIL"
        case .timeout, .unrecorded: "TIMEOUT"
        }
    }
}

extension DNSCapture: Comparable {
    /// By name, type, time and answer: the order of a snapshot's lines.
    public static func < (left: DNSCapture, right: DNSCapture) -> Bool {
        if left.question != right.question {
            return (left.question.name, left.question.type.rawValue) < (
                right.question.name, right.question.type.rawValue
            )
        }
        if left.captured != right.captured {
            guard let rightTime = right.captured else { return false }
            return left.captured.map { $0 < rightTime } ?? true
        }
        return left.line.utf8.lexicographicallyPrecedes(right.line.utf8)
    }
}
