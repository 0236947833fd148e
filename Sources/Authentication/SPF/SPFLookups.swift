import DNS

/// The DNS as one check sees it: each question is asked once, and noted with its answer.
struct SPFLookups: Sendable {
    let dns: any DNSView
    /// What was asked, in order.
    private(set) var exchanges: [DNSExchange] = []
    /// The unrecorded questions that something hung on, in order.
    private(set) var wanted: [DNSQuestion] = []

    init(dns: any DNSView) {
        self.dns = dns
        exchanges.reserveCapacity(16)
    }

    var unrecorded: [DNSQuestion] { Array(wanted.prefix(explanationStart ?? wanted.count)) }

    private var explanationStart: Int?

    /// From here on lookups are for the explanation only.
    mutating func startExplanation() { explanationStart = wanted.count }

    /// The answer to `question`, where it is known or at hand; else the check has to wait for it.
    mutating func answer(to question: DNSQuestion) throws(SPFEvaluation.Interruption) -> DNSAnswer {
        // The limits keep the questions of a check so few that looking through them costs less than hashing them.
        for exchange in exchanges where exchange.question == question { return exchange.answer }
        guard let answer = dns.answerAtHand(to: question) else { throw .waiting(question) }
        add(question, answer)
        return answer
    }

    /// Notes an answer.
    mutating func add(_ question: DNSQuestion, _ answer: DNSAnswer) {
        exchanges.append(DNSExchange(question, answer))
    }

    /// Notes that the check hangs on answers that nobody recorded.
    mutating func want(_ questions: [DNSQuestion]) {
        for question in questions where !wanted.contains(question) { wanted.append(question) }
    }

    /// What is known, for a check that starts anew.
    func restarted() -> SPFLookups {
        var lookups = self
        (lookups.wanted, lookups.explanationStart) = ([], nil)
        return lookups
    }
}
