import DNS
import Mail
import Values

/// Validates the chain that a message carries (RFC 8617 §5.2).
public enum ARCValidator {
    /// The state of the chain of `message`.
    ///
    /// `now` is the time of the event, which expiry is measured by. DNS is asked for the two keys of the newest set
    /// first, and only when these validate for the others, at most two for each set, each once: so who cannot seal
    /// cannot make us ask.
    public static func validate(
        _ message: Message, dns: any DNSView, now: Timestamp, options: ARCOptions = ARCOptions()
    ) async -> ARCOutcome {
        let chain = ARCChain(message.header, maximum: options.maximumSets)
        var outcome = ARCOutcome(chain)
        guard outcome.status == nil else { return outcome }
        var evaluation = ARCEvaluation(message, sets: chain.sets, now: now, options: options)
        var answers = KeyAnswers()
        await outcome.validate(&evaluation, &answers, dns)
        outcome.answersUsed = answers.exchanges
        return outcome
    }
}

extension ARCValidator {
    /// What can be told of the chain of `message` without any key: that there is none, or that its structure is wrong
    /// (RFC 8617 §5.2 steps 1 to 3). The status is nil where it is right.
    public static func structure(of message: Message) -> ARCOutcome { ARCOutcome(ARCChain(message.header)) }
}

extension ARCOutcome {
    /// Steps 1 to 3.
    fileprivate init(_ chain: ARCChain) {
        instance = chain.newest
        hops = chain.sets.map { ARCHop($0) }
        if chain.isEmpty {
            status = ARCStatus.none
        } else if let fault = chain.fault {
            fail(fault)
        }
    }

    fileprivate mutating func fail(_ fault: ARCFault) { (status, self.fault) = (.fail, fault) }

    /// Steps 4 to 7 for a chain whose structure is right.
    fileprivate mutating func validate(
        _ evaluation: inout ARCEvaluation, _ answers: inout KeyAnswers, _ dns: any DNSView
    ) async {
        let newest = hops.count - 1
        if let fault = evaluation.standingSignatureFault(newest) {
            hops[newest].messageSignature = .fail(fault)
            return fail(.messageSignature(fault, instance: instance))
        }
        for place in hops.indices.reversed() {
            guard let fault = evaluation.standingSealFault(place) else { continue }
            hops[place].seal = .fail(fault)
            return fail(.seal(fault, instance: place + 1))
        }
        await answers.ask(
            [evaluation.signatureQuestion(newest), evaluation.sealQuestion(newest)].compactMap(\.self), dns)
        guard checkSignature(newest, &evaluation, answers), checkSeal(newest, evaluation, answers) else { return }

        let candidates = older(than: newest, &evaluation)
        await answers.ask(
            (0..<newest).reversed().flatMap { place in
                [place >= candidates ? evaluation.signatureQuestion(place) : nil, evaluation.sealQuestion(place)]
            }.compactMap(\.self), dns)
        findOldestPass(from: newest, down: candidates, &evaluation, answers)
        for place in (0..<newest).reversed() {
            guard checkSeal(place, evaluation, answers) else { return }
        }
        // RFC 8617 §5.2 step 7, unless something decisive was not to be known.
        let isKnown = hops[newest].messageSignature == .pass && hops.allSatisfy { $0.seal == .pass }
        status = isKnown ? .pass : nil
    }

    /// RFC 8617 §5.2 step 4. False when the chain fails.
    private mutating func checkSignature(
        _ place: Int, _ evaluation: inout ARCEvaluation, _ answers: KeyAnswers
    ) -> Bool {
        let fault = evaluation.signatureQuestion(place).flatMap {
            evaluation.signatureFault(place, answer: answers[$0])
        }
        hops[place].messageSignature = ARCCheck(fault)
        guard let fault, fault != .keyUnrecorded else { return true }
        fail(.messageSignature(fault, instance: place + 1))
        return false
    }

    /// RFC 8617 §5.2 step 6. False when the chain fails.
    private mutating func checkSeal(_ place: Int, _ evaluation: ARCEvaluation, _ answers: KeyAnswers) -> Bool {
        guard let question = evaluation.sealQuestion(place) else { return true }
        let (fault, keyBits) = evaluation.sealFault(place, answer: answers[question])
        (hops[place].seal, hops[place].keyBits) = (ARCCheck(fault), keyBits)
        guard let fault, fault != .keyUnrecorded else { return true }
        fail(.seal(fault, instance: place + 1))
        return false
    }

    /// The lowest place such that the message signatures from there up to `newest` may still validate.
    private mutating func older(than newest: Int, _ evaluation: inout ARCEvaluation) -> Int {
        for place in (0..<newest).reversed() {
            guard let fault = evaluation.standingSignatureFault(place) else { continue }
            hops[place].messageSignature = .fail(fault)
            return place + 1
        }
        return 0
    }

    /// RFC 8617 §5.2 step 5: the older message signatures tell how far back the message is unchanged. They do not
    /// affect the state of the chain.
    private mutating func findOldestPass(
        from newest: Int, down candidates: Int, _ evaluation: inout ARCEvaluation, _ answers: KeyAnswers
    ) {
        guard hops[newest].messageSignature == .pass else { return }
        var lowest = newest
        while lowest > candidates, let question = evaluation.signatureQuestion(lowest - 1) {
            let fault = evaluation.signatureFault(lowest - 1, answer: answers[question])
            hops[lowest - 1].messageSignature = ARCCheck(fault)
            // What was not recorded is not known to fail.
            if fault == .keyUnrecorded { return }
            guard fault == nil else { break }
            lowest -= 1
        }
        oldestPass = lowest == 0 ? 0 : lowest + 1
    }
}
