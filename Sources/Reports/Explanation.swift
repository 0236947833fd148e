import Cases
import Mail
import Policy
import SMTP
import Screening
import Values

/// The story of one message: who sent it as far as is known, what each stage saw, what the policy made of it.
public struct Explanation {
    let record: TransactionRecord
    let thresholds: [ScreeningPolicy.Threshold]
    let message: Bytes?
    let redactor: Redactor?

    /// The story of `record` under `policy`. With `message` the header fields that facts were read from are quoted; with
    /// a `redactor` they are not, and nobody is named.
    public init(
        _ record: TransactionRecord, policy: ScreeningPolicy, message: Bytes? = nil, redactor: Redactor? = nil
    ) {
        self.init(record, thresholds: policy.thresholds, message: message, redactor: redactor)
    }

    /// The story of a record that a policy with these thresholds judged before.
    public init(
        _ record: TransactionRecord, thresholds: [ScreeningPolicy.Threshold], message: Bytes? = nil,
        redactor: Redactor? = nil
    ) {
        (self.record, self.thresholds, self.redactor) = (record, thresholds, redactor)
        self.message = redactor == nil ? message : nil
    }

    /// The story for people.
    public var text: String {
        [messagePart, sessionPart, stagesPart, scorePart, verdictPart].joined(separator: "\n")
    }

    private var messagePart: String {
        var lines = ["Message"]
        lines.append(line("id", record.id ?? "none: no message came"))
        let source = redactor?.place(record.source) ?? record.source
        lines.append(line("source", source + (record.offset.map { ", byte \($0)" } ?? "")))
        if !record.headerFrom.isEmpty {
            lines.append(line("From", record.headerFrom.map(address).joined(separator: ", ")))
        }
        if let subject = record.subject { lines.append(line("Subject", redactor?.content(subject) ?? subject)) }
        if let size = record.size { lines.append(line("size", "\(size) bytes")) }
        if !record.defects.isEmpty { lines.append(line("defects", record.defects.joined(separator: ", "))) }
        if let label = record.label { lines.append(line("label", label)) }
        return block(lines)
    }

    private var sessionPart: String {
        var lines = ["Session and envelope"]
        let session = record.session
        lines.append(line("client", session.client) { $0.description })
        lines.append(line("PTR name", session.reverseName) { $0 })
        lines.append(line("HELO name", session.helo) { $0 })
        lines.append(
            line("TLS", session.tls) { tls in
                let told = [tls.version, tls.cipher].compactMap(\.self)
                return told.isEmpty ? "version not told" : told.joined(separator: ", ")
            })
        let mechanism = session.mechanism.value.map { " by \($0)" } ?? ""
        lines.append(line("authenticated", session.authenticated) { address($0) + mechanism })
        lines.append(line("reverse-path", record.reversePath) { address($0.description) })
        for recipient in record.recipients { lines.append(line("recipient", recipient) { address($0.description) }) }
        if record.recipients.isEmpty { lines.append(line("recipient", "not known")) }
        lines.append(line("time", record.time) { $0.rfc3339 })
        return block(lines + quotedFields)
    }

    /// The header fields that facts were read from, as they stand in the message.
    private var quotedFields: [String] {
        guard let message else { return [] }
        var sources = [record.session.client.source, record.reversePath.source, record.time.source]
        sources += record.recipients.prefix(5).map(\.source)
        var shown: Set<Range<Int>> = []
        let ranges = sources.compactMap { $0?.range }.filter { shown.insert($0).inserted }
        guard !ranges.isEmpty else { return [] }
        return ["", "  Read from these fields:"]
            + ranges.sorted { $0.lowerBound < $1.lowerBound }.flatMap { range in
                message[range].lossyString.split(whereSeparator: \.isNewline).prefix(12).map {
                    "    | " + TerminalText.safe(String($0).replacing("\t", with: "    "), limit: 200)
                }
            }
    }

    private var stagesPart: String {
        var lines = ["Stages, in the order in which they looked"]
        let judgement = record.judgement
        // A stage looks at a message's recipients one by one; what it found of them stands together.
        var told: Set<String> = []
        for evaluation in judgement.evaluations {
            let findings = judgement.findings.filter { $0.stage == evaluation.stage && $0.phase == evaluation.phase }
            let head = "  \(evaluation.stage) at \(evaluation.phase.rawValue)"
            if !findings.isEmpty, !told.insert(head).inserted { continue }
            if findings.isEmpty {
                let why = evaluation.omissions.map { "not evaluated: \(veiled($0.text(redactor)))" }
                lines.append("\(head): \(why.isEmpty ? "nothing found" : safe(why.joined(separator: "; ")))")
                continue
            }
            lines.append("\(head):")
            for finding in findings {
                lines.append("    \(finding.finding.symbol)  \(points(finding.weight))\(action(finding.action))")
                for item in finding.finding.evidence.items {
                    lines += evidence(item)
                }
            }
        }
        for effect in judgement.effects {
            lines.append("  asks for: \(safe(redactor?.text(effect.text) ?? effect.text))")
        }
        return block(lines)
    }

