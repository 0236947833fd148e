import Expressions
import Mail
import Values

/// Addresses in a field, read as leniently as the field may be written.
struct AddressText {
    /// The name that is shown; nil where there is none.
    let phrase: [UInt8]?
    /// `user@host`; nil where it is none.
    let address: [UInt8]?

    private static let quotedString = #""(?:[^"\\]++|\\.)*+""#
    private static let mailbox = "(?:\(quotedString)|[^@\\s<>()\\[\\],:;]+)@(?:[^\"\\s<>()\\[\\],:;]+|\\[[\\d:.]+\\])"
    private static let comment = #"\((?:[^()\\]++|\\.)*+\)"#
    private static let phrases = "((?:\(quotedString)|[^\",;<]++)+)"
    /// One address with its name or comment, and the comma after it.
    private static let entry = Expression(
        known:
            "\\G\\s*(?:(?:\(phrases)\\s*)?<\\s*([^>@]*\\S+|\\s*)\\s*>(?:\\s*<\\s*(?:(?:\(quotedString))?\\S+|\\s*)\\s*>)*|(?:(\(mailbox))|\(phrases)))(?:\\s*\\(((?:[^()\\\\]++|\\\\.)*+)\\))?\\s*(?:[,;]|\\z)",
        .ignoringCase)
    private static let whole = Expression(known: "^\(mailbox)$", .ignoringCase)
    private static let group = Expression(known: #"^[^"()<>]+:\s*"#)
    private static let angled = Expression(known: "<(\(mailbox))>", .ignoringCase)
    private static let comments = Expression(known: comment)
    private static let pieces = Expression(known: #""((?:[^"\\]++|\\.)*+)"|([^"]++)"#)
    private static let limit = 2_000

    /// The addresses of `field`, a raw value or a decoded one.
    static func all(in field: [UInt8], _ matcher: Matcher) -> [AddressText] {
        var text = field
        while let last = text.last, last.isRuleSpace { text.removeLast() }
        text = withoutPairs(text)
        guard text.contains(where: { !$0.isRuleSpace }) else { return [] }
        // RFC 5322 §3.4: the name of a group.
        if let range = matcher.firstRange(of: group, in: Bytes(text)) { text.removeSubrange(range) }
        let subject = Bytes(text)
        var result: [AddressText] = []
        var position = 0
        while position < subject.count, result.count < limit,
            let groups = matcher.groups(of: entry, in: subject, from: position), let whole = groups[0], !whole.isEmpty
        {
            position = whole.upperBound
            let phrase = (groups[1] ?? groups[4]).map { subject[$0].array }
            let address = (groups[2] ?? groups[3]).map { subject[$0].array }
            let remark = groups[5].map { subject[$0].array }
            result.append(made(phrase, address, remark, isAngled: groups[2] != nil, matcher))
        }
        if subject[position..<subject.count].contains(.at) {
            let rest = subject[position..<subject.count]
            matcher.eachMatch(of: angled, in: rest) { groups in
                if let range = groups[1], isPlausible(rest[range].array) {
                    result.append(AddressText(phrase: nil, address: untilSecondAt(rest[range].array)))
                }
                return result.count < limit
            }
        }
        if result.isEmpty {
            // What no lenient form fits may fit the strict one.
            return AddressList(Bytes(field)).mailboxes.prefix(limit).map {
                AddressText(phrase: $0.displayName.map { Array($0.utf8) }, address: Array($0.address.utf8))
            }
        }
        return result
    }

    private static func made(
        _ phraseText: [UInt8]?, _ addressText: [UInt8]?, _ remark: [UInt8]?, isAngled: Bool, _ matcher: Matcher
    ) -> AddressText {
        var (phrase, address) = (phraseText, addressText)
        if isAngled, let text = address {
            let bare = removing(comments, from: text, matcher)
            address = matcher.matches(whole, Bytes(bare)) ? bare : nil
        }
        if let text = address, !isPlausible(text) { address = nil }
        if let text = phrase {
            var unquoted: [UInt8] = []
            var bare: [Range<Int>] = []
            let subject = Bytes(text)
            matcher.eachRange(of: pieces, in: subject) { range in
                let piece = subject[range]
                if piece.first == .quote {
                    unquoted += unescaped(piece[1..<(piece.count - 1)])
                } else {
                    bare.append(unquoted.count..<(unquoted.count + piece.count))
                    unquoted += piece.array
                }
                return true
            }
            // RFC 5322 §3.2.2: in a quoted string, a parenthesis begins no comment.
            for range in bare.reversed() where unquoted[range].contains(.ascii("(")) {
                unquoted.replaceSubrange(range, with: removing(comments, from: Array(unquoted[range]), matcher))
            }
            phrase = unquoted
            if address == nil, matcher.matches(whole, Bytes(unquoted)), isPlausible(unquoted),
                let at = unquoted.firstIndex(of: .at),
                HostName.isQualified(HostName.ascii(Array(unquoted[(at + 1)...])))
            {
                (address, phrase) = (unquoted, nil)
            } else if unquoted.isEmpty || unquoted == address {
                phrase = nil
            }
        }
        return AddressText(phrase: phrase ?? remark, address: address.map { untilSecondAt($0) })
    }

    private static func unescaped(_ text: Bytes) -> [UInt8] {
        var result: [UInt8] = []
        var isEscaped = false
        for byte in text {
            if byte == .backslash, !isEscaped {
                isEscaped = true
            } else {
                result.append(byte)
                isEscaped = false
            }
        }
        return result
    }

    private static func removing(_ expression: Expression, from text: [UInt8], _ matcher: Matcher) -> [UInt8] {
        guard text.contains(.ascii("(")) else { return text }
        var result: [UInt8] = []
        var last = 0
        matcher.eachRange(of: expression, in: Bytes(text)) { range in
            result += text[last..<range.lowerBound]
            last = range.upperBound
            return true
        }
        return result + text[last...]
    }

    /// `\\` says nothing that matters here.
    private static func withoutPairs(_ text: [UInt8]) -> [UInt8] {
        guard text.contains(.backslash) else { return text }
        var result: [UInt8] = []
        var index = 0
        while index < text.count {
            if text[index] == .backslash, index + 1 < text.count, text[index + 1] == .backslash {
                index += 2
            } else {
                result.append(text[index])
                index += 1
            }
        }
        return result
    }

    private static func isPlausible(_ address: [UInt8]) -> Bool {
        !address.starts(with: Array("\"\"@".utf8)) && address.count { $0 == .quote } != 1
    }

    private static func untilSecondAt(_ address: [UInt8]) -> [UInt8] {
        guard let first = address.firstIndex(of: .at), let second = address[(first + 1)...].firstIndex(of: .at) else {
            return address
        }
        return Array(address[..<second])
    }
}
