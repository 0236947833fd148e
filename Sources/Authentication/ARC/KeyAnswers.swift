import DNS

/// Answers about keys, each question asked once, as many as there are at the same time.
struct KeyAnswers {
    private var answers: [DNSQuestion: DNSAnswer] = [:]
    /// What was asked, in that order.
    private(set) var exchanges: [DNSExchange] = []

    /// The answer to a question asked before.
    subscript(question: DNSQuestion) -> DNSAnswer { answers[question] ?? .unrecorded }

    /// Asks those of `questions` that were not asked before.
    mutating func ask(_ questions: [DNSQuestion], _ dns: any DNSView) async {
        var new: [DNSQuestion] = []
        var seen = Set(answers.keys)
        for question in questions where seen.insert(question).inserted { new.append(question) }
        if new.count == 1 || dns.answersAtOnce {
            for question in new { answers[question] = await dns.answer(to: question) }
        } else {
            await withTaskGroup(of: (DNSQuestion, DNSAnswer).self) { group in
                for question in new {
                    group.addTask { (question, await dns.answer(to: question)) }
                }
                for await (question, answer) in group { answers[question] = answer }
            }
        }
        exchanges += new.map { DNSExchange($0, self[$0]) }
    }
}
