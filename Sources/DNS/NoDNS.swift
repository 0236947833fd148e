/// A view without any answer: every question is `unrecorded`, so whatever needs the DNS is reported as not evaluated.
public struct NoDNS: DNSView {
    public init() {}

    public func answer(to question: DNSQuestion) async -> DNSAnswer { .unrecorded }

    public func answerAtHand(to question: DNSQuestion) -> DNSAnswer? { .unrecorded }
}
