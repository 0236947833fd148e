import Values

extension MasterFileStructure {
    /// The contents with the time to live before the class wherever it stands behind: RFC 1035 §5.1 has both orders, ldns
    /// reads one. Lines stay where they are, and as long as they are.
    static func puttingTTLFirst(in contents: Bytes) -> Bytes {
        var swaps: [(class: Range<Int>, ttl: Range<Int>)] = []
        contents.withSpan { span in
            var position = 0
            while position < span.byteCount {
                let line = position..<(span.firstIndex(of: .lf, from: position) ?? span.byteCount)
                if let swap = classBeforeTTL(in: line, of: span) { swaps.append(swap) }
                position = endOfRecord(from: position, in: span)
            }
        }
        guard !swaps.isEmpty else { return contents }
        var result: [UInt8] = []
        result.reserveCapacity(contents.count)
        var start = 0
        for swap in swaps {
            result += contents[start..<swap.class.lowerBound].array
            result += contents[swap.ttl].array
            result += contents[swap.class.upperBound..<swap.ttl.lowerBound].array
            result += contents[swap.class].array
            start = swap.ttl.upperBound
        }
        result += contents[start..<contents.count].array
        return Bytes(result)
    }

    /// Where the record ends that begins at `start`: behind its last line, which quotes and parentheses may put off.
    private static func endOfRecord(from start: Int, in span: RawSpan) -> Int {
        var position = start
        var (isQuoted, isGrouped) = (false, false)
        while position < span.byteCount {
            let byte = span[position]
            position += 1
            switch byte {
            case .lf where !isQuoted && !isGrouped: return position
            case .backslash where position < span.byteCount && span[position] != .lf: position += 1
            case .quote: isQuoted.toggle()
            case .semicolon where !isQuoted: position = span.firstIndex(of: .lf, from: position) ?? span.byteCount
            case .ascii("(") where !isQuoted: isGrouped = true
            case .ascii(")") where !isQuoted: isGrouped = false
            default: break
            }
        }
        return position
    }

    /// A class with a time to live behind it, where a record's line has them in this order.
    private static func classBeforeTTL(
        in line: Range<Int>, of span: RawSpan
    ) -> (class: Range<Int>, ttl: Range<Int>)? {
        var words: [Range<Int>] = []
        var position = line.lowerBound
        let hasOwner = position < line.upperBound && !span[position].isFoldingWhitespace
        // The owner, class and time to live, and what shows that a type follows.
        while position < line.upperBound, words.count < (hasOwner ? 4 : 3) {
            if span[position].isFoldingWhitespace {
                position += 1
                continue
            }
            let start = position
            while position < line.upperBound, !span[position].isFoldingWhitespace { position += 1 }
            words.append(start..<position)
        }
        let rest = words.dropFirst(hasOwner ? 1 : 0)
        guard rest.count == 3, let name = rest.first, let ttl = rest.dropFirst().first else { return nil }
        let isClass = ["in", "ch", "hs"].contains { known in
            name.count == known.utf8.count && zip(name, known.utf8).allSatisfy { span[$0].lowercased == $1 }
        }
        // Seconds, or what name servers take besides: numbers with s, m, h, d or w behind them.
        let units = Array("smhdw".utf8)
        let isTTL =
            span[ttl.lowerBound].isDigit && ttl.allSatisfy { span[$0].isDigit || units.contains(span[$0].lowercased) }
        return isClass && isTTL ? (name, ttl) : nil
    }
}
