import Values

extension PostfixLine {
    /// What a restriction, a milter or a check of header or body did:
    /// `reject: RCPT from name[192.0.2.1]: 550 5.1.1 <b@b.example>: Recipient address rejected: …; from=<…> to=<…>
    /// proto=ESMTP helo=<…>`, `warning: header Subject: … from name[192.0.2.1]; from=<…> …: text`.
    func action(at start: Int, into record: inout LogRecord) -> Bool {
        guard let colon = text.index(of: .colon, from: start), has(": ", at: colon) else { return false }
        let verdict = start..<colon
        var place = colon + 2
        record.kind = .note
        record.set(.verdict, verdict)
        let isContent = has("header ", at: place) || has("body ", at: place) || has("mime-header ", at: place)
        if isContent || ends("-redirect", verdict) {
            content(at: place, into: &record)
        } else if let from = text.index(of: " from ", from: place), from - place <= 40 {
            record.set(.stage, place..<from)
            place = endpoint(at: from + 6, isClient: true, into: &record)
            if has(": ", at: place) { place += 2 }
            let (end, after) = attributes(from: place, into: &record)
            let isAnswer = ends("reject", verdict) || has("reject_warning:", at: start)
            reply(place..<end, isAnswer: isAnswer, into: &record)
            if let after, !record.fields.has(.reason) { record.set(.reason, after) }
        } else {
            record.set(.reason, place..<text.endIndex)
        }
        record.kind = kind(of: verdict, code: record.fields.bytes(.code))
        return true
    }

    private func kind(of verdict: Range<Int>, code: LogText?) -> LogRecord.Kind {
        let word = text[verdict]
        if word.has("reject_warning", at: word.startIndex) { return .warnReject }
        guard
            word.elementsEqual("reject".utf8) || word.elementsEqual("milter-reject".utf8)
                || word.elementsEqual("proxy-reject".utf8)
        else { return .note }
        // Without a code, postscreen is too busy, or a check of content refused.
        return code?.first == .ascii("4") || (code == nil && daemon == "postscreen") ? .defer : .reject
    }

    private func ends(_ tail: StaticString, _ range: Range<Int>) -> Bool {
        let length = tail.utf8CodeUnitCount
        return range.count >= length && has(tail, at: range.upperBound - length)
    }

    /// `header Subject: words from name[192.0.2.1]; from=<…> to=<…> proto=ESMTP helo=<…>: text`. The header is the sender's:
    /// what Postfix added is looked for from the right.
    private func content(at start: Int, into record: inout LogRecord) {
        let mark = text.last("; from=<") ?? text.last("; proto=")
        guard let mark else {
            record.set(.reason, start..<text.endIndex)
            return
        }
        let rest = text[start..<mark.lowerBound]
        if let from = rest.last(" from ") {
            endpoint(at: from.upperBound, isClient: true, into: &record)
            record[.stage] = "content"
        }
        let (_, after) = attributes(from: mark.lowerBound, into: &record)
        record.set(.reason, rest.indices)
        if let after {
            record.set(.reply, after)
            let words = text[after]
            if words.count > 3, words.prefix(3).allSatisfy(\.isDigit) { record.set(.code, words.prefix(3).indices) }
            if words.count > 5, words[words.startIndex + 1] == .dot, words.first?.isDigit ?? false {
                record.set(.enhancedCode, words.prefix { $0 != .space }.indices)
            }
        }
    }

