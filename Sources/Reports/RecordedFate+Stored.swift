import Cases
import Replay
import SMTP
import Screening
import Values

extension StoredFate {
    /// A fate as a case keeps it.
    public init(_ fate: RecordedFate) {
        switch fate {
        case .accepted(let reply): self.init(.accepted, at: .message, reply: reply.description)
        case .refused(let reply, let phase): self.init(.refused, at: phase, reply: reply.description)
        case .unfinished: self.init(.unfinished, at: nil, reply: nil)
        }
    }
}

extension RecordedFate {
    /// A fate that a case has kept.
    init(_ stored: StoredFate) {
        var parser = ReplyParser()
        var reply = SMTPReply(code: stored.outcome == .accepted ? 250 : 550, text: "")
        if let text = stored.reply, case .reply(let read)? = parser.add(Bytes(text)) { reply = read }
        self =
            switch stored.outcome {
            case .accepted: .accepted(reply)
            case .refused: .refused(reply, at: stored.checkpoint ?? .rcpt)
            case .unfinished: .unfinished
            }
    }
}

extension FateDisagreements {
    /// What servers and a policy disagree on, from a case: `numbers` are the messages that they do. `policy` rules anew on
    /// what was found in them; nil leaves it at what the run's own came to. `shown` is what is told of a record, and
    /// `words` what of a reply, where not all may be.
    public init(
        _ file: CaseFile, run: Int, fates: [Int: StoredFate], differing numbers: [Int], site: Site?,
        policy: ScreeningPolicy? = nil, shown: (TransactionRecord) -> TransactionRecord = { $0 },
        words: (String) -> String = { $0 }
    ) throws {
        self.init(site)
        if site != nil { try file.envelopes(run: run) { learn(from: $0, to: $1) } }
        let judge = policy.map { Judge($0) }
        for number in numbers {
            guard let fate = fates[number] else { continue }
            var record = try file.record(of: number, run: run).record
            if let judge { record.judgement = judge.rejudge(record) }
            add(record, RecordedFate(fate), shown: shown(record), words: words)
        }
    }
}
