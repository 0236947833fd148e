import DNS
import Mail
import Policy
import SMTP
import Screening
import Values

/// What a case keeps of some records, made ready where the records are made and written later.
public struct CaseRowBatch: RecordKeeper {
    /// A record's message, and its other rows.
    struct Entry: Sendable {
        let message: MessageRow
        /// The place of the message's file among those of the batch.
        let file: Int
        /// The rows' place among the bytes of all.
        let rows: Range<Int>
    }

    /// What a case keeps of a message itself.
    struct MessageRow: Sendable {
        let sha256: String?
        let number: Int?
        let offset: Int?
        let size: Int?
        let subject: String?
        let headerFrom: String?
        let defects: String?
    }

    /// What findings of one sort share.
    struct Kind: Hashable {
        let stage: String
        let phase: Phase
        let symbol: Symbol
        let scope: Finding.Scope
        let form: StoredEvidence
    }

    /// What verdicts of one sort share: all but the score.
    struct Outcome: Hashable {
        let phase: Phase
        let disposition: Disposition
        let reply: SMTPReply?
        let grounds: [Verdict.Ground]
    }

    /// Values that entries share, each once.
    struct Shared<Value: Hashable & Sendable>: Sendable {
        private(set) var values: [Value] = []
        private var places: [Value: Int] = [:]

        /// The place of `value` among those of its sort.
        mutating func place(of value: Value) -> Int {
            if let place = places[value] { return place }
            places[value] = values.count
            values.append(value)
            return values.count - 1
        }
    }

    private(set) var entries: [Entry] = []
    private(set) var rows = RowBytes()
    private(set) var files = Shared<String>()
    private(set) var kinds = Shared<Kind>()
    private(set) var outcomes = Shared<Outcome>()
    private(set) var courses = Shared<Course>()
    private(set) var origins = Shared<Origin>()
    private(set) var labelSets = Shared<[LabelVote]>()
    private(set) var profiles = Shared<StoredProfile>()
    private var weighed: Set<Symbol> = []
    private var answers: Set<DNSExchange> = []

    /// A batch of nothing.
    public init() {}

    /// How many records it holds.
    public var count: Int { entries.count }

    public mutating func add(_ record: TransactionRecord) { add(record, fate: nil) }

    /// Takes what a case keeps of `record`, and of what the server did with it then.
    mutating func add(_ record: TransactionRecord, fate: StoredFate?) {
        let start = rows.count
        if let fate { add(fate) }
        let found = record.judgement.findings.map { kinds.place(of: Kind($0)) }
        addResult(record, kinds: found)
        for (position, field) in record.recordedFields.enumerated() {
            rows.begin(.fields)
            rows.appendMessage()
            rows.append(position)
            rows.append(field.name)
            rows.append(field.hops)
            rows.append(field.value)
        }
        for (position, recipient) in record.recipients.enumerated() {
            begin(.recipients, position)
            rows.append(recipient.value?.plainText)
        }
        for (position, finding) in record.judgement.findings.enumerated() {
            add(finding, kind: found[position], position)
        }
        for (position, entry) in record.judgement.notEvaluated.enumerated() {
            guard let detail = entry.omission.detail else { continue }
            begin(.omissions, position)
            rows.append(detail)
        }
        for (position, effect) in record.judgement.effects.enumerated() {
            begin(.effects, position)
            rows.append(effect.json.text)
        }
        let name = SourceName(record.source)
        entries.append(
            Entry(
                message: MessageRow(
                    sha256: record.id, number: name.number, offset: record.offset, size: record.size,
                    subject: record.subject,
                    headerFrom: record.headerFrom.isEmpty ? nil : record.headerFrom.joined(separator: ", "),
                    defects: record.defects.isEmpty ? nil : record.defects.joined(separator: " ")),
                file: files.place(of: name.file), rows: start..<rows.count))
    }

    /// Begins a row of something of the message that has a position.
    private mutating func begin(_ table: CaseTable, _ position: Int) {
        rows.begin(table)
        rows.appendRun()
        rows.appendMessage()
        rows.append(position)
    }

    private mutating func add(_ fate: StoredFate) {
        rows.begin(.fates)
        rows.appendRun()
        rows.appendMessage()
        rows.append(fate.outcome.rawValue)
        rows.append(fate.checkpoint?.rawValue)
        rows.append(fate.reply)
    }

