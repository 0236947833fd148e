import SMTP
import Values

/// What becomes of a message or command, least severe first.
public enum Disposition: String, Sendable, Hashable, CaseIterable, Comparable {
    case accept
    case tag
    case quarantine
    /// Refused for now (4yz).
    case `defer`
    /// Refused (5yz).
    case reject
    /// Refused, and the connection closed.
    case disconnect
    /// Taken and dropped: only where a rule says so in as many words.
    case discard

    private var severity: Int {
        switch self {
        case .accept: 0
        case .tag: 1
        case .quarantine: 2
        case .defer: 3
        case .reject: 4
        case .disconnect: 5
        case .discard: 6
        }
    }

    public static func < (left: Disposition, right: Disposition) -> Bool { left.severity < right.severity }

    /// Whether the session goes no further with what was judged.
    public var isTerminal: Bool { self >= .defer }
}

/// What a policy does about a symbol, besides adding its weight.
public enum Action: String, Sendable, Hashable, CaseIterable {
    /// Nothing but the weight.
    case score
    case tag
    case quarantine
    case `defer`
    case reject
    case disconnect
    case discard

    /// The disposition the action asks for.
    public var disposition: Disposition {
        switch self {
        case .score: .accept
        case .tag: .tag
        case .quarantine: .quarantine
        case .defer: .defer
        case .reject: .reject
        case .disconnect: .disconnect
        case .discard: .discard
        }
    }
}

/// The words of a refusal; the class digit comes from the disposition, so that code, enhanced code and disposition
/// cannot disagree (RFC 3463 §2).
public struct ReplyText: Sendable, Hashable {
    /// The second and third digit of the reply code: 50 for 450 or 550.
    public let detail: Int
    /// The subject and detail of the enhanced status code (RFC 3463): (7, 23) for 4.7.23 or 5.7.23.
    public let enhanced: EnhancedDetail
    /// The text.
    public let text: String

    /// Subject and detail of an enhanced status code.
    public struct EnhancedDetail: Sendable, Hashable {
        public let subject: Int
        public let detail: Int
    }

    /// A text with the digits that go with it.
    public init(_ detail: Int, _ subject: Int, _ enhancedDetail: Int, _ text: String) {
        self.detail = detail
        self.enhanced = EnhancedDetail(subject: subject, detail: enhancedDetail)
        self.text = text
    }
}
