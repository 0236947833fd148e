import Values

extension YAMLFault {
    /// The fault at the place where the writer of the file has to look, with the remedy where the cause is plain.
    func diagnostic(in source: Bytes, file: String) -> PolicyDiagnostic {
        var place = PolicyPlace(file: file, line: line, column: column)
        let message: String
        switch problem {
        case "could not find expected ':'":
            // The scanner notices on a later line; the key that lacks its colon is where it began.
            place = PolicyPlace(file: file, line: contextLine, column: contextColumn)
            message = "not valid YAML: ':' is missing after this key"
        case "found character that cannot start any token":
            message = YAMLFault.misplaced(source.scalar(line: line, column: column))
        case "found a tab character that violates indentation":
            message = YAMLFault.misplaced("\t")
        case "found unexpected end of stream" where context == "while scanning a quoted scalar":
            place = PolicyPlace(file: file, line: contextLine, column: contextColumn)
            message = "not valid YAML: the quote that opens here is never closed"
        case "block sequence entries are not allowed in this context":
            message = "not valid YAML: a list item is not allowed here; begin it on a line of its own"
        case _ where problem.hasPrefix("Maximum nesting level reached"):
            message = "lists and mappings nest more than \(PolicyDocument.maximumDepth) deep"
        case "mapping values are not allowed in this context":
            message = "not valid YAML: ':' is not allowed here; check the indentation, and quote text that holds ': '"
        case "did not find expected key", "did not find expected '-' indicator":
            message = "not valid YAML: \(problem); check the indentation" + since
        default:
            message = "not valid YAML: \(problem)" + since
        }
        return PolicyDiagnostic(place: place, message: message)
    }

    private var since: String {
        guard let context, contextLine < line else { return "" }
        return " (\(context) that begins on line \(contextLine))"
    }

    private static func misplaced(_ scalar: Unicode.Scalar?) -> String {
        switch scalar {
        case "\t": "not valid YAML: a tab cannot indent; use spaces"
        case let scalar?:
            "not valid YAML: text that begins with \(excerpt(String(scalar))) must be quoted"
        case nil: "not valid YAML: found character that cannot start any token"
        }
    }
}

extension Bytes {
    /// The scalar at a place counted from 1, or nil past the end. The bytes must be UTF-8.
    fileprivate func scalar(line: Int, column: Int) -> Unicode.Scalar? {
        var start = 0
        for _ in 1..<Swift.max(line, 1) {
            guard let end = withSpan({ $0.firstIndex(of: .lf, from: start) }) else { return nil }
            start = end + 1
        }
        let end = withSpan { $0.firstIndex(of: .lf, from: start) } ?? count
        return self[start..<end].lossyString.unicodeScalars.dropFirst(column - 1).first
    }
}