    private mutating func addResult(_ record: TransactionRecord, kinds: [Int]) {
        let (session, judgement) = (record.session, record.judgement)
        let verdict = judgement.verdict
        let (origin, ranges) = Origin.of(record)
        rows.begin(.results)
        rows.appendRun()
        rows.appendMessage()
        rows.append(record.time.value.map { Int($0.milliseconds) })
        rows.append(session.client.value?.description)
        rows.append(session.reverseName.value)
        rows.append(session.helo.value)
        rows.append(session.tls.value?.version)
        rows.append(session.tls.value?.cipher)
        rows.append(session.authenticated.value)
        rows.append(record.reversePath.value?.plainText)
        rows.append(record.label)
        rows.append(verdict?.score ?? judgement.score)
        if let verdict { rows.append(.outcomes, outcomes.place(of: Outcome(verdict))) } else { rows.appendNull() }
        rows.append(.courses, courses.place(of: Course(judgement)))
        rows.append(.origins, origins.place(of: origin))
        rows.append(
            ranges.isEmpty ? nil : ranges.map { "\($0.lowerBound)-\($0.upperBound)" }.joined(separator: " "))
        // The session of a message in an archive has no name but the message's.
        rows.append(session.id == record.source ? nil : session.id)
        rows.append(session.mechanism.value)
        rows.append(record.answer?.description)
        if record.labelVotes.isEmpty {
            rows.appendNull()
        } else {
            rows.append(.labelSets, labelSets.place(of: record.labelVotes))
        }
        rows.append(.profiles, profiles.place(of: StoredProfile(record, verdict: verdict, kinds: kinds)))
    }

    private mutating func add(_ finding: WeighedFinding, kind: Int, _ position: Int) {
        let evidence = finding.finding.evidence
        begin(.findings, position)
        rows.append(.kinds, kind)
        rows.append { evidence.write(to: &$0) }
        if let note = finding.finding.replyNote {
            begin(.notes, position)
            rows.append(note)
        }
        for case .answers(let exchanges) in evidence.items.lazy.map(\.value) {
            for exchange in exchanges { add(exchange) }
        }
        guard weighed.insert(finding.finding.symbol).inserted else { return }
        rows.begin(.weights)
        rows.appendRun()
        rows.append(finding.finding.symbol.name)
        rows.append(finding.weight.value)
        rows.append(finding.weight.place.description)
        rows.append(finding.action.value.rawValue)
        rows.append(finding.action.place.description)
    }

    private mutating func add(_ exchange: DNSExchange) {
        guard answers.insert(exchange).inserted else { return }
        let stored = StoredAnswer(exchange.answer)
        rows.begin(.answers)
        rows.append(exchange.description)
        rows.append(exchange.question.name.text)
        rows.append(exchange.question.type.rawValue)
        rows.append(stored.rcode)
        rows.append(stored.rdata)
        rows.append(stored.isAuthentic ? 1 : 0)
    }
}

extension CaseRowBatch.Kind {
    init(_ finding: WeighedFinding) {
        self.init(
            stage: finding.stage, phase: finding.phase, symbol: finding.finding.symbol, scope: finding.finding.scope,
            form: StoredEvidence(finding.finding.evidence))
    }

    /// The sort as the key of its row.
    var text: String {
        JSON.array([stage, phase.rawValue, symbol.name, scope.words, form.form].map(JSON.string)).text
    }
}

extension CaseRowBatch.Outcome {
    init(_ verdict: Verdict) {
        self.init(
            phase: verdict.phase, disposition: verdict.disposition, reply: verdict.reply, grounds: verdict.grounds)
    }

    var parts: String? { reply.map(StoredVerdict.parts) }
    var groundsText: String { StoredVerdict.grounds(grounds) }

    /// The outcome as the key of its row.
    var text: String { "\(phase.rawValue) \(disposition.rawValue) \(parts ?? "-") \(groundsText)" }
}

extension Finding.Scope {
    /// The scope as a word: `session`, `transaction`, `recipient:0`.
    var words: String {
        switch self {
        case .session: "session"
        case .transaction: "transaction"
        case .recipient(let position): "recipient:\(position)"
        }
    }

    /// The scope that `words` means; nil when it is none.
    init?(words: String) {
        switch words {
        case "session": self = .session
        case "transaction": self = .transaction
        default:
            guard words.hasPrefix("recipient:"), let position = Int(words.dropFirst(10)) else { return nil }
            self = .recipient(position)
        }
    }
}

extension SMTPPath {
    /// The address as people write it; `<>` for the null path.
    var plainText: String { isNull ? "<>" : address }
}
