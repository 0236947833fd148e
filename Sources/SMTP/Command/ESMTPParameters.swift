import Values

/// The parameters of a MAIL, RCPT or XCLIENT command in their order (RFC 5321 §4.1.1.11), each keyword once.
public struct ESMTPParameters: Sendable, Hashable {
    /// One parameter.
    public struct Parameter: Sendable, Hashable {
        /// The keyword in upper case.
        public let keyword: String
        /// What followed the equals sign; nil when there was none.
        public let value: String?
    }

    /// The parameters as they came.
    public let all: [Parameter]

    /// No parameters.
    public static let none = ESMTPParameters(all: [])

    private init(all: [Parameter]) { self.all = all }

    /// Parameters that this program makes itself, each `KEYWORD` or `KEYWORD=value`.
    public init(words: [String]) {
        all = words.map { word in
            let parts = word.split(separator: "=", maxSplits: 1).map(String.init)
            return Parameter(keyword: parts.first ?? "", value: parts.count > 1 ? parts[1] : nil)
        }
    }

    /// Reads parameters as they stand in a command; nil when one is malformed or there twice.
    public init?(_ text: String) {
        guard case .success(let parameters) = ESMTPParameters.read(Array(text.utf8)[...]) else { return nil }
        self = parameters
    }

    /// Those with one of the keywords, which are in upper case.
    public func only(_ keywords: [String]) -> ESMTPParameters {
        isEmpty ? self : ESMTPParameters(all: all.filter { keywords.contains($0.keyword) })
    }

    /// Whether there is none.
    public var isEmpty: Bool { all.isEmpty }

    /// Whether the keyword is there; upper and lower case are the same.
    public func contains(_ keyword: String) -> Bool {
        all.contains { $0.keyword.equalsIgnoringASCIICase(keyword) }
    }

    /// The value of a keyword; nil when the keyword or its value is missing.
    public subscript(keyword: String) -> String? {
        all.first { $0.keyword.equalsIgnoringASCIICase(keyword) }?.value
    }

    /// The message size the client declared (RFC 1870 §3); nil when it declared none, or no number that fits.
    public var size: Int? { self["SIZE"].flatMap { $0.utf8.allSatisfy(\.isDigit) ? Int($0) : nil } }
}

extension ESMTPParameters: CustomStringConvertible {
    /// The parameters as in a command: `SIZE=1000 BODY=8BITMIME`.
    public var description: String { all.map(\.description).joined(separator: " ") }
}

extension ESMTPParameters.Parameter: CustomStringConvertible {
    /// The parameter as in a command.
    public var description: String { value.map { "\(keyword)=\($0)" } ?? keyword }
}

extension ESMTPParameters {
    /// What can be wrong with a parameter; the text is the parameter as written.
    enum Fault: Error {
        case malformed(String)
        case repeated(String)
    }

    /// Reads parameters separated by spaces or tabs from well-formed UTF-8.
    static func read(_ bytes: ArraySlice<UInt8>) -> Result<ESMTPParameters, Fault> {
        var all: [Parameter] = []
        var seen: Set<String> = []
        for word in bytes.split(whereSeparator: \.isWhitespace) {
            let equals = word.firstIndex(of: .equals)
            let keyword = word[..<(equals ?? word.endIndex)]
            let value = equals.map { word[($0 + 1)...] }
            // RFC 5321 §4.1.2: esmtp-keyword = (ALPHA / DIGIT) *(ALPHA / DIGIT / "-"),
            // esmtp-value = 1*(%d33-60 / %d62-126); RFC 6531 §3.3 adds UTF-8.
            guard let first = keyword.first, first.isAlphanumeric,
                keyword.allSatisfy({ $0.isAlphanumeric || $0 == .hyphen }),
                value.map({ !$0.isEmpty && $0.allSatisfy { ($0.isVisible || $0 >= 0x80) && $0 != .equals } }) ?? true
            else { return .failure(.malformed(String(decoding: word, as: UTF8.self))) }
            let name = String(decoding: keyword, as: UTF8.self).uppercased()
            guard seen.insert(name).inserted else { return .failure(.repeated(name)) }
            all.append(Parameter(keyword: name, value: value.map { String(decoding: $0, as: UTF8.self) }))
        }
        return .success(ESMTPParameters(all: all))
    }
}
