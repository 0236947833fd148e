import Values

/// Subjects without the tags that lists, filters and gateways put into them.
enum SubjectRepair {
    private static let replies = ["re:", "aw:", "fw:", "fwd:", "sv:", "antw:", "wg:", "vs:"]
    private static let words = ["***SPAM***", "*****SPAM*****", "SPAM:", "EXTERNAL:", "EXT:", "SPAM"]

    /// `value` without the tag at its beginning, or after a `Re:`, with the tag: in several forms of white space.
    static func candidates(_ value: Bytes?) -> [(tag: String, value: Bytes)] {
        guard let value, value.count <= 4096 else { return [] }
        var candidates: [(tag: String, value: Bytes)] = []
        var start = skip(value, 0)
        if let suffix = suffixStart(value) {
            let kept = trimmedEnd(value, suffix)
            let tag = value[suffix..<trimmedEnd(value, value.count)].lossyString
            candidates.append((tag, value[0..<kept]))
            if kept < suffix { candidates.append((tag, value[0..<suffix])) }
        }
        // A list or a program that files mail may put a "Re:" before a subject that had none.
        if let reply = replyEnd(value, start), skip(value, reply) < value.count {
            let rest = value[skip(value, reply)..<value.count].array
            candidates.append((value[start..<reply].lossyString, Bytes(value[0..<start].array + rest)))
        }
        for _ in 0..<4 {
            if let end = tagEnd(value, start) {
                let tag = value[start..<end].lossyString
                let rest = skip(value, end)
                let head = value[0..<start].array
                candidates.append((tag, Bytes(head + value[rest..<value.count])))
                if rest == end + 1 { candidates.append((tag, Bytes(head + value[end..<value.count]))) }
                // Lists put their tag before the "Re:" that was at the beginning, or take a second one away.
                if start == skip(value, 0), let reply = replyEnd(value, rest) {
                    let after = skip(value, reply)
                    candidates.append((tag, Bytes(head + value[rest..<reply] + [.space] + value[after..<value.count])))
                }
            }
            guard let reply = replyEnd(value, start) else { break }
            start = skip(value, reply)
        }
        return candidates
    }

    private static func skip(_ value: Bytes, _ position: Int) -> Int {
        var position = position
        while position < value.count, value[position].isFoldingWhitespace { position += 1 }
        return position
    }

    private static func trimmedEnd(_ value: Bytes, _ end: Int) -> Int {
        var end = end
        while end > 0, value[end - 1].isFoldingWhitespace { end -= 1 }
        return end
    }

    /// Where a tag at the end of `value` begins, after something else.
    private static func suffixStart(_ value: Bytes) -> Int? {
        let end = trimmedEnd(value, value.count)
        guard end > 0 else { return nil }
        let opening: UInt8
        switch value[end - 1] {
        case .ascii("]"): opening = .ascii("[")
        case .ascii(")"): opening = .ascii("(")
        case .ascii("}"): opening = .ascii("{")
        default: return nil
        }
        guard let start = value[max(0, end - 128)..<end].lastIndex(of: opening).map({ $0 + max(0, end - 128) }),
            trimmedEnd(value, start) > 0
        else { return nil }
        return start
    }

    private static func tagEnd(_ value: Bytes, _ start: Int) -> Int? {
        guard start < value.count else { return nil }
        let closing: UInt8? =
            switch value[start] {
            case .ascii("["): .ascii("]")
            case .ascii("("): .ascii(")")
            case .ascii("{"): .ascii("}")
            default: nil
            }
        if let closing {
            return value[start..<min(value.count, start + 128)].firstIndex(of: closing).map { start + $0 + 1 }
        }
        return words.first { begins(value, start, $0) }.map { start + $0.utf8.count }
    }

    private static func replyEnd(_ value: Bytes, _ start: Int) -> Int? {
        replies.first { begins(value, start, $0) }.map { start + $0.utf8.count }
    }

    private static func begins(_ value: Bytes, _ start: Int, _ word: String) -> Bool {
        value[start..<start + word.utf8.count].lossyString.equalsIgnoringASCIICase(word)
    }
}
