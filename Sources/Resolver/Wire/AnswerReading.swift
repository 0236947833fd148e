import DNS
import Values

/// What is read of a message that claims to answer the question it holds: for tools and tests that try the decoder on
/// what no server sends.
package struct AnswerReading: Sendable, Hashable {
    /// The response code, with the bits of EDNS.
    package let responseCode: Int
    /// The records of the answer section.
    package let records: [ResourceRecord]
    /// What it answers to the question, when that is for one of the types mail policy looks at; nil when it is of no
    /// use.
    package let answer: DNSAnswer?

    /// How many signatures, of a few that are tried, hold at the epoch under keys of the same message.
    package let verified: Int

    /// Reads a message; nil when it is malformed or no answer.
    package init?(_ message: Bytes) {
        let message = message.array
        guard let question = WireQuestion(ofMessage: message), case .answer(let read)? = Reply(message, to: question)
        else { return nil }
        responseCode = read.responseCode.rawValue
        records = read.answers.map(\.record)
        var answer: DNSAnswer?
        if let asked = question.question,
            case .answer(let given)? = LookupStep(read, to: asked, trustsServer: false)?.outcome
        {
            answer = given
        }
        self.answer = answer
        let sets = SignatureWire.sets(of: message) ?? []
        let keys = sets.lazy.filter { $0.type == 48 }.flatMap(\.records).compactMap { ZoneKey($0) }.prefix(4)
        verified = sets.prefix(4).reduce(0) { count, set in
            count
                + set.signatures.prefix(4).reduce(0) { count, signature in
                    count + keys.count { SignatureWire.verifies(signature, of: set, key: $0, at: 0) }
                }
        }
    }
}

extension WireQuestion {
    /// The question in its canonical form; nil for a type that mail policy does not look at.
    fileprivate var question: DNSQuestion? {
        var labels: [Bytes] = []
        var rest = name
        while let length = rest.first, length > 0 {
            labels.append(Bytes(Array(rest.dropFirst().prefix(Int(length)))))
            rest = rest.dropFirst(1 + Int(length))
        }
        let code = bytes.suffix(4).prefix(2).reduce(UInt16(0)) { $0 << 8 | UInt16($1) }
        guard let name = DomainName(labels: labels), let type = RecordType.allCases.first(where: { $0.code == code })
        else { return nil }
        return DNSQuestion(name, type)
    }
}
