import Values

/// The words of a line of Exim, behind time and process.
struct EximLine {
    let text: LogText

    /// The id of a message at the beginning: `XXXXXX-YYYYYY-ZZ`, since 4.97 `XXXXXX-YYYYYYYYYYY-ZZZZ`.
    static func messageID(in text: LogText) -> LogText? {
        for (first, second, third) in [(6, 11, 4), (6, 6, 2)] {
            let length = first + second + third + 2
            guard text.count == length || (text.count > length && text[text.startIndex + length] == .space) else {
                continue
            }
            let id = text.prefix(length)
            let start = id.startIndex
            guard id[start + first] == .hyphen, id[start + first + second + 1] == .hyphen else { continue }
            let isID = id.enumerated().allSatisfy { offset, byte in
                offset == first || offset == first + second + 1 || byte.isAlphanumeric
            }
            if isID { return id }
        }
        return nil
    }

    /// Reads the line; the id of the message that a bounce is about, where it is one.
    func read(into record: inout LogRecord) -> String? {
        guard let id = EximLine.messageID(in: text) else {
            words(at: text.startIndex, into: &record)
            return nil
        }
        record.message = id.string
        let start = min(id.endIndex + 1, text.endIndex)
        guard start + 2 <= text.endIndex else { return nil }
        if start + 2 == text.endIndex || text[start + 2] == .space {
            let after = min(start + 3, text.endIndex)
            switch (text[start], text[start + 1]) {
            case (.ascii("<"), .ascii("=")): return arrival(at: after, into: &record)
            case (.ascii("="), .ascii(">")), (.hyphen, .ascii(">")), (.ascii(">"), .ascii(">")):
                delivery("sent", at: after, into: &record)
                return nil
            case (.ascii("*"), .ascii(">")):
                delivery("suppressed", at: after, into: &record)
                return nil
            case (.ascii("*"), .ascii("*")):
                delivery("bounced", at: after, into: &record)
                return nil
            case (.ascii("="), .ascii("=")):
                delivery("deferred", at: after, into: &record)
                return nil
            default: break
            }
        }
        if text.has("Completed", at: start) {
            record.kind = .removed
            if let time = text.index(of: " QT=", from: start) { record[.delay] = EximLine.seconds(text[(time + 4)...]) }
            return nil
        }
        words(at: start, into: &record)
        return nil
    }

    /// `<= ann@a.example H=name (helo) [192.0.2.1]:1025 P=esmtps X=… A=… S=1234 id=… T="subject" from <…> for bob@b.example`
    private func arrival(at start: Int, into record: inout LogRecord) -> String? {
        record.kind = .message
        let end = endOfAddress(at: start)
        record[.sender] = text[start..<end].unbracketed.string
        var reader = EximFields(text: text, position: end)
        reader.isArrival = true
        reader.read(into: &record)
        var rest = text[reader.position...].trimmed
        if let after = rest.rest(after: "from <"), let close = after.firstIndex(of: .ascii(">")) {
            rest = after[(close + 1)...].trimmed
        }
        if let recipients = rest.rest(after: "for ") {
            let list = recipients.split(separator: .space)
            record[.recipient] = list.prefix(100).map(\.string).joined(separator: " ")
            record[.recipientCount] = String(list.count)
        }
        return reader.reference
    }

