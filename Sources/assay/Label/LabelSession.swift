import Cases
import Policy
import Reports
import Screening
import Tuning
import Values

/// A review of the most informative messages of a run.
struct LabelSession {
    private let file: CaseFile
    private let run: Int
    private let policy: ScreeningPolicy
    private let limit: Int
    private let findings: RunFindings
    private let conflicts: Set<Int>
    private let reviewed: Set<Int>

    /// After so many labels, what is asked next is chosen anew.
    private static let stride = 10
    /// A case with more distinct profiles is chosen from once: it would take too long between two keys.
    private static let quickProfiles = 20_000

    init(_ file: CaseFile, run: Int, policy: ScreeningPolicy?, limit: Int) throws {
        (self.file, self.run, self.limit) = (file, run, limit)
        self.policy = try policy ?? RunPolicy(of: file, run: run).policy()
        findings = try file.findings(run: run)
        conflicts = try file.labelConflicts(run: run)
        reviewed = try file.reviewedMessages()
    }

    private func queue(_ findings: RunFindings, leavingOut seen: Set<Int>, limit: Int) throws -> ReviewQueue {
        try ReviewQueue(
            findings, policy: policy, limit: limit, conflicts: conflicts, settled: reviewed.union(seen),
            cluster: { try clusters(of: $0) })
    }

    /// What near-duplicates share: the sender's domain and the Subject without what differs from copy to copy.
    private func clusters(of numbers: [Int]) throws -> [Int: String] {
        try file.heads(of: numbers, run: run).mapValues { head in
            let from = head.headerFrom ?? head.mailFrom ?? ""
            let domain = from.lastIndex(of: "@").map { from[from.index(after: $0)...].asciiLowercased } ?? ""
            let words = (head.subject ?? "").asciiLowercased.split { !$0.isLetter }.filter {
                !["re", "fwd", "fw", "aw"].contains($0)
            }
            return "\(domain) \(words.prefix(12).joined(separator: " "))"
        }
    }

    private func entries(_ queue: ReviewQueue) throws -> [LabelReview.Entry] {
        let heads = try file.heads(of: queue.items.map(\.number), run: run)
        return queue.items.compactMap { item in
            heads[item.number]?.id.map { LabelReview.Entry(number: item.number, id: $0, reasons: item.reasons) }
        }
    }

    /// Lists the messages that a review would ask about.
    func list(_ output: inout FileOutput, format: OutputFormat) throws {
        let queue = try queue(findings, leavingOut: [], limit: limit)
        let heads = try file.heads(of: queue.items.map(\.number), run: run)
        let labels = Dictionary(
            findings.messages.map { ($0.number, $0.label) }, uniquingKeysWith: { first, _ in first })
        for item in queue.items {
            guard let head = heads[item.number] else { continue }
            let label = labels[item.number] ?? .unlabelled
            switch format {
            case .text:
                let words = label == .unlabelled ? "" : "\(label.name)  "
                output.append(
                    lines: [
                        TerminalText.safe(
                            "#\(item.number)  \(words)\(JSON.decimal(thousandths: head.score))  "
                                + "\(head.headerFrom ?? head.mailFrom ?? "-")  \(head.subject ?? "(no subject)")",
                            limit: 200)
                    ] + item.reasons.map { "    \($0)" })
            case .ndjson:
                try output.append(
                    line: .object([
                        "message": .integer(item.number), "id": JSON(head.id), "source": .string(head.source),
                        "label": label == .unlabelled ? .null : .string(label.name), "score": .thousandths(head.score),
                        "header_from": JSON(head.headerFrom), "subject": JSON(head.subject),
                        "reasons": .array(item.reasons.map(JSON.string)),
                        "spam_probability": item.spamProbability.map { .thousandths(Int(($0 * 1000).rounded())) }
                            ?? .null,
                    ]))
            }
        }
        if queue.items.isEmpty, format == .text { output.append("No message is left to ask about.\n") }
        try output.flush()
    }

    /// Asks about messages until the user ends it; how many were labelled.
    func review(_ terminal: RawTerminal) throws -> Int {
        var review = LabelReview(try entries(queue(findings, leavingOut: [], limit: limit)))
        var previews = MessagePreviews(file, run: run)
        let reviews = try CaseReviews(file.path)
        defer { reviews.finish() }
        var shown: (number: Int, content: LabelScreen.Content)?
        var drawn: [String] = []
        while true {
            let (columns, rows) = terminal.size
            if let entry = review.current, shown?.number != entry.number {
                let coming = Array(review.entries.dropFirst(review.place + 1).prefix(20))
                shown = (entry.number, try previews.content(of: entry, coming: coming))
            }
            let lines = LabelScreen.lines(
                &review, title: TerminalText.safe("\(file.path), run \(run)", limit: 60), content: shown?.content,
                columns: columns, rows: rows)
            if lines != drawn {
                try terminal.show(lines)
                drawn = lines
            }
            guard let typed = terminal.typed() else { return review.labelled }
            for key in LabelKey.read(typed) {
                switch review.take(key, page: rows - 2) {
                case .nothing: break
                case .quit: return review.labelled
                case .suspend:
                    terminal.suspend()
                    drawn = []
                case .set(let id, let label):
                    try reviews.set(id, label, detail: "assay label", at: WallClock.now)
                    if label != nil, review.labelled % LabelSession.stride == 0 { try chooseAnew(&review) }
                }
            }
        }
    }

    /// Chooses what is asked next by what has been learned.
    private func chooseAnew(_ review: inout LabelReview) throws {
        guard findings.profiles.count <= LabelSession.quickProfiles else { return }
        let labels = Dictionary(
            review.entries.compactMap { entry in entry.label.map { (entry.number, RunFindings.Label($0)) } },
            uniquingKeysWith: { first, _ in first })
        let left = limit - review.seen.count
        guard left > 0 else { return }
        let queue = try queue(findings.relabelled { labels[$0] }, leavingOut: review.seen, limit: left)
        review.replaceRest(try entries(queue))
    }
}
