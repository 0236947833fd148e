import DNS
import Synchronization
import Values

/// A DNS view of fixed TXT answers that counts what it was asked.
final class DKIMTestDNS: DNSView {
    private let answers: [DomainName: DNSAnswer]
    private let missing: DNSAnswer
    private let asked = Mutex<[DNSQuestion]>([])

    init(_ answers: [String: DNSAnswer], missing: DNSAnswer = .nameError) {
        var byName: [DomainName: DNSAnswer] = [:]
        for (name, answer) in answers {
            if let name = DomainName(name) { byName[name] = answer }
        }
        (self.answers, self.missing) = (byName, missing)
    }

    convenience init(texts: [String: String], missing: DNSAnswer = .nameError) {
        self.init(texts.mapValues { .text($0) }, missing: missing)
    }

    var questions: [DNSQuestion] { asked.withLock { $0 } }

    func answer(to question: DNSQuestion) async -> DNSAnswer {
        asked.withLock { $0.append(question) }
        guard question.type == .txt else { return .noData }
        return answers[question.name] ?? missing
    }
}

extension DNSAnswer {
    /// One TXT record, cut into strings of 255 bytes as DNS wants it.
    static func text(_ text: String) -> DNSAnswer {
        let bytes = Array(text.utf8)
        var strings: [Bytes] = []
        for start in stride(from: 0, to: max(bytes.count, 1), by: 255) {
            strings.append(Bytes(Array(bytes[start..<min(start + 255, bytes.count)])))
        }
        return .records([.txt(strings)], authentic: false)
    }
}
