/// An answer with the time for which it holds.
public struct TimedAnswer: Sendable, Hashable {
    public let answer: DNSAnswer
    /// The time to live in seconds; nil where it is not known, as for failures.
    public let ttl: Int?
    /// Whether DNSSEC vouches that what was asked for does not exist. Of records, the answer itself says whether they are
    /// authentic.
    public let isProvenAbsence: Bool

    /// An answer that holds for `ttl` seconds.
    public init(_ answer: DNSAnswer, ttl: Int?, isProvenAbsence: Bool = false) {
        (self.answer, self.ttl, self.isProvenAbsence) = (answer, ttl, isProvenAbsence)
    }
}

/// A view that knows how long its answers hold.
public protocol TimedDNSView: DNSView {
    /// The answer to `question` and its time to live.
    func timedAnswer(to question: DNSQuestion) async -> TimedAnswer
}

extension DNSView {
    /// The answer to `question`, with its time to live where the view knows it.
    public func timed(_ question: DNSQuestion) async -> TimedAnswer {
        guard let view = self as? any TimedDNSView else { return TimedAnswer(await answer(to: question), ttl: nil) }
        return await view.timedAnswer(to: question)
    }
}
