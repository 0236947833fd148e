import Values

/// A look at quotes and parentheses before ldns reads: it takes one that is never closed for the end of the record,
/// and whatever follows would be lost without a word.
enum MasterFileStructure {
    /// The line of the first quote or parenthesis left open, and what it is.
    static func firstUnclosed(in contents: Bytes) -> (line: Int, message: String)? {
        contents.withSpan { span in
            var line = 1
            var quoteLine: Int?
            var groupLine: Int?
            var position = 0
            while position < span.byteCount {
                switch span[position] {
                case .lf: line += 1
                case .backslash where position + 1 < span.byteCount && span[position + 1] != .lf: position += 1
                case .quote: quoteLine = quoteLine == nil ? line : nil
                case .semicolon where quoteLine == nil:
                    position = (span.firstIndex(of: .lf, from: position) ?? span.byteCount) - 1
                case .ascii("(") where quoteLine == nil: groupLine = groupLine ?? line
                case .ascii(")") where quoteLine == nil: groupLine = nil
                default: break
                }
                position += 1
            }
            if let quoteLine { return (quoteLine, "a quote that is not closed") }
            return groupLine.map { ($0, "a parenthesis that is not closed") }
        }
    }
}
