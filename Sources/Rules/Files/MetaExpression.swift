import Values

/// The arithmetic of a `meta` rule: numbers, names of rules and operators, as Perl weighs them.
public struct MetaExpression: Sendable {
    /// In the order of evaluation, operands before their operator.
    enum Step: Sendable, Hashable {
        case number(Double)
        /// A rule, by its place in `names`.
        case rule(Int)
        case not
        case negate
        case binary(Operator)
        /// `a ? b : c`
        case choose
    }

    enum Operator: String, Sendable, Hashable {
        case or = "||"
        case and = "&&"
        case equal = "==", unequal = "!="
        case less = "<", greater = ">", lessOrEqual = "<=", greaterOrEqual = ">="
        case plus = "+", minus = "-"
        case times = "*", divide = "/"
        case exclusiveOr = "^"

        /// How tightly it binds (perlop).
        var precedence: Int {
            switch self {
            case .or: 1
            case .and: 2
            case .exclusiveOr: 3
            case .equal, .unequal: 4
            case .less, .greater, .lessOrEqual, .greaterOrEqual: 5
            case .plus, .minus: 6
            case .times, .divide: 7
            }
        }
    }

    let steps: [Step]
    /// The rules it names, each once, in the order they come.
    public let names: [String]
    /// What follows `rules_matching(`, to be replaced once all rules are known.
    public let source: String
    /// Whether its value has to wait until all rules are known.
    let isPattern: Bool

    /// Reads `source`. `matching` gives the rules that a pattern of `rules_matching()` names.
    public init(_ source: String, matching: @escaping (String) -> [String] = { _ in [] }) throws(MetaError) {
        var parser = MetaParser(source, matching: matching)
        try parser.parse()
        (self.source, steps, names, isPattern) = (source, parser.steps, parser.names, parser.hasPattern)
    }

    /// The value, given those of the rules it names. `stack` is room to work in, empty before and after.
    func value(_ stack: inout [Double], _ rule: (Int) -> Double) -> Double {
        defer { stack.removeAll(keepingCapacity: true) }
        for step in steps {
            switch step {
            case .number(let number): stack.append(number)
            case .rule(let index): stack.append(rule(index))
            case .not:
                let operand = stack.popLast() ?? 0
                stack.append(operand == 0 ? 1 : 0)
            case .negate:
                let operand = stack.popLast() ?? 0
                stack.append(-operand)
            case .binary(let kind):
                let right = stack.popLast() ?? 0
                let left = stack.popLast() ?? 0
                stack.append(MetaExpression.apply(kind, left, right))
            case .choose:
                let otherwise = stack.popLast() ?? 0
                let then = stack.popLast() ?? 0
                let condition = stack.popLast() ?? 0
                stack.append(condition != 0 ? then : otherwise)
            }
        }
        return stack.last ?? 0
    }

    static func apply(_ kind: Operator, _ left: Double, _ right: Double) -> Double {
        switch kind {
        // perlop: || and && give the operand that decided.
        case .or: left != 0 ? left : right
        case .and: left != 0 ? right : left
        case .equal: left == right ? 1 : 0
        case .unequal: left != right ? 1 : 0
        case .less: left < right ? 1 : 0
        case .greater: left > right ? 1 : 0
        case .lessOrEqual: left <= right ? 1 : 0
        case .greaterOrEqual: left >= right ? 1 : 0
        case .plus: left + right
        case .minus: left - right
        case .times: left * right
        case .divide: right == 0 ? 0 : left / right
        case .exclusiveOr: Double(bits(left) ^ bits(right))
        }
    }

    private static func bits(_ value: Double) -> Int { Int(exactly: value.rounded(.towardZero)) ?? 0 }
}

/// Why a meta rule cannot be used.
public struct MetaError: Error, Sendable, Hashable, CustomStringConvertible {
    public let description: String
}

/// Reads a meta rule by precedence.
private struct MetaParser {
    private enum Token: Hashable {
        case number(Double)
        case name(String)
        case sign(String)
    }

    private var tokens: [Token] = []
    private var position = 0
    private var places: [String: Int] = [:]
    private let matching: (String) -> [String]
    private var failure: MetaError?
    var steps: [MetaExpression.Step] = []
    var names: [String] = []
    /// Whether it calls `rules_matching()`.
    var hasPattern = false
    private static let depthLimit = 200
    private static let stepLimit = 20_000

