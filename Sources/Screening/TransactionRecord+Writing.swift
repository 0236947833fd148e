import DNS
import Mail
import Policy
import SMTP
import Values

extension TransactionRecord {
    /// Appends the bytes of `json`, without the tree in between: a replay writes one line a message. The keys stand in
    /// the order of their bytes.
    public func write(to output: inout [UInt8]) {
        output.append(literal: #"{"client":{"helo":"#)
        JSON.write(session.helo.value, to: &output)
        output.append(literal: #","ip":"#)
        JSON.write(session.client.value?.description, to: &output)
        output.append(literal: #","ptr":"#)
        JSON.write(session.reverseName.value, to: &output)
        output.append(literal: #"},"defects":"#)
        JSON.write(array: defects, to: &output) { JSON.write($0, to: &$1) }
        output.append(literal: #","effects":"#)
        JSON.write(array: judgement.effects, to: &output) { $0.write(to: &$1) }
        output.append(literal: #","findings":"#)
        JSON.write(array: judgement.findings, to: &output) { $0.write(to: &$1) }
        output.append(literal: #","header_from":"#)
        JSON.write(headerFrom.isEmpty ? nil : headerFrom.joined(separator: ", "), to: &output)
        output.append(literal: #","id":"#)
        JSON.write(id, to: &output)
        output.append(literal: #","label":"#)
        JSON.write(label, to: &output)
        output.append(literal: #","mail_from":"#)
        JSON.write(reversePath.value?.plainText, to: &output)
        output.append(literal: #","not_evaluated":"#)
        JSON.write(array: judgement.notEvaluated, to: &output) { $0.write(to: &$1) }
        output.append(literal: #","offset":"#)
        JSON.write(offset, to: &output)
        output.append(literal: #","provenance":"#)
        writeProvenance(to: &output)
        output.append(literal: #","rcpt_to":"#)
        JSON.write(array: recipients, to: &output) { JSON.write($0.value?.plainText, to: &$1) }
        output.append(literal: #","size":"#)
        JSON.write(size, to: &output)
        output.append(literal: #","source":"#)
        JSON.write(source, to: &output)
        output.append(literal: #","subject":"#)
        JSON.write(subject, to: &output)
        output.append(literal: #","time":"#)
        JSON.write(time.value?.rfc3339, to: &output)
        output.append(literal: #","verdict":"#)
        if let verdict = judgement.verdict {
            verdict.write(to: &output)
        } else {
            output.append(literal: "null")
        }
        output.append(literal: "}")
    }

    private func writeProvenance(to output: inout [UInt8]) {
        output.append(literal: #"{"authenticated":"#)
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
        output.append(literal: "}")
    }
}

extension Fact {
    /// `provenance` as a JSON string.
    fileprivate func writeProvenance(to output: inout [UInt8]) {
        switch self {
        case .observed: output.append(literal: #""observed""#)
        case .absent: output.append(literal: #""absent""#)
        case .reconstructed(_, let source) where source.isLog: output.append(literal: #""observed(log)""#)
        case .reconstructed(_, let source):
            output.append(literal: #""reconstructed:"#)
            JSON.write(escaped: source.field, to: &output)
            if source.isNumbered {
                output.append(.ascii("["))
                JSON.write(source.ordinal, to: &output)
                output.append(.ascii("]"))
            }
            output.append(.quote)
        }
    }
}

extension WeighedFinding {
    fileprivate func write(to output: inout [UInt8]) {
        output.append(literal: #"{"checkpoint":"#)
        JSON.write(phase.rawValue, to: &output)
        output.append(literal: #","evidence":"#)
        finding.evidence.write(to: &output)
        output.append(literal: #","score":"#)
        JSON.write(thousandths: weight.value, to: &output)
        output.append(literal: #","stage":"#)
        JSON.write(stage, to: &output)
        output.append(literal: #","symbol":"#)
        JSON.write(finding.symbol.name, to: &output)
        output.append(literal: "}")
    }
}

extension Evidence {
    /// Appends the evidence as the JSON object that `json` is: the items by their keys; of several with the same key the
    /// first.
    public func write(to output: inout [UInt8]) {
        // A few bytes at the beginning of a key tell it from nearly every other.
        var order = items.indices.map { (head: items[$0].key.utf8.head, index: $0) }
        for place in order.indices.dropFirst() {
            var place = place
            while place > 0, isMisplaced(order[place - 1], order[place]) {
                order.swapAt(place - 1, place)
                place -= 1
            }
        }
        output.append(.ascii("{"))
        var previous: Int?
        for (_, index) in order {
            if let previous {
                if items[previous].key == items[index].key { continue }
                output.append(.comma)
            }
            previous = index
            JSON.write(items[index].key, to: &output)
            output.append(.colon)
            items[index].value.write(to: &output)
        }
        output.append(.ascii("}"))
    }

    private func isMisplaced(_ left: (head: UInt64, index: Int), _ right: (head: UInt64, index: Int)) -> Bool {
        if left.head != right.head { return left.head > right.head }
        return JSON.precedes(items[right.index].key, items[left.index].key)
    }
}

extension String.UTF8View {
    /// The first eight bytes as one number, which is in the order of texts; zeros where there are fewer.
    fileprivate var head: UInt64 {
        var head: UInt64 = 0
        let bytes = span
        for offset in 0..<Swift.min(8, bytes.count) { head |= UInt64(bytes[offset]) << UInt64(56 - 8 * offset) }
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
        output.append(literal: #"{"effect":"add-header","name":"#)
        JSON.write(name, to: &output)
        output.append(literal: #","value":"#)
        JSON.write(value, to: &output)
        output.append(literal: "}")
    }
}

extension NotEvaluated {
    fileprivate func write(to output: inout [UInt8]) {
        output.append(literal: #"{"reason":"#)
        JSON.write(reason, to: &output)
        output.append(literal: #","stage":"#)
        JSON.write(stage, to: &output)
        output.append(literal: "}")
    }
}

extension Verdict {
    fileprivate func write(to output: inout [UInt8]) {
        output.append(literal: #"{"checkpoint":"#)
        JSON.write(phase.rawValue, to: &output)
        output.append(literal: #","disposition":"#)
        JSON.write(disposition.rawValue, to: &output)
        output.append(literal: #","reply":"#)
        JSON.write(reply?.description, to: &output)
        output.append(literal: #","score":"#)
        JSON.write(thousandths: score, to: &output)
        output.append(literal: "}")
    }
}
