import Values

/// `name=value` pairs, spaces between them; a value that has some is in quotation marks.
struct LogPairs {
    /// What stands before the first pair, and in other places where none is.
    private(set) var words: [LogText] = []
    /// The pairs, in their order.
    private(set) var pairs: [(name: String, value: LogText)] = []

    /// Reads a text.
    init(_ text: LogText) {
        var rest = text.trimmed
        while !rest.isEmpty, pairs.count + words.count < 200 {
            let name = rest.prefix { $0.isAlphanumeric || $0 == .hyphen || $0 == .ascii("_") || $0 == .dot }
            guard !name.isEmpty, name.count <= 40, name.endIndex < rest.endIndex, rest[name.endIndex] == .equals else {
                words.append(rest.takeWord())
                continue
            }
            rest = rest[(name.endIndex + 1)...]
            pairs.append((name.string, LogPairs.takeValue(&rest)))
        }
    }

    private static func takeValue(_ rest: inout LogText) -> LogText {
        if rest.first == .ascii("<"),
            let end = rest.first("> ")?.lowerBound ?? (rest.last == .ascii(">") ? rest.endIndex - 1 : nil)
        {
            defer { rest = rest[(end + 1)...].drop { $0 == .space } }
            return rest[...end]
        }
        guard rest.first == .quote else { return rest.takeWord() }
        var value: [UInt8] = []
        var position = rest.startIndex + 1
        while position < rest.endIndex, rest[position] != .quote {
            if rest[position] == .backslash, position + 1 < rest.endIndex { position += 1 }
            value.append(rest[position])
            position += 1
        }
        rest = rest[min(position + 1, rest.endIndex)...].drop { $0 == .space }
        return value[...]
    }

    /// The value of this name; nil where it stands nowhere, or more than once: one of them is then a forgery.
    subscript(_ name: String) -> LogText? {
        let found = pairs.filter { $0.name == name }
        return found.count == 1 ? found[0].value : nil
    }

    /// Whether a name stands more than once.
    var hasRepetition: Bool { Set(pairs.map(\.name)).count < pairs.count }
}
