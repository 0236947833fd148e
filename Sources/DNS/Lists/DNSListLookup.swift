import Values

/// One question to one list, and what came of it.
public struct DNSListLookup: Sendable, Hashable {
    /// The meaning of the answer.
    public let listing: DNSListing
    /// The list's reasons from its TXT records (RFC 5782 §2.1), printable ASCII on one line, at most 200 characters;
    /// nil where none was asked for or there is none.
    public let text: String?
    /// What was asked, in order, and what was answered.
    public let exchanges: [DNSExchange]

    /// Asks `list` about `name`, which `DNSList.name(of:)` gave. With `wantsText`, what is listed, or refused, has its
    /// TXT records asked for too.
    public static func evaluate(
        _ name: DomainName, in list: DNSList, wantsText: Bool, dns: any DNSView
    ) async -> DNSListLookup {
        let question = DNSQuestion(name, .a)
        let answer = await dns.answer(to: question)
        let listing = list.meaning(of: answer)
        var exchanges = [DNSExchange(question, answer)]
        var text: String?
        switch listing {
        case .listed, .unusable:
            guard wantsText else { break }
            let question = DNSQuestion(name, .txt)
            let answer = await dns.answer(to: question)
            exchanges.append(DNSExchange(question, answer))
            text = answer.listText
        case .otherCodes, .notListed, .failed, .unrecorded: break
        }
        return DNSListLookup(listing: listing, text: text, exchanges: exchanges)
    }

    /// Asks several lists at once. The results come in the order of `questions`, whichever answered first.
    public static func evaluate(
        all questions: [(name: DomainName, list: DNSList)], wantsText: Bool, dns: any DNSView
    ) async -> [DNSListLookup] {
        await withTaskGroup(of: (Int, DNSListLookup).self) { group in
            for (index, question) in questions.enumerated() {
                group.addTask {
                    (index, await evaluate(question.name, in: question.list, wantsText: wantsText, dns: dns))
                }
            }
            var results: [(Int, DNSListLookup)] = []
            for await result in group { results.append(result) }
            return results.sorted { $0.0 < $1.0 }.map(\.1)
        }
    }
}

extension DNSAnswer {
    /// The first text of a TXT answer by byte order, its strings joined, fit to be shown: the zone is anybody's.
    fileprivate var listText: String? {
        guard case .records(let records, _) = self else { return nil }
        var texts: [[UInt8]] = []
        for case .txt(let strings) in records { texts.append(strings.flatMap(\.array)) }
        guard let text = texts.min(by: { $0.lexicographicallyPrecedes($1) }), !text.isEmpty else { return nil }
        let shown = text.prefix(200).map { $0 == .space || $0.isVisible ? $0 : .ascii("?") }
        return String(decoding: shown, as: UTF8.self)
    }
}
