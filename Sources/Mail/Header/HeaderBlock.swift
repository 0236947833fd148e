import Values

/// How much of a hostile header is looked at. What lies beyond is reported as a defect, never an error.
public struct HeaderLimits: Sendable, Hashable {
    /// The number of fields indexed.
    public var fields: Int
    /// The number of bytes searched for the blank line that ends the header.
    public var bytes: Int

    /// 2,000 fields in 2 MiB: forty times what real mail carries.
    public static let `default` = HeaderLimits(fields: 2000, bytes: 2 << 20)

    public init(fields: Int, bytes: Int) {
        (self.fields, self.bytes) = (fields, bytes)
    }
}

/// The header section of a message or MIME part, indexed once: where each field starts, where its name and value
/// lie. Fields keep their order and duplicates.
public struct HeaderBlock: Sendable {
    /// The bytes the block was read from: header first, then whatever follows.
    public let source: Bytes
    /// Where the body starts in `source`: after the blank line, or where the header stopped being one.
    public let bodyOffset: Int
    /// What a strict reader of RFC 5322 §2.2 and §3.5 would object to.
    public let defects: HeaderDefects

    let entries: [Entry]
    /// A bit for the name of each field, by the last six bits of its hash: most names asked for have none.
    private let marks: UInt64

    struct Entry: Sendable {
        var start: Int32
        var nameEnd: Int32
        var valueStart: Int32
        /// The end of the value, before the line end.
        var valueEnd: Int32
        /// The end of the field, line end included.
        var end: Int32
        var nameHash: UInt32

        /// Whether the field is called `name`, upper and lower case alike; `block` is the bytes that it lies in.
        func isNamed(_ name: String, in block: Bytes) -> Bool {
            guard Int(nameEnd - start) == name.utf8.count else { return false }
            let start = Int(start)
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
    }

    /// Indexes the header at the start of `source`.
    public init(_ source: Bytes, limits: HeaderLimits = .default) {
        var index = HeaderIndex(limits: limits)
        source.withSpan { index.scan($0) }
        self.source = source
        self.bodyOffset = index.bodyOffset
        self.defects = index.defects
        self.entries = index.entries
        marks = index.entries.reduce(0) { $0 | 1 << UInt64($1.nameHash & 63) }
    }

    /// Whether a field may be called by a name with this hash: sure when it is false.
    private func mayContain(_ hash: UInt32) -> Bool { marks & 1 << UInt64(hash & 63) != 0 }

    /// Whether every field was indexed: what lies beyond the limits may be anything.
    public var isWhole: Bool { defects.isDisjoint(with: [.tooManyFields, .tooLarge]) }

    /// The header section's own bytes, without the blank line that ends it.
    public var bytes: Bytes { source[0..<Int(entries.last?.end ?? 0)] }

    /// The first field called `name`, upper and lower case alike.
    public func first(_ name: String) -> HeaderField? {
        let hash = HeaderIndex.hash(name)
        guard mayContain(hash) else { return nil }
        var index = 0
        for entry in entries {
            if entry.nameHash == hash, entry.isNamed(name, in: source) { return self[index] }
            index += 1
        }
        return nil
    }

    /// Every field called `name` in the order of the message, topmost first.
    public func all(_ name: String) -> [HeaderField] {
        let hash = HeaderIndex.hash(name)
        var fields: [HeaderField] = []
        guard mayContain(hash) else { return fields }
        var count = 0
        for entry in entries where entry.nameHash == hash { count += 1 }
        guard count > 0 else { return fields }
        fields.reserveCapacity(count)
        var index = 0
        for entry in entries {
            if entry.nameHash == hash, entry.isNamed(name, in: source) { fields.append(self[index]) }
            index += 1
        }
        return fields
    }

    /// How many fields are called `name`, upper and lower case alike.
    public func count(of name: String) -> Int {
        let hash = HeaderIndex.hash(name)
        guard mayContain(hash) else { return 0 }
        return entries.count { $0.nameHash == hash && $0.isNamed(name, in: source) }
    }

    /// The place of the last field called `name`, upper and lower case alike, among those whose place `isWanted`.
    public func lastIndex(of name: String, where isWanted: (Int) -> Bool) -> Int? {
        let hash = HeaderIndex.hash(name)
        return entries.indices.last {
            entries[$0].nameHash == hash && isWanted($0) && entries[$0].isNamed(name, in: source)
        }
    }

    /// Whether a field called `name` is present.
    public func contains(_ name: String) -> Bool { first(name) != nil }
}

extension HeaderBlock: RandomAccessCollection {
    public var startIndex: Int { 0 }
    public var endIndex: Int { entries.count }

    public subscript(position: Int) -> HeaderField {
        HeaderField(block: source, entry: entries[position], index: position)
    }
}

/// What is irregular in a header section. Each is met in real mail; none stops the message from being read.
public struct HeaderDefects: OptionSet, Sendable, Hashable {
    public let rawValue: UInt16
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    /// The header ran into a line that is no field: the body starts there, without a blank line between.
    public static let missingBlankLine = HeaderDefects(rawValue: 1 << 0)
    /// An mbox "From " line, or its quoted form, stands before the fields.
    public static let envelopeLine = HeaderDefects(rawValue: 1 << 1)
    /// A CR that no LF follows.
    public static let bareCR = HeaderDefects(rawValue: 1 << 2)
    /// Both CRLF and bare LF end lines.
    public static let mixedLineEnds = HeaderDefects(rawValue: 1 << 3)
    /// A NUL byte.
    public static let nul = HeaderDefects(rawValue: 1 << 4)
    /// Bytes above 127: legal with SMTPUTF8 (RFC 6532), common without.
    public static let eightBit = HeaderDefects(rawValue: 1 << 5)
    /// White space between a field name and its colon (obsolete syntax, RFC 5322 §4.5).
    public static let spaceBeforeColon = HeaderDefects(rawValue: 1 << 6)
    /// A line longer than the 998 characters RFC 5322 §2.1.1 allows.
    public static let longLine = HeaderDefects(rawValue: 1 << 7)
    /// A continuation line before any field.
    public static let leadingContinuation = HeaderDefects(rawValue: 1 << 8)
    /// More fields than the limit; the rest were not indexed.
    public static let tooManyFields = HeaderDefects(rawValue: 1 << 9)
    /// A header larger than the limit; the rest was not indexed.
    public static let tooLarge = HeaderDefects(rawValue: 1 << 10)

    /// Each defect's name, for evidence, in a fixed order.
    public var names: [String] {
        guard !isEmpty else { return [] }
        let all: [(HeaderDefects, String)] = [
            (.missingBlankLine, "missing-blank-line"), (.envelopeLine, "envelope-line"), (.bareCR, "bare-cr"),
            (.mixedLineEnds, "mixed-line-ends"), (.nul, "nul"), (.eightBit, "eight-bit"),
            (.spaceBeforeColon, "space-before-colon"), (.longLine, "long-line"),
            (.leadingContinuation, "leading-continuation"), (.tooManyFields, "too-many-fields"),
            (.tooLarge, "too-large"),
        ]
        return all.filter { contains($0.0) }.map(\.1)
    }
}
