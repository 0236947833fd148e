import Values

/// A reply of a Redis server: RESP2, and RESP3 where it adds to it.
package enum RESPValue: Sendable, Hashable {
    case null
    /// A status such as `OK`.
    case simple(String)
    /// An error: its first word says of what kind.
    case error(String)
    case integer(Int64)
    case bulk(Bytes)
    case array([RESPValue])
    /// Numbers and truth values of RESP3, as they were written.
    case other(String)
    /// Something that nobody asked for (RESP3).
    case push([RESPValue])

    /// The text of a string, however it was sent.
    package var text: String? {
        switch self {
        case .bulk(let bytes): bytes.lossyString
        case .simple(let text), .other(let text): text
        case .null, .error, .integer, .array, .push: nil
        }
    }
}

/// What a client sends: an array of strings.
enum RESPCommand {
    /// The command of `words` on the wire.
    static func encode(_ words: [[UInt8]], to output: inout [UInt8]) {
        output += "*\(words.count)\r\n".utf8
        for word in words {
            output += "$\(word.count)\r\n".utf8
            output += word
            output += [.cr, .lf]
        }
    }
}