    private var scorePart: String {
        var lines = ["Score"]
        var table = TextTable([("symbol", .left), ("points", .right), ("weighed by", .left)])
        let findings = record.judgement.decidingFindings
        for finding in findings where finding.weight.value != 0 {
            table.add([
                finding.finding.symbol.name, JSON.decimal(thousandths: finding.weight.value),
                finding.weight.place.words,
            ])
        }
        table.add(["sum", JSON.decimal(thousandths: findings.reduce(0) { $0 + $1.weight.value }), ""])
        for threshold in thresholds {
            table.add([
                "\(threshold.disposition.rawValue) from", JSON.decimal(thousandths: threshold.score.value),
                threshold.score.place.words,
            ])
        }
        lines.append(table.text)
        return block(lines)
    }

    private var verdictPart: String {
        guard let verdict = record.judgement.verdict else { return "Verdict\n  none\n" }
        var lines = ["Verdict"]
        lines.append(line(verdict.disposition.rawValue, "at \(verdict.phase.rawValue)"))
        if let reply = verdict.reply { lines.append(line("reply", veiled(reply.description))) }
        for ground in verdict.grounds { lines.append(line("because", ground.text)) }
        if verdict.grounds.isEmpty { lines.append(line("because", "nothing speaks against it")) }
        return block(lines)
    }

    /// An item of evidence on a line of its own, DNS answers on one each.
    private func evidence(_ item: Evidence.Item) -> [String] {
        guard case .answers(let exchanges) = item.value else {
            return ["      \(item.key): \(safe(words(item)))"]
        }
        return exchanges.map { exchange in
            let text = redactor?.text(exchange.description) ?? exchange.description
            return "      \(item.key): \(TerminalText.safe(text, limit: 160))"
        }
    }

    private func words(_ item: Evidence.Item) -> String {
        let text = item.value.text
        switch item.value {
        case .text, .list:
            guard case .string(let redacted)? = redactor?.json(.string(text), key: item.key) else { return text }
            return redacted
        case .number, .flag, .duration, .address, .network, .span, .answers: return text
        }
    }

    private func address(_ text: String) -> String { redactor?.address(text) ?? text }

    /// Words of the program or of a server, in which only addresses name anybody.
    private func veiled(_ text: String) -> String { redactor?.addresses(in: text) ?? text }

    private func points(_ weight: Placed<Int>) -> String {
        "\(JSON.decimal(thousandths: weight.value)) \(abs(weight.value) == 1000 ? "point" : "points") by \(weight.place.words)"
    }

    private func action(_ action: Placed<Action>) -> String {
        action.value == .score ? "" : ", \(action.value.rawValue) by \(action.place.words)"
    }

    private func line<Value>(_ name: String, _ fact: Fact<Value>, _ render: (Value) -> String) -> String {
        switch fact {
        case .absent: return line(name, "not known")
        case .observed(let value): return line(name, render(value))
        case .reconstructed(let value, let source):
            let place = source.range.map { ", bytes \($0.lowerBound)–\($0.upperBound)" } ?? ""
            let note = source.note.map { ": \($0)" } ?? ""
            return line(name, "\(render(value))  [\(source)\(place)\(note)]")
        }
    }

    private func line(_ name: String, _ value: String) -> String {
        "  " + name + String(repeating: " ", count: max(1, 15 - name.count)) + safe(value)
    }

    private func block(_ lines: [String]) -> String {
        lines.joined(separator: "\n").trimmedNewlines + "\n"
    }

    private func safe(_ text: String) -> String { TerminalText.safe(text, limit: 2000) }
}

extension Verdict.Ground {
    /// The ground with the policy line behind it.
    public var text: String {
        switch self {
        case .action(let action, let symbol, let place): "\(symbol) means \(action.rawValue) (\(place.words))"
        case .threshold(let disposition, let score, let place):
            "the score reached \(JSON.decimal(thousandths: score)), from which on \(disposition.rawValue) applies (\(place.words))"
        case .recipientsRefused: "every recipient was refused"
        }
    }
}

extension PolicyPlace {
    /// The place as it stands in a sentence.
    fileprivate var words: String { isBuiltIn ? "default" : description }
}

extension StageReport.Omission {
    /// The reason with what it was in this case.
    fileprivate func text(_ redactor: Redactor?) -> String {
        detail.map { "\(reason): \(redactor?.text($0) ?? $0)" } ?? reason
    }
}

extension String {
    fileprivate var trimmedNewlines: Substring {
        var text = self[...]
        while text.last == "\n" { text.removeLast() }
        return text
    }
}
