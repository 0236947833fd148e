/// A question together with the answer it got: what a check leaves behind as evidence.
public struct DNSExchange: Sendable, Hashable {
    public let question: DNSQuestion
    public let answer: DNSAnswer

    /// A question with its answer.
    public init(_ question: DNSQuestion, _ answer: DNSAnswer) {
        (self.question, self.answer) = (question, answer)
    }
}
