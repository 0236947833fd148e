import DNS
import Mail
import Policy
import SMTP
import Values

extension TransactionRecord {
    /// Appends the bytes of `json`, without the tree in between: a replay writes one line a message. The keys stand in
    /// the order of their bytes.
    public func write(to output: inout [UInt8]) {
        JSON.write(#"{"client":{"helo":"#, session.helo.value, to: &output)
        JSON.write(#","ip":"#, session.client.value?.description, to: &output)
        JSON.write(#","ptr":"#, session.reverseName.value, to: &output)
        output.append(literal: #"},"defects":"#)
        JSON.write(array: defects, to: &output) { JSON.write($0, to: &$1) }
        output.append(literal: #","effects":"#)
        JSON.write(array: judgement.effects, to: &output) { $0.write(to: &$1) }
        output.append(literal: #","findings":["#)
        // By place: to take each finding out whole would be to copy it.
        for place in judgement.findings.indices {
            if place > 0 { output.append(.comma) }
            judgement.findings[place].write(to: &output)
        }
        let from = headerFrom.count > 1 ? headerFrom.joined(separator: ", ") : headerFrom.first
        JSON.write(#"],"header_from":"#, from, to: &output)
        JSON.write(#","id":"#, id, to: &output)
        JSON.write(#","label":"#, label, to: &output)
        JSON.write(#","mail_from":"#, reversePath.value?.plainText, to: &output)
        output.append(literal: #","not_evaluated":"#)
        JSON.write(array: judgement.notEvaluated, to: &output) { $0.write(to: &$1) }
        output.append(literal: #","offset":"#)
        JSON.write(offset, to: &output)
        output.append(literal: #","provenance":{"authenticated":"#)
        writeProvenance(to: &output)
        output.append(literal: #"},"rcpt_to":"#)
        JSON.write(array: recipients, to: &output) { JSON.write($0.value?.plainText, to: &$1) }
        output.append(literal: #","size":"#)
        JSON.write(size, to: &output)
        JSON.write(#","source":"#, source, to: &output)
        JSON.write(#","subject":"#, subject, to: &output)
        JSON.write(#","time":"#, time.value?.rfc3339, to: &output)
        output.append(literal: #","verdict":"#)
        if let verdict = judgement.verdict {
            verdict.write(to: &output)
        } else {
            output.append(literal: "null")
        }
        output.append(literal: "}")
    }

    private func writeProvenance(to output: inout [UInt8]) {
        session.authenticated.writeProvenance(to: &output)
        output.append(literal: #","client":"#)
        session.client.writeProvenance(to: &output)
        output.append(literal: #","helo":"#)
        session.helo.writeProvenance(to: &output)
        output.append(literal: #","mail_from":"#)
        reversePath.writeProvenance(to: &output)
        output.append(literal: #","ptr":"#)
        session.reverseName.writeProvenance(to: &output)
        output.append(literal: #","rcpt_to":"#)
        (recipients.first ?? .absent).writeProvenance(to: &output)
        output.append(literal: #","time":"#)
        time.writeProvenance(to: &output)
        output.append(literal: #","tls":"#)
        session.tls.writeProvenance(to: &output)
    }
}

extension Fact {
    /// `provenance` as a JSON string.
    fileprivate func writeProvenance(to output: inout [UInt8]) {
        switch self {
        case .observed: output.append(literal: #""observed""#)
        case .absent: output.append(literal: #""absent""#)
        case .reconstructed(_, let source): source.writeProvenance(to: &output)
        }
    }
}

extension HeaderSource {
    fileprivate func writeProvenance(to output: inout [UInt8]) {
        if isLog { return output.append(literal: #""observed(log)""#) }
        output.append(literal: #""reconstructed:"#)
        JSON.write(escaped: field, to: &output)
        if isNumbered {
            output.append(.ascii("["))
            JSON.write(ordinal, to: &output)
            output.append(.ascii("]"))
        }
        output.append(.quote)
    }
}

extension WeighedFinding {
    fileprivate func write(to output: inout [UInt8]) {
        output.append(literal: #"{"checkpoint":"#, quoting: phase.rawValue)
        output.append(literal: #","evidence":"#)
        finding.evidence.write(to: &output)
        output.append(literal: #","score":"#)
        JSON.write(thousandths: weight.value, to: &output)
        output.append(literal: #","stage":"#, quoting: stage)
        output.append(literal: #","symbol":"#, quoting: finding.symbol.name)
        output.append(.ascii("}"))
    }
}

extension Evidence {
    /// Appends the evidence as the JSON object that `json` is: the items by their keys; of several with the same key the
    /// first.
    public func write(to output: inout [UInt8]) {
        // Nearly all evidence has a few items: no more are put in order without an array.
        guard items.count <= 16 else { return json.write(to: &output) }
        // The beginning of a key, with the place of the item below it, tells it from nearly every other.
        var order = InlineArray<16, UInt64>(repeating: 0)
        for index in items.indices {
            let entry = items[index].key.utf8.head | UInt64(index)
            var place = index
            while place > 0, isMisplaced(order[place - 1], entry) {
                order[place] = order[place - 1]
                place -= 1
            }
            order[place] = entry
        }
        var previous: UInt64?
        for place in items.indices {
            let entry = order[place]
            let index = Int(entry & 0xFF)
            if let previous, previous >> 8 == entry >> 8, items[Int(previous & 0xFF)].key == items[index].key {
                continue
            }
            output.append(literal: previous == nil ? "{" : ",", quoting: items[index].key)
            output.append(.colon)
            items[index].value.write(to: &output)
            previous = entry
        }
        output.append(literal: items.isEmpty ? "{}" : "}")
    }

    private func isMisplaced(_ left: UInt64, _ right: UInt64) -> Bool {
        if left >> 8 != right >> 8 { return left > right }
        return JSON.precedes(items[Int(right & 0xFF)].key, items[Int(left & 0xFF)].key)
    }
}

extension String.UTF8View {
    /// The first seven bytes as one number above a byte of zero, in the order of texts; zeros where there are fewer.
    fileprivate var head: UInt64 {
        var head: UInt64 = 0
        let bytes = span
        for offset in 0..<Swift.min(7, bytes.count) { head |= UInt64(bytes[offset]) << UInt64(56 - 8 * offset) }
        return head
    }
}

extension EvidenceValue {
    fileprivate func write(to output: inout [UInt8]) {
        switch self {
        case .text(let text): JSON.write(text, to: &output)
        case .list(let items): JSON.write(array: items, to: &output) { JSON.write($0, to: &$1) }
        case .answers(let exchanges):
            JSON.write(array: exchanges, to: &output) { exchange, output in
                // `exchange.description`, whose parts may be long.
                output.append(.quote)
                JSON.write(escaped: exchange.question.name.text, to: &output)
                output.append(.space)
                output.append(utf8Of: exchange.question.type.rawValue)
                output.append(literal: " → ")
                exchange.answer.writeSummary(to: &output)
                output.append(.quote)
            }
        case .number(let number): JSON.write(number, to: &output)
        case .flag(let flag): output.append(literal: flag ? "true" : "false")
        case .address(let address): JSON.write(address.description, to: &output)
        case .span(let range):
            output.append(.ascii("["))
            JSON.write(range.lowerBound, to: &output)
            output.append(.comma)
            JSON.write(range.upperBound, to: &output)
            output.append(.ascii("]"))
        case .duration, .network: json.write(to: &output)
        }
    }
}

extension DNSAnswer {
    /// Appends `summary`, escaped.
    fileprivate func writeSummary(to output: inout [UInt8]) {
        // Most answers are one text, of bytes that need no escape but for the quotes around them.
        guard case .records(let records, authentic: false) = self, records.count == 1,
            case .txt(let strings) = records[0], strings.allSatisfy({ $0.withSpan { $0.isPlainASCII } })
        else { return JSON.write(escaped: summary, to: &output) }
        var isFirst = true
        for string in strings {
            output.append(literal: isFirst ? #"\""# : #" \""#)
            isFirst = false
            output += string
            output.append(literal: #"\""#)
        }
    }
}

extension Effect {
    fileprivate func write(to output: inout [UInt8]) {
        // The one that nearly every message has.
        guard case .addHeader(let name, let value) = self else { return json.write(to: &output) }
        output.append(literal: #"{"effect":"add-header","name":"#, quoting: name)
        output.append(literal: #","value":"#, quoting: value)
        output.append(.ascii("}"))
    }
}

extension NotEvaluated {
    fileprivate func write(to output: inout [UInt8]) {
        output.append(literal: #"{"reason":"#, quoting: reason)
        output.append(literal: #","stage":"#, quoting: stage)
        output.append(.ascii("}"))
    }
}

extension Verdict {
    fileprivate func write(to output: inout [UInt8]) {
        output.append(literal: #"{"checkpoint":"#, quoting: phase.rawValue)
        output.append(literal: #","disposition":"#, quoting: disposition.rawValue)
        JSON.write(#","reply":"#, reply?.description, to: &output)
        output.append(literal: #","score":"#)
        JSON.write(thousandths: score, to: &output)
        output.append(.ascii("}"))
    }
}