    /// `=> bob@b.example <box@b.example> F=<…> R=router T=transport H=mx.example [192.0.2.1] C="250 OK id=…"`
    private func delivery(_ status: String, at start: Int, into record: inout LogRecord) {
        record.kind = .delivery
        var end = endOfAddress(at: start)
        record[.recipient] = text[start..<end].unbracketed.string
        if text.has(" <", at: end), let close = endOfBracket(at: end + 1) {
            record[.originalRecipient] = text[(end + 2)..<(close - 1)].string
            end = close
        } else if text.has(" (", at: end), let close = text.index(of: .ascii(")"), from: end) {
            end = close + 1
        }
        var reader = EximFields(text: text, position: end)
        reader.isDelivery = true
        reader.read(into: &record)
        record[.status] = status
        var rest = text[reader.position...].trimmed
        if let number = rest.rest(after: "defer ("), let close = number.firstIndex(of: .ascii(")")) {
            // The error's number: host and fields may stand behind it, too.
            reader.position = close + 1
            reader.read(into: &record)
            rest = text[reader.position...].trimmed
        }
        if let after = rest.rest(after: ": ") {
            rest = after
        } else if let after = rest.rest(after: ":") {
            rest = after
        }
        if !rest.isEmpty, record[.reply] == nil { record[.reply] = rest.string }
        if status == "bounced", rest.index(of: "retry time") != nil || rest.index(of: "retry timeout") != nil {
            record[.status] = "expired"
        }
        guard let reply = record[.reply] else { return }
        let bytes = Array(reply.utf8)[...]
        let marks: [StaticString] = ["id=", "queued as "]
        for mark in marks where record[.newMessage] == nil && status == "sent" {
            guard let place = bytes.index(of: mark) else { continue }
            let id = bytes[(place + mark.utf8CodeUnitCount)...].prefix { $0.isAlphanumeric || $0 == .hyphen }
            if id.count >= 6 { record[.newMessage] = id.string }
        }
        // The code stands at the beginning, or behind `SMTP error from remote mail server after RCPT TO:<…>: `.
        var place = bytes.startIndex
        while place < bytes.endIndex {
            let word = bytes[place...].prefix { $0 != .space }
            let digits = word.prefix(3)
            if digits.count == 3, digits.allSatisfy(\.isDigit), word.count == 3 || word.dropFirst(3).first == .hyphen,
                (0x32...0x35).contains(digits[digits.startIndex])
            {
                record[.code] = digits.string
                let next = bytes[min(place + 4, bytes.endIndex)...].prefix { $0.isDigit || $0 == .dot }
                if next.count >= 5, next.contains(.dot) { record[.enhancedCode] = next.string }
                break
            }
            guard place == bytes.startIndex || place - bytes.startIndex < 300 else { break }
            place = min(word.endIndex + 1, bytes.endIndex)
        }
    }

    /// An address ends at a space that is not quoted.
    func endOfAddress(at start: Int) -> Int {
        if text.has("<", at: start), let close = endOfBracket(at: start) { return close }
        var place = start
        var isQuoted = false
        let isCommand = text.has("|", at: start) || text.has("/", at: start)
        while place < text.endIndex {
            if text[place] == .quote, !isCommand { isQuoted.toggle() }
            if text[place] == .backslash, isQuoted { place += 1 }
            if !isQuoted, place < text.endIndex, text[place] == .space {
                // A command has words: its end is where fields or the original address begin.
                if !isCommand || text.has(" <", at: place) || text.has(" R=", at: place) || text.has(" F=<", at: place)
                    || text.has(" (", at: place)
                {
                    return place
                }
            }
            if !isQuoted, place + 1 < text.endIndex, text[place] == .colon, text[place + 1] == .space { return place }
            place += 1
        }
        return text.endIndex
    }

    /// The place behind a `>` that closes the `<` at `start`; a quoted local part may have one too.
    func endOfBracket(at start: Int) -> Int? {
        var place = start + 1
        var isQuoted = false
        while place < text.endIndex {
            switch text[place] {
            case .quote: isQuoted.toggle()
            case .backslash where isQuoted: place += 1
            case .ascii(">") where !isQuoted: return place + 1
            default: break
            }
            place += 1
        }
        return text[start...].firstIndex(of: .ascii(">")).map { $0 + 1 }
    }

    /// `3s`, `1m2s`, `2h`, `1d3h4m5s`, `0.250s` as seconds.
    static func seconds(_ text: LogText) -> String? {
        var (total, number, fraction) = (0, 0, "")
        var isFraction = false
        for byte in text.prefix(24) {
            switch byte {
            case .ascii("0")...(.ascii("9")):
                if isFraction {
                    fraction.append(Character(Unicode.Scalar(byte)))
                } else {
                    number = number * 10 + Int(byte - 0x30)
                }
                if number > 100_000_000 { return nil }
            case .dot: isFraction = true
            case .ascii("w"): (total, number) = (total + number * 604_800, 0)
            case .ascii("d"): (total, number) = (total + number * 86_400, 0)
            case .ascii("h"): (total, number) = (total + number * 3_600, 0)
            case .ascii("m"): (total, number) = (total + number * 60, 0)
            case .ascii("s"):
                let whole = String(total + number)
                return fraction.isEmpty ? whole : "\(whole).\(fraction)"
            default: return nil
            }
        }
        return nil
    }
}
