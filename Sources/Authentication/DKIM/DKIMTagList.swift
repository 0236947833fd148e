import Values

/// A list of `name=value` pairs between semicolons (RFC 6376 §3.2): the syntax of DKIM-Signature and ARC fields and of
/// key records.
public struct DKIMTagList: Sendable {
    /// One pair of the list.
    public struct Tag: Sendable {
        /// The name, whose case matters.
        public let name: String
        /// The value without the white space around it; folds inside stay.
        public let value: Bytes
        /// Where the value lies in the list, the white space around it included.
        public let range: Range<Int>
        /// The name as a number, which is compared faster; names of more than eight bytes are all zero.
        fileprivate let code: UInt64
    }

    /// The pairs in their order.
    public let tags: [Tag]

    /// Real lists have a dozen tags. More than this is taken for an attack on the reader.
    public static let maximumCount = 256

    /// Reads a list, or says what is wrong with it (as `DKIMFault.syntax`).
    public static func parse(_ text: Bytes) -> Result<DKIMTagList, DKIMFault> {
        Result { () throws(DKIMFault) in
            try DKIMTagList(text)
        }
    }

    init(_ text: Bytes) throws(DKIMFault) {
        var reader = DKIMTagReader(text: text)
        var tags: [Tag] = []
        tags.reserveCapacity(12)
        while let tag = try text.withSpan({ (span) throws(DKIMFault) in try reader.next(in: span) }) {
            // RFC 6376 §3.2: tags with duplicate names make the whole list invalid.
            guard !tags.contains(where: { $0.code == tag.code && $0.name == tag.name }) else {
                throw .syntax("\(tag.name)= twice")
            }
            guard tags.count < DKIMTagList.maximumCount else { throw .syntax("too many tags") }
            tags.append(tag)
        }
        guard !tags.isEmpty else { throw .syntax("no tags") }
        self.tags = tags
    }

    /// The tag called `name`, or nil.
    public func tag(_ name: String) -> Tag? {
        let code = DKIMTagList.code(name.utf8)
        for tag in tags where tag.code == code && (code != 0 || tag.name == name) { return tag }
        return nil
    }

    /// The bytes of a name of eight at most as one number; zero for a longer one.
    fileprivate static func code(_ name: some Collection<UInt8>) -> UInt64 {
        var code: UInt64 = 0
        for byte in name {
            guard code >> 56 == 0 else { return 0 }
            code = code << 8 | UInt64(byte)
        }
        return code
    }

    /// The value of the tag called `name`, or nil.
    public subscript(name: String) -> Bytes? { tag(name)?.value }
}

/// Reads one tag after another.
private struct DKIMTagReader {
    let text: Bytes
    var position = 0

    mutating func next(in span: RawSpan) throws(DKIMFault) -> DKIMTagList.Tag? {
        skipWhitespace(span)
        // A semicolon may end the list: nothing need follow it.
        guard position < span.byteCount else { return nil }
        let name = try name(in: span)
        skipWhitespace(span)
        guard position < span.byteCount, span[position] == .equals else { throw .syntax("\(name) without =") }
        let start = position + 1
        let end = span.firstIndex(of: .semicolon, from: start) ?? span.byteCount
        guard DKIMTagReader.isValue(span, in: start..<end) else { throw .syntax("\(name)= has a control character") }
        position = end < span.byteCount ? end + 1 : end
        return DKIMTagList.Tag(
            name: name, value: text[start..<end].trimmingFoldingWhitespace, range: start..<end,
            code: DKIMTagList.code(name.utf8))
    }

    /// `tag-name = ALPHA *ALNUMPUNC`, of 64 characters at most (ours are of one or two).
    private mutating func name(in span: RawSpan) throws(DKIMFault) -> String {
        let start = position
        while position < span.byteCount, span[position].isAlphanumeric || span[position] == .ascii("_") {
            position += 1
        }
        guard position > start, position - start <= 64, span[start].isLetter else { throw .syntax("a tag has no name") }
        return text[start..<position].lossyString
    }

    private mutating func skipWhitespace(_ span: RawSpan) {
        while position < span.byteCount, span[position].isFoldingWhitespace { position += 1 }
    }

    /// `tag-value` is made of VALCHAR and FWS. RFC 8616 §4 adds characters outside of ASCII.
    private static func isValue(_ span: RawSpan, in range: Range<Int>) -> Bool {
        guard span.hasControl(in: range) else { return true }
        var position = range.lowerBound
        while position < range.upperBound {
            let byte = span[position]
            switch byte {
            case .tab, .lf, 0x20...0x7E, 0x80...0xFF: break
            case .cr where position + 1 < span.byteCount && span[position + 1] == .lf: break
            default: return false
            }
            position += 1
        }
        return true
    }
}

extension Bytes {
    /// The bytes without spaces, tabs and line ends at both ends.
    var trimmingFoldingWhitespace: Bytes {
        withSpan { span in
            var lower = 0
            var upper = span.byteCount
            while lower < upper, span[lower].isFoldingWhitespace { lower += 1 }
            while upper > lower, span[upper - 1].isFoldingWhitespace { upper -= 1 }
            return lower..<upper
        }.slice(of: self)
    }

    /// The items between colons, white space around each removed (RFC 6376 §3.5: `h=`, `q=`; §3.6.1: `h=`, `s=`,
    /// `t=`).
    var colonSeparated: [Bytes] {
        withSpan { span in
            var items: [Bytes] = []
            items.reserveCapacity(12)
            var start = 0
            while true {
                let colon = span.firstIndex(of: .colon, from: start)
                var (lower, upper) = (start, colon ?? count)
                while lower < upper, span[lower].isFoldingWhitespace { lower += 1 }
                while upper > lower, span[upper - 1].isFoldingWhitespace { upper -= 1 }
                items.append(self[lower..<upper])
                guard let colon else { return items }
                start = colon + 1
            }
        }
    }
}

extension Range<Int> {
    fileprivate func slice(of bytes: Bytes) -> Bytes { bytes[self] }
}
