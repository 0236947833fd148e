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

    /// The contents with every quoted string of more than the 255 octets that a character string has (RFC 1035 §3.3)
    /// in pieces: people paste long keys as one string, and what they mean is plain. Lines stay where they are.
    static func splittingLongStrings(in contents: Bytes) -> Bytes {
        var places: [Int] = []
        contents.withSpan { span in
            var position = 0
            var length: Int?
            while position < span.byteCount {
                let start = position
                position += 1
                switch span[start] {
                case .quote: length = length == nil ? 0 : nil
                case .semicolon where length == nil:
                    position = span.firstIndex(of: .lf, from: start) ?? span.byteCount
                case .backslash where position < span.byteCount && span[position] != .lf:
                    position += span[position].isDigit ? 3 : 1
                    length? += 1
                default: length? += 1
                }
                if let current = length, current > 255 {
                    places.append(start)
                    length = 1
                }
            }
        }
        guard !places.isEmpty else { return contents }
        var split: [UInt8] = []
        split.reserveCapacity(contents.count + 3 * places.count)
        var start = 0
        for place in places {
            split += contents[start..<place].array
            split += [.quote, .space, .quote]
            start = place
        }
        split += contents[start..<contents.count].array
        return Bytes(split)
    }
}
