import Values

/// A source of DNS answers: a live resolver, a recording of one, a zone file or a fixture. A stage cannot tell which.
public protocol DNSView: Sendable {
    /// The answer to `question`. Never throws: what can go wrong with a lookup is a case of `DNSAnswer`.
    func answer(to question: DNSQuestion) async -> DNSAnswer

    /// Whether answers are at hand, so that asking several questions at the same time gains nothing. False unless the
    /// source says otherwise.
    var answersAtOnce: Bool { get }

    /// The answer to `question` where it is at hand, the same that `answer(to:)` gives; nil where it may have to be
    /// waited for, as it is unless the source says otherwise.
    func answerAtHand(to question: DNSQuestion) -> DNSAnswer?
}

extension DNSView {
    /// Answers may have to be waited for.
    public var answersAtOnce: Bool { false }

    /// Nothing is at hand.
    public func answerAtHand(to question: DNSQuestion) -> DNSAnswer? { nil }
}

/// What is asked: a name and a record type, in class IN.
public struct DNSQuestion: Sendable, Hashable {
    public let name: DomainName
    public let type: RecordType

    public init(_ name: DomainName, _ type: RecordType) {
        (self.name, self.type) = (name, type)
    }
}

extension DNSQuestion: CustomStringConvertible {
    /// `example.org. TXT`, as evidence and reports name a question.
    public var description: String { "\(name) \(type)" }
}

/// What a lookup gave, CNAMEs already followed.
///
/// "There is no such name", "there is such a name without this type" and "nobody recorded an answer" are three
/// different facts, and policy treats them differently; that is why this is not an optional.
public enum DNSAnswer: Sendable, Hashable {
    /// One or more records of the type asked. `authentic` is true when DNSSEC validation vouched for them.
    case records([RecordData], authentic: Bool)
    /// The name exists, but has no records of this type (NODATA, RFC 2308 §2.2).
    case noData
    /// The name does not exist (NXDOMAIN, RFC 2308 §2.1).
    case nameError
    /// The server answered SERVFAIL, REFUSED or something unusable.
    case serverFailure
    /// No answer came in time.
    case timeout
    /// A recording without an answer to this question. Never to be taken for NXDOMAIN.
    case unrecorded
}
