import Mail
import Values

/// The text of an ARC-Authentication-Results field (RFC 8617 §4.1.1).
public enum ResultsText {
    /// What the Authentication-Results fields of the host `identifier` say together, topmost first: the authserv-id
    /// and all results. Nil without such a field.
    ///
    /// RFC 8617 §5.1: a set tells what one host found, however many fields it wrote.
    public static func merged(from header: HeaderBlock, of identifier: String) -> String? {
        var parts: [String] = []
        var isFound = false
        for field in header.all("Authentication-Results") {
            let value = field.rawValue
            guard AuthenticationResults.read(value).results.claims(identifier) else { continue }
            isFound = true
            guard let semicolon = firstSemicolon(in: value) else { continue }
            let results = value[semicolon + 1..<value.count].trimmingFoldingWhitespace.unfoldedText
            if !results.isEmpty, results != "none" { parts.append(results) }
        }
        guard isFound else { return nil }
        let name = AuthenticationResultsWriter(allowsUTF8: true).token(identifier)
        return ([name] + (parts.isEmpty ? ["none"] : parts)).joined(separator: "; ")
    }

    /// The state of the chain that results tell: that of their one `arc` result. Several contradict each other, which
    /// is a failed chain.
    public static func chainStatus(in results: String) -> ARCStatus? {
        let found = AuthenticationResults.read(Bytes(results)).results.results.filter { $0.method == "arc" }
        guard let result = found.first else { return nil }
        return found.count == 1 ? ARCStatus(rawValue: result.result) : .fail
    }

    /// The first semicolon outside of comments and quotes.
    private static func firstSemicolon(in value: Bytes) -> Int? {
        value.withSpan { span in
            var depth = 0
            var isQuoted = false
            var position = 0
            while position < span.byteCount {
                switch span[position] {
                case .backslash: position += 1
                case .quote where depth == 0: isQuoted.toggle()
                case .ascii("(") where !isQuoted: depth += 1
                case .ascii(")") where !isQuoted && depth > 0: depth -= 1
                case .semicolon where depth == 0 && !isQuoted: return position
                default: break
                }
                position += 1
            }
            return nil
        }
    }

    /// The field without its line end, one line a result where words allow.
    static func field(_ results: String, instance: Int, lineEnd: [UInt8]) throws(ARCSealingFault) -> Bytes {
        let text = Bytes(results).trimmingFoldingWhitespace
        guard !text.isEmpty, text.allSatisfy({ $0.isFoldingWhitespace || $0 >= 0x20 && $0 != 0x7F }) else {
            throw .resultsUnusable
        }
        var output = Array("\(ARCFieldKind.results.rawValue): i=\(instance);".utf8)
        var column = output.count
        var opensLine = false
        for word in text.array.split(whereSeparator: \.isFoldingWhitespace) {
            guard word.count <= 900 else { throw .resultsUnusable }
            if opensLine || column + 1 + word.count > 78 {
                output += lineEnd
                column = 0
            }
            output.append(.space)
            output += word
            column += 1 + word.count
            opensLine = word.last == .semicolon
        }
        return Bytes(output)
    }
}
