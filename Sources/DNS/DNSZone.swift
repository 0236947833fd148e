import Values

/// A complete view of the DNS made of records: what is not in it does not exist.
///
/// The records may belong to any number of zones; no SOA is needed. Wildcards (RFC 4592), empty non-terminals
/// (RFC 8020) and CNAMEs answer as an authoritative server and a resolver together would.
public struct DNSZone: DNSView {
    /// All answers are in memory.
    public var answersAtOnce: Bool { true }

    private var records: [DNSQuestion: [RecordData]] = [:]
    private var failures: [DNSQuestion: DNSAnswer] = [:]
    /// Every name that exists: those with records, and all above them.
    private var names: Set<DomainName> = [.root]

    /// A view of `records`, answers in the order given.
    public init(_ records: some Sequence<ResourceRecord> = []) {
        for record in records { add(record) }
    }

    /// Adds a record. An exact duplicate is dropped (RFC 2181 §5).
    public mutating func add(_ record: ResourceRecord) {
        var name = record.name
        while names.insert(name).inserted, let parent = name.parent { name = parent }
        guard let type = record.type else { return }
        let key = DNSQuestion(record.name, type)
        if seen.insert(Entry(key: key, data: record.data)).inserted {
            records[key, default: []].append(record.data)
        }
    }

    /// Whether `record` cannot stand beside what is there: a CNAME beside other data or another CNAME (RFC 1034 §3.6.2,
    /// RFC 2181 §10.1). Records of types that mail policy does not look at are not considered.
    public func isAliasConflict(_ record: ResourceRecord) -> Bool {
        guard let type = record.type else { return false }
        guard type == .cname else { return records[DNSQuestion(record.name, .cname)] != nil }
        guard names.contains(record.name) else { return false }
        return RecordType.allCases.contains { other in
            guard let there = records[DNSQuestion(record.name, other)] else { return false }
            return other != .cname || there != [record.data]
        }
    }

    /// Makes one question answer `answer` whatever the records say: time-outs and server failures for fixtures.
    public mutating func fail(_ question: DNSQuestion, with answer: DNSAnswer) {
        failures[question] = answer
    }

    public func answer(to question: DNSQuestion) async -> DNSAnswer { answerFollowingAliases(to: question) }

    public func answerAtHand(to question: DNSQuestion) -> DNSAnswer? { answerFollowingAliases(to: question) }

    private struct Entry: Hashable {
        let key: DNSQuestion
        let data: RecordData
    }
    private var seen: Set<Entry> = []
}

extension DNSZone: DirectAnswers {
    func directAnswer(to question: DNSQuestion) -> DNSAnswer {
        if let failure = failures[question] { return failure }
        if names.contains(question.name) { return answer(at: question.name, question.type) }
        // RFC 4592 §3.3.1: a wildcard answers for what is missing directly below its parent, the closest encloser.
        var encloser = question.name
        while let parent = encloser.parent {
            encloser = parent
            if names.contains(encloser) { break }
        }
        guard let wildcard = encloser.prepending(Bytes("*")), names.contains(wildcard) else { return .nameError }
        return answer(at: wildcard, question.type)
    }

    private func answer(at name: DomainName, _ type: RecordType) -> DNSAnswer {
        records[DNSQuestion(name, type)].map { .records($0, authentic: false) } ?? .noData
    }
}
