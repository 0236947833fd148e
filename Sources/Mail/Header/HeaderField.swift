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
        // White space at the ends goes first: what is left is copied once, to an array of its own, if at all.
        return raw.withSpan { span in
            var lower = 0
            var upper = span.byteCount
            while lower < upper, span[lower].isFoldingWhitespace { lower += 1 }
            while upper > lower, span[upper - 1].isFoldingWhitespace { upper -= 1 }
            guard let fold = span.firstIndex(of: .lf, in: lower..<upper) else { return raw[lower..<upper] }
            return Bytes(HeaderField.unfold(span, in: lower..<upper, firstFold: fold))
        }
    }

    /// The unfolded value read as UTF-8. Encoded words stay as they are: `decodedText` decodes them.
    public var text: String { value.lossyString }

    /// Whether the field is called `name`, upper and lower case alike.
    public func hasName(_ name: String) -> Bool { entry.isNamed(name, in: block) }

    private static func unfold(_ raw: RawSpan, in range: Range<Int>, firstFold: Int) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(range.count)
        var run = range.lowerBound
        var fold: Int? = firstFold
        while let lineFeed = fold {
            let end = lineFeed > run && raw[lineFeed - 1] == .cr ? lineFeed - 1 : lineFeed
            result.append(raw, in: run..<end)
            run = lineFeed + 1
            fold = raw.firstIndex(of: .lf, in: run..<range.upperBound)
        }
        result.append(raw, in: run..<range.upperBound)
        return result
    }
}
