import DNS

/// The DNS as one evaluation sees it: each question is asked once, and noted with its answer.
struct DMARCLookups: Sendable {
    let dns: any DNSView
    /// What was asked, in order.
    private(set) var exchanges: [DNSExchange] = []
    /// The unrecorded questions that something hung on, in order.
    private(set) var wanted: [DNSQuestion] = []
    private var answers: [DNSQuestion: DNSAnswer] = [:]

    init(dns: any DNSView) { self.dns = dns }

    mutating func answer(to question: DNSQuestion) async -> DNSAnswer {
        if let known = answers[question] { return known }
        let answer = await dns.answer(to: question)
        answers[question] = answer
        exchanges.append(DNSExchange(question, answer))
        return answer
    }

    /// Notes that something hangs on answers that nobody recorded.
    mutating func want(_ questions: [DNSQuestion]) {
        for question in questions where !wanted.contains(question) { wanted.append(question) }
    }
}
