import Values

/// The head of an ICAP response, or of an HTTP one within it: a status and header fields (RFC 3507 §4.3.3).
package struct ICAPHead: Sendable, Hashable {
    /// The status code.
    package let status: Int
    /// The words behind it.
    package let reason: String
    /// The fields in their order, names in lower case; lines that go on a field are joined by line feeds.
    package let fields: [Field]

    /// A field.
    package struct Field: Sendable, Hashable {
        package let name: String
        package let value: String
    }

    /// Reads a head without its final empty line; nil when it is none of `protocolName`, such as `ICAP`.
    package init?(_ bytes: Bytes, of protocolName: String = "ICAP") {
        var lines = bytes.lossyString.split(omittingEmptySubsequences: false) { $0.isNewline }
        guard let first = lines.first else { return nil }
        lines.removeFirst()
        let words = first.split(separator: " ", maxSplits: 2)
        guard words.count >= 2, words[0].hasPrefix("\(protocolName)/"), words[1].utf8.count == 3,
            let status = Int(words[1]), status >= 100
        else { return nil }
        var fields: [Field] = []
        for line in lines.prefix(ICAPHead.mostLines) where !line.isEmpty {
            if line.first == " " || line.first == "\t", let last = fields.popLast() {
                let more = line.drop { $0 == " " || $0 == "\t" }
                fields.append(Field(name: last.name, value: last.value + "\n" + more))
            } else if let colon = line.firstIndex(of: ":") {
                let value = line[line.index(after: colon)...].drop { $0 == " " || $0 == "\t" }
                fields.append(Field(name: String(line[..<colon]).asciiLowercased, value: String(value)))
            }
        }
        (self.status, reason, self.fields) = (status, words.count > 2 ? String(words[2]).asShown : "", fields)
    }

    private static let mostLines = 200

    /// The value of the first field of this name, in lower case.
    package subscript(name: String) -> String? { fields.first { $0.name == name }?.value }

    /// The parts of what is encapsulated, with where each begins (RFC 3507 §4.4.1).
    package var encapsulated: [(name: String, offset: Int)] {
        (self["encapsulated"] ?? "").split(separator: ",").prefix(8).compactMap { item in
            let sides = item.split(separator: "=")
            guard sides.count == 2 else { return nil }
            let name = sides[0].filter { $0 != " " }
            guard let offset = Int(sides[1].filter { $0 != " " }), offset >= 0 else { return nil }
            return (name, offset)
        }
    }
}