    init(_ source: String, matching: @escaping (String) -> [String]) {
        self.matching = matching
        let bytes = Array(source.utf8)
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            if byte.isFoldingWhitespace {
                index += 1
            } else if byte.isDigit || (byte == .dot && index + 1 < bytes.count && bytes[index + 1].isDigit) {
                let end = bytes[index...].firstIndex { !$0.isDigit && $0 != .dot } ?? bytes.count
                guard let number = Double(String(decoding: bytes[index..<end], as: UTF8.self)) else {
                    failure = MetaError(description: "a number is malformed")
                    return
                }
                tokens.append(.number(number))
                index = end
            } else if byte.isLetter || byte == .ascii("_") {
                let end = bytes[index...].firstIndex { !$0.isAlphanumeric && $0 != .ascii("_") } ?? bytes.count
                let name = String(decoding: bytes[index..<end], as: UTF8.self)
                index = end
                if name == "rules_matching" {
                    hasPattern = true
                    guard let open = bytes[index...].firstIndex(of: .ascii("(")),
                        let close = bytes[open...].firstIndex(of: .ascii(")"))
                    else {
                        failure = MetaError(description: "rules_matching() lacks its parentheses")
                        return
                    }
                    let glob = bytes[(open + 1)..<close].filter { !$0.isFoldingWhitespace }
                    let rules = matching(String(decoding: glob, as: UTF8.self)).prefix(5_000)
                    tokens.append(.sign("("))
                    tokens.append(.number(0))
                    for rule in rules { tokens += [.sign("+"), .name(rule)] }
                    tokens.append(.sign(")"))
                    index = close + 1
                } else {
                    tokens.append(.name(name))
                }
            } else {
                let two = index + 1 < bytes.count ? String(decoding: bytes[index..<(index + 2)], as: UTF8.self) : ""
                if ["||", "&&", "==", "!=", "<=", ">="].contains(two) {
                    tokens.append(.sign(two))
                    index += 2
                } else if Array("()!<>+-*/^?:".utf8).contains(byte) {
                    tokens.append(.sign(String(UnicodeScalar(byte))))
                    index += 1
                } else {
                    failure = MetaError(description: "\"\(UnicodeScalar(byte))\" has no place in a meta rule")
                    return
                }
            }
            if tokens.count > MetaParser.stepLimit {
                failure = MetaError(description: "the rule has more than \(MetaParser.stepLimit) words")
                return
            }
        }
    }

    mutating func parse() throws(MetaError) {
        if let failure { throw failure }
        // An empty pair of parentheses is false.
        if tokens.isEmpty || tokens == [.sign("("), .sign(")")] {
            steps = [.number(0)]
            return
        }
        try expression(above: 0, depth: 0)
        guard position == tokens.count else { throw MetaError(description: "an operator is missing") }
    }

    private mutating func expression(above precedence: Int, depth: Int) throws(MetaError) {
        guard depth < MetaParser.depthLimit else { throw MetaError(description: "the parentheses are nested too deep") }
        try operand(depth: depth)
        while position < tokens.count, case .sign(let sign) = tokens[position] {
            if sign == "?", precedence == 0 {
                position += 1
                try expression(above: 0, depth: depth + 1)
                guard position < tokens.count, tokens[position] == .sign(":") else {
                    throw MetaError(description: "a ? lacks its :")
                }
                position += 1
                try expression(above: 0, depth: depth + 1)
                steps.append(.choose)
                continue
            }
            guard let kind = MetaExpression.Operator(rawValue: sign), kind.precedence > precedence else { return }
            position += 1
            try expression(above: kind.precedence, depth: depth + 1)
            steps.append(.binary(kind))
        }
    }

    private mutating func operand(depth: Int) throws(MetaError) {
        guard depth < MetaParser.depthLimit, position < tokens.count else {
            throw MetaError(description: "the rule ends where a name is wanted")
        }
        let token = tokens[position]
        position += 1
        switch token {
        case .number(let number): steps.append(.number(number))
        case .name("local_tests_only"): steps.append(.number(1))
        case .name(let name):
            let place = places[name] ?? names.count
            if place == names.count {
                names.append(name)
                places[name] = place
            }
            steps.append(.rule(place))
        case .sign("!"):
            try operand(depth: depth + 1)
            steps.append(.not)
        case .sign("-"):
            try operand(depth: depth + 1)
            steps.append(.negate)
        case .sign("+"): try operand(depth: depth + 1)
        case .sign("("):
            try expression(above: 0, depth: depth + 1)
            guard position < tokens.count, tokens[position] == .sign(")") else {
                throw MetaError(description: "a parenthesis is not closed")
            }
            position += 1
        case .sign(let sign): throw MetaError(description: "\"\(sign)\" stands where a name is wanted")
        }
    }
}
