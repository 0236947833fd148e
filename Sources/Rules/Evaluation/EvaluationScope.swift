import Expressions
import Values

/// What a function that a rule calls can see.
struct EvaluationScope {
    let message: RuleMessage
    let facts: EvaluationFacts
    let time: Timestamp
    let call: EvaluationCall

    var matcher: Matcher { message.matcher }

    func text(_ request: String) -> Bytes { message.text(request) }

    func has(_ expression: Expression, _ text: Bytes) -> Bool { matcher.matches(expression, text) }

    /// A field with each run of white space as one space.
    func collapsed(_ request: String) -> Bytes {
        var result: [UInt8] = []
        for byte in text(request) {
            if !byte.isRuleSpace { result.append(byte) } else if result.last != .space { result.append(.space) }
        }
        return Bytes(result)
    }

    /// Whether `value` lies between two arguments, `undef` leaving an end open.
    func isWithin(_ value: Double, _ lower: Int, _ upper: Int) -> Bool {
        if let minimum = call.number(lower), value < minimum { return false }
        if let maximum = call.number(upper), value >= maximum { return false }
        return true
    }
}

/// A function that a rule calls; whether it hits.
typealias EvaluationFunction = @Sendable (EvaluationScope) -> Bool

/// What functions have found out about a message, to be asked again.
struct EvaluationMemory {
    var dateDifference: Int?
    var mime: MIMEFindings?
    var images: ImageFindings?
    var recipients: RecipientFindings?
    var freemails: FreemailFindings?
    var hosts: Set<String>?
    var alternative: AlternativeFindings?
    var uppercaseShare: Double?
    var verticalWords: Int?
    var forgedTrail: Int?
    var hotmail: (isForged: Bool, isMissing: Bool)?
    var fromAddresses: [[UInt8]]?
    var correspondents: Correspondents?
    /// What the functions of our own rules noted, by their group.
    var notes: [String: Notes] = [:]
    /// What the function that was asked last saw, where it says.
    var evidence: Bytes?
    var toAddresses: [[UInt8]]?
}

/// What rule files list, ready to be compared.
final class EvaluationFacts: Sendable {
    let settings: RuleSettings
    let freemailExpression: Expression?
    let brands: BrandTable
    let addressLists: [String: AddressMatcher]
    let subjectLists: [String: [Expression]]
    /// Whether the scores are those of rules that ask the network.
    let asksNetwork: Bool

    init(_ settings: RuleSettings, asksNetwork: Bool) {
        (self.settings, self.asksNetwork) = (settings, asksNetwork)
        brands = BrandTable(settings.hostLists)
        addressLists = settings.addressLists.mapValues { AddressMatcher($0) }
        subjectLists = settings.subjectLists.mapValues { $0.map { Expression(unchecked: $0) } }
        let patterns = settings.freemailPatterns.map { name in
            name.utf8.map { byte -> String in
                switch byte {
                case .dot: "\\."
                case .ascii("?"): "."
                case .ascii("*"): "[^.]*"
                default: String(UnicodeScalar(byte))
                }
            }.joined()
        }
        freemailExpression = patterns.isEmpty ? nil : Expression(known: "@(?:\(patterns.joined(separator: "|")))$")
    }
}

/// A list of addresses with `*` and `?`.
struct AddressMatcher: Sendable {
    private let exact: Set<String>
    private let globs: [[UInt8]]

    var isEmpty: Bool { exact.isEmpty && globs.isEmpty }

    init(_ entries: [String]) {
        exact = Set(entries.filter { !$0.contains("*") && !$0.contains("?") })
        globs = entries.filter { $0.contains("*") || $0.contains("?") }.map { Array($0.utf8) }
    }

    func contains(_ address: [UInt8]) -> Bool {
        let lower = address.map(\.lowercased)
        if exact.contains(String(decoding: lower, as: UTF8.self)) { return true }
        return globs.contains { RuleGlob.matches($0, lower) }
    }
}
