import Values

extension RuleMessage {
    /// What the message's invitations say to who is invited: the summary, the place and the description of each.
    ///
    /// SpamAssassin renders no calendars; these are for rules that ask for them.
    func readInvitations() -> [Bytes] {
        var result: [Bytes] = []
        for part in leaves.filter({ $0.type == "text/calendar" }).prefix(RuleMessage.invitationLimit) {
            for line in RuleMessage.unfolded(calendar: part.decoded.prefix(RuleMessage.invitationSize)).lines() {
                guard result.count < RuleMessage.invitationLineLimit, let text = RuleMessage.shown(line.array) else {
                    continue
                }
                result += RuleMessage.shortLines(RuleMessage.paragraphs(text, isWide: true))
            }
        }
        return result
    }

    private static let invitationLimit = 5
    private static let invitationSize = 100_000
    private static let invitationLineLimit = 200

    /// RFC 5545 §3.1: a line goes on in the next one where that begins with white space.
    static func unfolded(calendar text: some Sequence<UInt8>) -> [UInt8] {
        var result: [UInt8] = []
        for byte in text {
            if byte.isWhitespace, result.last == .lf {
                result.removeLast()
                if result.last == .cr { result.removeLast() }
            } else {
                result.append(byte)
            }
        }
        return result
    }

    /// The text of a property that people are shown; nil of others.
    private static func shown(_ line: [UInt8]) -> [UInt8]? {
        let name = line.prefix { $0.isAlphanumeric || $0 == .hyphen }
        guard ["summary", "description", "location"].contains(where: { name.equalsIgnoringCase($0) }) else {
            return nil
        }
        var isQuoted = false
        let colon = line.firstIndex { byte in
            if byte == .quote { isQuoted.toggle() }
            return byte == .colon && !isQuoted
        }
        guard let colon else { return nil }
        var result: [UInt8] = []
        var isEscaped = false
        for byte in line[(colon + 1)...] {
            if isEscaped {
                // RFC 5545 §3.3.11: a line's end is \n in text.
                result += byte.lowercased == .ascii("n") ? [.lf, .lf] : [byte]
                isEscaped = false
            } else if byte == .backslash {
                isEscaped = true
            } else if byte != .cr, byte != .lf {
                result.append(byte)
            }
        }
        return result
    }
}
