/// Data that answers for one name and type as it stands, leaving aliases to whoever asks.
protocol DirectAnswers {
    /// The answer at exactly this name, no CNAME followed.
    func directAnswer(to question: DNSQuestion) -> DNSAnswer
}

extension DirectAnswers {
    /// The answer with CNAMEs followed (RFC 1034 §3.6.2, §4.3.2). A chain longer than 16, which every loop is, answers
    /// as a resolver would: with a failure.
    func answerFollowingAliases(to question: DNSQuestion) -> DNSAnswer {
        var name = question.name
        for _ in 0...maximumAliases {
            let answer = directAnswer(to: DNSQuestion(name, question.type))
            if case .records = answer { return answer }
            guard question.type != .cname,
                case .records(let aliases, _) = directAnswer(to: DNSQuestion(name, .cname)),
                case .name(let target)? = aliases.first
            else { return answer }
            name = target
        }
        return .serverFailure
    }
}

private let maximumAliases = 16
