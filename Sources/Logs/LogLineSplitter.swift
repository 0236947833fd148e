import Values

/// Cuts what comes of a log into lines, however it comes. A line that is too long is passed over, and counted.
public struct LogLineSplitter: Sendable {
    /// How many lines were too long.
    public private(set) var overlongCount = 0
    private var held: [UInt8] = []
    private var isPassingOver: Bool

    /// A splitter; one that begins `withinLine` passes over what comes before the first line end.
    public init(withinLine: Bool = false) { isPassingOver = withinLine }

    /// The lines, without their ends, that `bytes` complete.
    public mutating func add(_ bytes: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
        var lines: [ArraySlice<UInt8>] = []
        var rest = bytes
        while let end = rest.firstIndex(of: .lf) {
            let part = rest[..<end]
            rest = rest[(end + 1)...]
            if isPassingOver {
                isPassingOver = false
            } else if held.count + part.count <= LogLine.longest {
                lines.append(held.isEmpty ? part : held[...] + part)
            } else {
                overlongCount += 1
            }
            held = []
        }
        if isPassingOver { return lines }
        if held.count + rest.count > LogLine.longest {
            held = []
            isPassingOver = true
            overlongCount += 1
        } else {
            held += rest
        }
        return lines
    }

    /// How many bytes of a line have come whose end has not.
    public var heldCount: Int { held.count }

    /// Ends what has come: the file is another one from now on. What is held is the last line, where its end is missing.
    public mutating func finish() -> ArraySlice<UInt8>? {
        defer { (held, isPassingOver) = ([], false) }
        return held.isEmpty ? nil : held[...]
    }
}
