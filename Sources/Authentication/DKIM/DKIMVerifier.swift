import DNS
import Mail
import Values

/// Verifies the DKIM signatures of messages (RFC 6376 §6, RFC 8301, RFC 8463).
public enum DKIMVerifier {
    /// What each DKIM-Signature field of `message` is worth, topmost first; empty without one. Of a header that is not
    /// whole that says nothing: `fault(withoutSignaturesIn:)` does.
    ///
    /// `now` is the time of the event, which expiry is measured by. DNS is asked at most `options.maximumSignatures`
    /// questions, each once.
    public static func verify(
        _ message: Message, dns: any DNSView, now: Timestamp, options: DKIMOptions = DKIMOptions()
    ) async -> [DKIMOutcome] {
        let candidates = read(message, maximum: options.maximumSignatures)
        let answers = await ask(candidates, dns)
        var evaluation = DKIMEvaluation(message: message, now: now, options: options)
        return candidates.map { candidate in
            var outcome = candidate.outcome
            if let signature = candidate.signature {
                evaluation.evaluate(
                    signature, at: candidate.index, answer: answers.answer(to: signature.keyQuestion),
                    outcome: &outcome)
            }
            return outcome
        }
    }

    /// Why no signature was found in `header` although there may be one; nil when there is none.
    public static func fault(withoutSignaturesIn header: HeaderBlock) -> DKIMFault? {
        header.isWhole ? nil : .headerTooLarge
    }

    /// A signature field before DNS is asked.
    struct Candidate: Sendable {
        let index: Int
        var outcome: DKIMOutcome
        /// Nil when the outcome stands already.
        var signature: DKIMSignature?
    }

    static func read(_ message: Message, maximum: Int) -> [Candidate] {
        var wellFormed = 0
        // Selecting fields from the bottom up needs all of them.
        let isIncomplete = !message.header.isWhole
        return message.header.all("DKIM-Signature").map { field in
            var candidate = Candidate(index: field.index, outcome: DKIMOutcome(fieldRange: field.range))
            switch DKIMSignature.parse(field) {
            case .failure(let fault):
                candidate.outcome.fault = fault
                candidate.outcome.describeUnreadable(field)
            case .success(let signature):
                candidate.outcome.describe(signature)
                wellFormed += 1
                if isIncomplete {
                    candidate.outcome.fault = .headerTooLarge
                } else if wellFormed > maximum {
                    candidate.outcome.fault = .tooManySignatures
                } else {
                    candidate.signature = signature
                }
            }
            return candidate
        }
    }

    /// What DNS said of the keys. Most messages have one signature, and need no table.
    private enum Answers {
        case one(DNSAnswer)
        case several([DNSQuestion: DNSAnswer])

        func answer(to question: DNSQuestion) -> DNSAnswer {
            switch self {
            case .one(let answer): answer
            case .several(let answers): answers[question] ?? .unrecorded
            }
        }
    }

    private static func ask(_ candidates: [Candidate], _ dns: any DNSView) async -> Answers {
        if candidates.count == 1 {
            guard let question = candidates[0].signature?.keyQuestion else { return .several([:]) }
            return .one(await dns.answer(to: question))
        }
        let questions = Set(candidates.compactMap(\.signature?.keyQuestion))
        if questions.count == 1, let question = questions.first { return .one(await dns.answer(to: question)) }
        if dns.answersAtOnce {
            var answers: [DNSQuestion: DNSAnswer] = [:]
            for question in questions { answers[question] = await dns.answer(to: question) }
            return .several(answers)
        }
        return await withTaskGroup(of: (DNSQuestion, DNSAnswer).self) { group in
            for question in questions {
                group.addTask { (question, await dns.answer(to: question)) }
            }
            var answers: [DNSQuestion: DNSAnswer] = [:]
            for await (question, answer) in group { answers[question] = answer }
            return .several(answers)
        }
    }
}

extension DKIMOutcome {
    mutating func describe(_ signature: DKIMSignature) {
        domain = signature.domain.relativeText
        selector = signature.selector.relativeText
        identity = signature.identity
        algorithm = signature.algorithm.rawValue
        canonicalization = signature.canonicalization
        signedHeaders = signature.signedHeaders
        signedAt = signature.signedAt
        expiresAt = signature.expiresAt
        signedBodyLength = signature.bodyLength
        keyQuestion = signature.keyQuestion
        isWeak = signature.algorithm == .rsaSHA1
    }

    /// What can be said of a field that RFC 6376 objects to, so that a report can still name the signer.
    fileprivate mutating func describeUnreadable(_ field: HeaderField) {
        guard case .success(let tags) = DKIMTagList.parse(field.rawValue) else { return }
        func text(_ name: String) -> String? {
            guard let value = tags[name], (1...255).contains(value.count) else { return nil }
            return value.lossyString
        }
        domain = text("d")?.asciiLowercased
        selector = text("s")
        algorithm = text("a")?.asciiLowercased
        identity = text("i")
    }
}