    /// Reads `; from=<…> to=<…> proto=ESMTP helo=<…>`, the first that stands at or after `start`; says where it begins, and
    /// what text follows it.
    func attributes(from start: Int, into record: inout LogRecord) -> (Int, Range<Int>?) {
        var search = start
        // What is refused is named first, in the client's words.
        if has("<", at: start), let (_, end) = address(at: start) { search = end }
        if start + 10 < text.endIndex, text[start].isDigit,
            let open = text[start..<min(start + 14, text.endIndex)].firstIndex(of: .ascii("<")),
            let (_, end) = address(at: open)
        {
            search = end
        }
        let marks: [StaticString] = ["; from=<", "; proto=", "; to=<", "; helo=<"]
        let found = marks.compactMap { text.index(of: $0, from: search) }.min()
        guard let found else { return (text.endIndex, nil) }
        var place = found + 2
        while place < text.endIndex {
            while place < text.endIndex, text[place] == .space || text[place] == .comma { place += 1 }
            if has("from=<", at: place), let (value, end) = address(at: place + 5) {
                record.set(.sender, value)
                place = end
            } else if has("to=<", at: place), let (value, end) = address(at: place + 3) {
                record.set(.recipient, value)
                place = end
            } else if has("proto=", at: place) {
                var end = place + 6
                while end < text.endIndex, text[end].isAlphanumeric { end += 1 }
                record.set(.protocolName, place + 6..<end)
                place = end
            } else if has("helo=<", at: place) {
                // The greeting is the last, and may hold anything.
                let from = place + 6
                let end = text.index(of: ">: ", from: from) ?? text[from...].lastIndex(of: .ascii(">")) ?? text.endIndex
                record.set(.helo, from..<end)
                place = min(end + 1, text.endIndex)
            } else if has("helo=", at: place) {
                record.set(.helo, place + 5..<text.endIndex)
                place = text.endIndex
            } else if has("sasl_method=", at: place) {
                let end = text.index(of: .space, from: place) ?? text.endIndex
                record.set(.authenticationMethod, place + 12..<end)
                place = end
            } else if has("sasl_username=", at: place) {
                record.set(.authenticated, place + 14..<text.endIndex)
                place = text.endIndex
            } else if has(": ", at: place) {
                return (found, place + 2..<text.endIndex)
            } else {
                place = text.index(of: .space, from: place) ?? text.endIndex
            }
        }
        return (found, nil)
    }

    /// `550 5.1.1 <b@b.example>: Recipient address rejected: User unknown`
    private func reply(_ range: Range<Int>, isAnswer: Bool, into record: inout LogRecord) {
        var place = range.lowerBound
        let end = range.upperBound
        func skipSpace() { while place < end, text[place] == .space { place += 1 } }
        if place + 3 <= end, text[place..<place + 3].allSatisfy(\.isDigit) {
            record.set(.code, place..<place + 3)
            place += 3
            skipSpace()
            if place + 4 < end, text[place].isDigit, text[place + 1] == .dot {
                let start = place
                while place < end, text[place].isDigit || text[place] == .dot { place += 1 }
                record.set(.enhancedCode, start..<place)
                skipSpace()
            }
            record.set(.reply, range)
        }
        if place < end, text[place] == .ascii("<"), let (_, after) = address(at: place), has(": ", at: after),
            after + 2 <= end
        {
            place = after + 2
        } else if has(": ", at: place) {
            place += 2
        }
        if place < end { record.set(.reason, place..<end) }
        if let mark = text[range].index(of: " blocked using ", from: range.lowerBound) {
            var stop = mark + 15
            while stop < end, text[stop].isVisible, text[stop] != .semicolon, text[stop] != .comma { stop += 1 }
            record.set(.list, mark + 15..<stop)
        }
    }

    /// `proxy-reject: END-OF-MESSAGE: 554 5.7.0 words; from=<…> …` of a filter before the queue.
    func proxy(at start: Int, into record: inout LogRecord) -> Bool {
        guard let colon = text.index(of: .colon, from: start), has(": ", at: colon) else { return false }
        let verdict = start..<colon
        guard let stage = text.index(of: .colon, from: colon + 2), has(": ", at: stage) || stage + 1 == text.endIndex
        else {
            return remark(verdict, at: start, into: &record)
        }
        record.set(.verdict, verdict)
        record.set(.stage, colon + 2..<stage)
        let place = min(stage + 2, text.endIndex)
        let (end, _) = attributes(from: place, into: &record)
        reply(place..<max(place, end), isAnswer: true, into: &record)
        let isRefused = record.fields.bytes(.code)?.first != .ascii("4")
        record.kind = ends("reject", verdict) ? isRefused ? .reject : .defer : .note
        return true
    }

    private func remark(_ verdict: Range<Int>, at start: Int, into record: inout LogRecord) -> Bool {
        record.kind = .note
        record.set(.reason, start..<text.endIndex)
        record.set(.verdict, verdict)
        return true
    }
}
