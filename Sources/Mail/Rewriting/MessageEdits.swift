import Values

/// Changes to a message, noted against its bytes as they came and made all at once.
///
/// A change is a run of bytes and what stands there afterwards. Whatever no change names is the same bytes as before, and
/// each set of changes can be undone: `applied()` gives the changes that lead back.
public struct MessageEdits: Sendable {
    /// One run of bytes and what takes its place.
    public struct Splice: Sendable, Hashable {
        /// The bytes that go; empty where something is put in between.
        public let range: Range<Int>
        /// What stands there afterwards.
        public let replacement: [UInt8]

        /// A run of bytes and what takes its place.
        public init(_ range: Range<Int>, _ replacement: [UInt8]) {
            (self.range, self.replacement) = (range, replacement)
        }
    }

    /// The message that is changed.
    public let message: Message
    /// The changes, in the order of the bytes they touch; two at one place in the order in which they were asked for.
    public private(set) var splices: [Splice] = []

    /// How lines of the message end: as its first one does (RFC 5322 §2.1 wants CRLF, archives often hold LF).
    public let lineEnd: [UInt8]

    /// No changes yet.
    public init(_ message: Message) {
        self.message = message
        let first = message.bytes.withSpan { span in
            span.firstIndex(of: .lf).map { $0 > 0 && span[$0 - 1] == .cr } ?? true
        }
        lineEnd = first ? [.cr, .lf] : [.lf]
    }

    /// Changes made earlier, as `applied()` gives them to undo others; nil where they do not go together.
    public init?(message: Message, splices: [Splice]) {
        self.init(message)
        for splice in splices where !replace(splice.range, with: splice.replacement) { return nil }
    }

    /// Whether nothing is changed.
    public var isEmpty: Bool { splices.isEmpty }

    /// Notes that `replacement` takes the place of `range`.
    ///
    /// - Returns: whether it was noted: what an earlier change takes away cannot be changed again.
    @discardableResult
    public mutating func replace(_ range: Range<Int>, with replacement: [UInt8]) -> Bool {
        guard range.lowerBound >= 0, range.upperBound <= message.bytes.count else { return false }
        let place = splices.partitioningIndex { MessageEdits.isBehind($0.range, range) }
        if place > 0, splices[place - 1].range.upperBound > range.lowerBound { return false }
        if place < splices.count, range.upperBound > splices[place].range.lowerBound { return false }
        splices.insert(Splice(range, replacement), at: place)
        return true
    }

    /// Notes that `bytes` are put in at `offset`, before what else is put in there.
    mutating func insert(_ bytes: [UInt8], beforeAllAt offset: Int) {
        let place = splices.firstIndex { $0.range.lowerBound >= offset } ?? splices.count
        if place > 0, splices[place - 1].range.upperBound > offset { return }
        splices.insert(Splice(offset..<offset, bytes), at: place)
    }

    /// Whether what happens at `range` comes before `other`: an insertion stands before what is replaced from there on.
    private static func isBehind(_ range: Range<Int>, _ other: Range<Int>) -> Bool {
        if range.lowerBound != other.lowerBound { return range.lowerBound > other.lowerBound }
        return !range.isEmpty && other.isEmpty
    }

    /// The message with all changes made, and the changes that turn it back into what it was.
    public func applied() -> (bytes: Bytes, undo: [Splice]) {
        guard !splices.isEmpty else { return (message.bytes, []) }
        var output: [UInt8] = []
        output.reserveCapacity(message.bytes.count + splices.reduce(0) { $0 + $1.replacement.count })
        var undo: [Splice] = []
        var position = 0
        for splice in splices {
            output += message.bytes[position..<splice.range.lowerBound]
            let start = output.count
            output += splice.replacement
            undo.append(Splice(start..<output.count, message.bytes[splice.range].array))
            position = splice.range.upperBound
        }
        output += message.bytes[position..<message.bytes.count]
        return (Bytes(output), undo)
    }
}

extension RandomAccessCollection where Index == Int {
    /// The first index whose element, and those after it, satisfies `isBehind`.
    fileprivate func partitioningIndex(where isBehind: (Element) -> Bool) -> Int {
        var (low, high) = (startIndex, endIndex)
        while low < high {
            let middle = (low + high) / 2
            if isBehind(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
