import Values

/// Why a value cannot be taken, in words that follow its place.
struct Complaint: Error {
    let message: String

    init(_ message: String) { self.message = message }

    /// `expected a duration such as 15m, found 'soon'`.
    init(expected: String, found node: PolicyNode, remedy: String = "") {
        message = "expected \(expected), found \(node.found)" + (remedy.isEmpty ? "" : "; \(remedy)")
    }
}

/// How a setting's text becomes a value and a value becomes YAML.
struct ScalarType<Value> {
    let kind: PolicySetting.Kind
    let render: (Value) -> String
    let parse: (PolicyNode) throws(Complaint) -> Value
}

extension ScalarType where Value == Bool {
    static var flag: ScalarType {
        ScalarType(kind: .flag, render: { $0 ? "true" : "false" }) { node throws(Complaint) in
            switch try node.unquoted(expecting: "true or false").asciiLowercased {
            case "true", "yes", "on": return true
            case "false", "no", "off": return false
            default: throw Complaint(expected: "true or false", found: node)
            }
        }
    }
}

extension ScalarType where Value == String {
    static var text: ScalarType {
        ScalarType(kind: .text, render: YAMLText.scalar) { node throws(Complaint) in
            try node.text(expecting: "text")
        }
    }
}

extension ScalarType where Value == Int {
    static func integer(_ range: ClosedRange<Int>) -> ScalarType {
        ScalarType(kind: .integer(range), render: { String($0) }) { node throws(Complaint) in
            let text = try node.unquoted(expecting: "a whole number")
            guard text.utf8.drop(while: { $0 == .hyphen || $0 == .ascii("+") }).allSatisfy(\.isDigit)
            else {
                throw Complaint(expected: "a whole number", found: node)
            }
            // Digits that do not fit are a number out of range rather than no number.
            guard let value = Int(text), range.contains(value) else {
                throw Complaint(expected: "a whole number" + words(range), found: node)
            }
            return value
        }
    }

    static var score: ScalarType {
        ScalarType(kind: .score, render: ScoreText.render) { node throws(Complaint) in
            let text = try node.unquoted(expecting: "a score such as 2.5")
            guard let value = ScoreText.parse(text) else {
                let isNumber = text.utf8.count <= 40 && Double(text)?.isFinite == true
                throw Complaint(
                    expected: isNumber
                        ? "a score from -100000 to 100000 with at most three decimals" : "a score such as 2.5",
                    found: node)
            }
            return value
        }
    }

    static func size(_ range: ClosedRange<Int>) -> ScalarType {
        ScalarType(kind: .size(range), render: SizeText.render) { node throws(Complaint) in
            guard let value = SizeText.parse(try node.text(expecting: "a size such as 10M")) else {
                throw Complaint(expected: "a size such as 10M", found: node)
            }
            guard range.contains(value) else {
                throw Complaint(expected: "a size" + words(range, SizeText.render), found: node)
            }
            return value
        }
    }
}

extension ScalarType where Value == Duration {
    static func duration(_ range: ClosedRange<Duration>) -> ScalarType {
        ScalarType(kind: .duration(range), render: DurationText.render) { node throws(Complaint) in
            let text = try node.text(expecting: "a duration such as 15m")
            guard let value = DurationText.parse(text) else {
                let isBare = !text.isEmpty && text.utf8.count <= 12 && text.utf8.allSatisfy(\.isDigit)
                throw Complaint(
                    expected: "a duration such as 15m", found: node,
                    remedy: isBare ? "say of what: \(text)s, \(text)m, \(text)h or \(text)d" : "")
            }
            guard range.contains(value) else {
                throw Complaint(expected: "a duration" + words(range), found: node)
            }
            return value
        }
    }
}

extension ScalarType where Value: CaseIterable & RawRepresentable, Value.RawValue == String {
    static var choice: ScalarType {
        let names = Value.allCases.map(\.rawValue)
        return ScalarType(kind: .choice(names), render: { YAMLText.scalar($0.rawValue) }) {
            node throws(Complaint) in
            let text = try node.text(expecting: "one of " + alternatives(names))
            guard let value = Value(rawValue: text) else {
                let hint = Suggestion.hint(for: text, among: names)
                throw Complaint("expected one of \(alternatives(names)), found \(node.found)\(hint)")
            }
            return value
        }
    }
}

extension PolicyNode {
    /// The scalar's text however it was quoted.
    func text(expecting expected: String) throws(Complaint) -> String {
        guard case .scalar(let text, isQuoted: _) = content else {
            throw Complaint(expected: expected, found: self)
        }
        return text
    }

    /// The scalar's text where quotes would make it mean text rather than a number or a truth value.
    func unquoted(expecting expected: String) throws(Complaint) -> String {
        guard case .scalar(let text, isQuoted: true) = content else {
            return try self.text(expecting: expected)
        }
        throw Complaint("expected \(expected), found the quoted text \(excerpt(text)); remove the quotes")
    }
}
