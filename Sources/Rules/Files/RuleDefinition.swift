import Expressions
import Values

/// A rule as its files define it, the last definition of each thing about it counting.
public struct RuleDefinition: Sendable {
    public let name: String
    public var test: RuleTest
    /// Where the test is defined.
    public let file: String
    public let line: Int
    public var summary = ""
    /// Thousandths of a point for each of the four sets: without network and Bayes, with network, with Bayes, with
    /// both. Nil where no file sets them.
    public var scores: [Int]?
    public var flags = RuleFlags()
    public var priority = 0

    /// Whether the rule is only a part of others: its name begins with two underscores.
    public var isPart: Bool { name.hasPrefix("__") }

    /// The score in `set`, 0 to 3. A rule of score 0 is not run.
    public func score(set: Int) -> Int {
        if let scores, scores.indices.contains(set) { return scores[set] }
        let score = name.hasPrefix("T_") ? 10 : 1000
        return flags.isNice ? -score : score
    }
}

/// What is looked at, and for what.
public enum RuleTest: Sendable {
    case header(HeaderTest)
    case body(PerlExpression)
    case rawBody(PerlExpression)
    case uri(PerlExpression)
    case full(PerlExpression)
    case mimeHeader(HeaderTest)
    case uriDetail([URICriterion])
    case evaluation(EvaluationCall)
    case meta(MetaExpression)
    /// Asks the DNS.
    case network(NetworkTest)

    /// The word that defines such a rule.
    public var word: String {
        switch self {
        case .header: "header"
        case .body: "body"
        case .rawBody: "rawbody"
        case .uri: "uri"
        case .full: "full"
        case .mimeHeader: "mimeheader"
        case .uriDetail: "uri_detail"
        case .evaluation(let call): call.area.rawValue
        case .meta: "meta"
        case .network(let test): test.word
        }
    }
}

/// A test of a header field.
public struct HeaderTest: Sendable {
    /// The field with its modifiers: `Subject`, `From:addr`, `ALL`.
    public var request: String
    /// Nil for `exists:`.
    public var expression: PerlExpression?
    /// `!~`
    public var isNegated = false
    /// What is looked at where there is no such field.
    public var ifUnset: [UInt8]?
}

/// One condition of a `uri_detail` rule.
public struct URICriterion: Sendable {
    public enum Target: String, Sendable, CaseIterable { case raw, type, cleaned, text, domain, host }
    public let target: Target
    public let isNegated: Bool
    public let expression: PerlExpression
}

/// `eval:name(arguments)`
public final class EvaluationCall: Sendable {
    public enum Area: String, Sendable { case header, body, rawBody = "rawbody", full }
    public let area: Area
    public let function: String
    public let arguments: [[UInt8]]
    // Read once, and asked for with each message.
    private let texts: [String]
    private let numbers: [Double?]

    init(area: Area, function: String, arguments: [[UInt8]]) {
        (self.area, self.function, self.arguments) = (area, function, arguments)
        let texts = arguments.map { String(decoding: $0, as: UTF8.self) }
        self.texts = texts
        numbers = texts.map { Double($0) }
    }

    /// An argument as text; empty where there is none.
    public func text(_ index: Int) -> String { texts.indices.contains(index) ? texts[index] : "" }

    /// An argument as a number; nil where there is none, or it is `undef`.
    public func number(_ index: Int) -> Double? { numbers.indices.contains(index) ? numbers[index] : nil }
}

/// `tflags`
public struct RuleFlags: Sendable, Hashable {
    /// The flags as the file has them.
    public let words: [String]
    public let isMultiple: Bool
    public let isNice: Bool
    public let isNetwork: Bool
    public let isLearned: Bool
    public let leavesOutSubject: Bool
    public let concatenates: Bool
    /// Whether a `body` rule looks at what invitations say too, which SpamAssassin does not show to its rules.
    public let readsInvitations: Bool
    public let maximumHits: Int?
    /// Which MIME parts a `mimeheader` rule looks at, from 1.
    public let range: ClosedRange<Int>?

    public init(_ words: [String] = []) {
        self.words = words
        isMultiple = words.contains("multiple")
        isNice = words.contains("nice")
        isNetwork = words.contains("net")
        isLearned = words.contains("learn")
        leavesOutSubject = words.contains("nosubject")
        concatenates = words.contains("concat")
        readsInvitations = words.contains("invitation")
        let most = words.lazy.compactMap { $0.hasPrefix("maxhits=") ? Int($0.dropFirst(8)) : nil }.first
        // Zero is no limit.
        maximumHits = most == 0 ? nil : most
        range =
            words.lazy.compactMap { word -> ClosedRange<Int>? in
                guard word.hasPrefix("range=") else { return nil }
                let text = word.dropFirst(6)
                guard let dash = text.firstIndex(of: "-") else { return Int(text).map { $0...$0 } }
                let (low, high) = (Int(text[..<dash]) ?? 0, Int(text[text.index(after: dash)...]) ?? 1000)
                return low <= high ? low...high : nil
            }.first
    }
}
