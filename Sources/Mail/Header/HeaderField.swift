import Values

/// One field of a header section: `name:value`, folds and all, as slices of the message.
public struct HeaderField: Sendable {
    let block: Bytes
    let entry: HeaderBlock.Entry

    /// The field's place among the fields of its block, topmost 0.
    public let index: Int

    init(block: Bytes, entry: HeaderBlock.Entry, index: Int) {
        (self.block, self.entry, self.index) = (block, entry, index)
    }

    /// The field as received: name, colon, value, folds and the line end.
    public var bytes: Bytes { block[range] }

    /// The bytes the field takes in its block, line end included.
    public var range: Range<Int> { Int(entry.start)..<Int(entry.end) }

    /// The name as written.
    public var nameBytes: Bytes { block[Int(entry.start)..<Int(entry.nameEnd)] }

    /// The name as written.
    public var name: String { nameBytes.lossyString }

    /// The value as received: everything after the colon up to the final line end, folds kept.
    public var rawValue: Bytes { block[Int(entry.valueStart)..<Int(entry.valueEnd)] }

    /// The value unfolded (RFC 5322 §2.2.3: each line end before white space removed) and trimmed of white space at
    /// both ends.
    public var value: Bytes {
        let raw = rawValue
        let folded = raw.withSpan { $0.firstIndex(of: .lf) != nil }
        let unfolded = folded ? Bytes(HeaderField.unfold(raw)) : raw
        var lower = 0
        var upper = unfolded.count
        while lower < upper, unfolded[lower].isFoldingWhitespace { lower += 1 }
        while upper > lower, unfolded[upper - 1].isFoldingWhitespace { upper -= 1 }
        return unfolded[lower..<upper]
    }

    /// The unfolded value read as UTF-8. Encoded words stay as they are: `decodedText` decodes them.
    public var text: String { value.lossyString }

    /// Whether the field is called `name`, upper and lower case alike.
    public func hasName(_ name: String) -> Bool {
        guard Int(entry.nameEnd - entry.start) == name.utf8.count else { return false }
        let start = Int(entry.start)
        let other = name.utf8.span
        return block.withSpan { span in
            var offset = 0
            while offset < other.count {
                let (byte, wanted) = (span[start + offset], other[offset])
                if byte != wanted, byte.lowercased != wanted.lowercased { return false }
                offset += 1
            }
            return true
        }
    }

    private static func unfold(_ raw: Bytes) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(raw.count)
        var run = 0
        while let lineFeed = raw.withSpan({ $0.firstIndex(of: .lf, from: run) }) {
            let end = lineFeed > run && raw[lineFeed - 1] == .cr ? lineFeed - 1 : lineFeed
            result += raw[run..<end]
            run = lineFeed + 1
        }
        result += raw[run..<raw.count]
        return result
    }
}
