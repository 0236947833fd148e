import DNS
import Mail
import Policy
import SMTP
import Values

extension TransactionRecord {
    /// Appends the bytes of `json`, without the tree in between: a replay writes one line a message. The keys stand in
    /// the order of their bytes.
    public func write(to output: inout [UInt8]) {
        JSON.write(raw: #"{"client":{"helo":"#, to: &output)
        JSON.write(session.helo.value, to: &output)
        JSON.write(raw: #","ip":"#, to: &output)
        JSON.write(session.client.value?.description, to: &output)
        JSON.write(raw: #","ptr":"#, to: &output)
        JSON.write(session.reverseName.value, to: &output)
        JSON.write(raw: #"},"defects":"#, to: &output)
        JSON.write(array: defects, to: &output) { JSON.write($0, to: &$1) }
        JSON.write(raw: #","effects":"#, to: &output)
        JSON.write(array: judgement.effects, to: &output) { $0.json.write(to: &$1) }
        JSON.write(raw: #","findings":"#, to: &output)
        JSON.write(array: judgement.findings, to: &output) { $0.write(to: &$1) }
        JSON.write(raw: #","header_from":"#, to: &output)
        JSON.write(headerFrom.isEmpty ? nil : headerFrom.joined(separator: ", "), to: &output)
        JSON.write(raw: #","id":"#, to: &output)
        JSON.write(id, to: &output)
        JSON.write(raw: #","label":"#, to: &output)
        JSON.write(label, to: &output)
        JSON.write(raw: #","mail_from":"#, to: &output)
        JSON.write(reversePath.value?.plainText, to: &output)
        JSON.write(raw: #","not_evaluated":"#, to: &output)
        JSON.write(array: judgement.notEvaluated, to: &output) { $0.write(to: &$1) }
        JSON.write(raw: #","offset":"#, to: &output)
        JSON.write(offset, to: &output)
        JSON.write(raw: #","provenance":"#, to: &output)
        writeProvenance(to: &output)
        JSON.write(raw: #","rcpt_to":"#, to: &output)
        JSON.write(array: recipients, to: &output) { JSON.write($0.value?.plainText, to: &$1) }
        JSON.write(raw: #","size":"#, to: &output)
        JSON.write(size, to: &output)
        JSON.write(raw: #","source":"#, to: &output)
        JSON.write(source, to: &output)
        JSON.write(raw: #","subject":"#, to: &output)
        JSON.write(subject, to: &output)
        JSON.write(raw: #","time":"#, to: &output)
        JSON.write(time.value?.rfc3339, to: &output)
        JSON.write(raw: #","verdict":"#, to: &output)
        if let verdict = judgement.verdict {
            verdict.write(to: &output)
        } else {
            JSON.write(raw: "null", to: &output)
        }
        JSON.write(raw: "}", to: &output)
    }

    private func writeProvenance(to output: inout [UInt8]) {
        JSON.write(raw: #"{"authenticated":"#, to: &output)
        session.authenticated.writeProvenance(to: &output)
        JSON.write(raw: #","client":"#, to: &output)
        session.client.writeProvenance(to: &output)
        JSON.write(raw: #","helo":"#, to: &output)
        session.helo.writeProvenance(to: &output)
        JSON.write(raw: #","mail_from":"#, to: &output)
        reversePath.writeProvenance(to: &output)
        JSON.write(raw: #","ptr":"#, to: &output)
        session.reverseName.writeProvenance(to: &output)
        JSON.write(raw: #","rcpt_to":"#, to: &output)
        (recipients.first ?? .absent).writeProvenance(to: &output)
        JSON.write(raw: #","time":"#, to: &output)
        time.writeProvenance(to: &output)
        JSON.write(raw: #","tls":"#, to: &output)
        session.tls.writeProvenance(to: &output)
        JSON.write(raw: "}", to: &output)
    }
}

extension Fact {
    /// `provenance` as a JSON string.
    fileprivate func writeProvenance(to output: inout [UInt8]) {
        switch self {
        case .observed: JSON.write(raw: #""observed""#, to: &output)
        case .absent: JSON.write(raw: #""absent""#, to: &output)
        case .reconstructed(_, let source):
            JSON.write(raw: #""reconstructed:"#, to: &output)
            JSON.write(escaped: source.description, to: &output)
            output.append(.quote)
        }
    }
}

extension WeighedFinding {
    fileprivate func write(to output: inout [UInt8]) {
        JSON.write(raw: #"{"checkpoint":"#, to: &output)
        JSON.write(phase.rawValue, to: &output)
        JSON.write(raw: #","evidence":"#, to: &output)
        finding.evidence.write(to: &output)
        JSON.write(raw: #","score":"#, to: &output)
        JSON.write(raw: JSON.decimal(thousandths: weight.value), to: &output)
        JSON.write(raw: #","stage":"#, to: &output)
        JSON.write(stage, to: &output)
        JSON.write(raw: #","symbol":"#, to: &output)
        JSON.write(finding.symbol.name, to: &output)
        JSON.write(raw: "}", to: &output)
    }
}

extension Evidence {
    /// The items by their keys; of several with the same key the first.
    fileprivate func write(to output: inout [UInt8]) {
        let order = items.indices.sorted { left, right in
            if JSON.precedes(items[left].key, items[right].key) { return true }
            return left < right && items[left].key == items[right].key
        }
        output.append(.ascii("{"))
        var previous: Int?
        for index in order {
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
                JSON.write(escaped: exchange.question.description, to: &output)
                JSON.write(raw: " → ", to: &output)
                JSON.write(escaped: exchange.answer.summary, to: &output)
                output.append(.quote)
            }
        case .number, .flag, .duration, .address, .network, .span: json.write(to: &output)
        }
    }
}

extension NotEvaluated {
    fileprivate func write(to output: inout [UInt8]) {
        JSON.write(raw: #"{"reason":"#, to: &output)
        JSON.write(reason, to: &output)
        JSON.write(raw: #","stage":"#, to: &output)
        JSON.write(stage, to: &output)
        JSON.write(raw: "}", to: &output)
    }
}

extension Verdict {
    fileprivate func write(to output: inout [UInt8]) {
        JSON.write(raw: #"{"checkpoint":"#, to: &output)
        JSON.write(phase.rawValue, to: &output)
        JSON.write(raw: #","disposition":"#, to: &output)
        JSON.write(disposition.rawValue, to: &output)
        JSON.write(raw: #","reply":"#, to: &output)
        JSON.write(reply?.description, to: &output)
        JSON.write(raw: #","score":"#, to: &output)
        JSON.write(raw: JSON.decimal(thousandths: score), to: &output)
        JSON.write(raw: "}", to: &output)
    }
}
