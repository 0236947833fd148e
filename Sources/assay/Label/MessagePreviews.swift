import Archives
import Cases
import Mail
import Policy
import Reports
import Screening
import Values

/// What is shown of messages under review: what the case knows, and the text from the archive where it still lies.
struct MessagePreviews {
    private let file: CaseFile
    private let run: Int
    private var bodies: [Int: [String]] = [:]

    /// Text of a message that is shown, in bytes, and in lines.
    private static let textLimit = 64 << 10
    private static let lineLimit = 2000
    private static let linkLimit = 50

    init(_ file: CaseFile, run: Int) { (self.file, self.run) = (file, run) }

    /// What to show of `entry`. The text of `coming`, the next ones, is read in the same pass over an archive.
    mutating func content(of entry: LabelReview.Entry, coming: [LabelReview.Entry]) throws -> LabelScreen.Content {
        let record = try file.record(of: entry.number, run: run).record
        if bodies[entry.number] == nil { try load(entry, coming) }
        return LabelScreen.Content(head: try head(entry, record), body: bodies[entry.number] ?? [])
    }

    private func head(_ entry: LabelReview.Entry, _ record: TransactionRecord) throws -> [String] {
        let verdict = record.judgement.verdict
        let score = JSON.decimal(thousandths: record.judgement.decidingScore)
        var lines = ["#\(entry.number)  \(score) points → \((verdict?.disposition ?? .accept).rawValue)"]
        if !entry.reasons.isEmpty { lines.append("Asked because: \(entry.reasons.joined(separator: "; "))") }
        var votes: [LabelVote] = []
        try file.labels(run: run, of: entry.number) { votes = $0.votes }
        if !votes.isEmpty {
            let words = votes.map { "\($0.label ?? "-") (\($0.origin.rawValue): \($0.detail))" }
            lines.append("Labels:   \(words.joined(separator: ", "))")
        }
        lines.append("From:     \(record.headerFrom.isEmpty ? "-" : record.headerFrom.joined(separator: ", "))")
        lines.append("Subject:  \(record.subject ?? "(no subject)")")
        let to = record.recipients.compactMap { $0.value?.description }
        lines.append("To:       \(to.isEmpty ? "not known" : to.prefix(5).joined(separator: ", "))")
        let session = record.session
        let client = [session.client.value?.description, session.helo.value].compactMap(\.self).joined(separator: ", ")
        lines.append(
            "Came:     \(record.time.value?.rfc3339 ?? "-") from \(client.isEmpty ? "an unknown client" : client)")
        lines.append("Source:   \(record.source)")
        var weights: [Symbol: Int] = [:]
        for finding in record.judgement.findings { weights[finding.finding.symbol, default: 0] += finding.weight.value }
        let found = weights.sorted {
            abs($0.value) != abs($1.value) ? abs($0.value) > abs($1.value) : $0.key < $1.key
        }.map { "\($0.key) \(JSON.decimal(thousandths: $0.value))" }
        if !found.isEmpty { lines.append("Found:    \(found.joined(separator: "  "))") }
        return lines.map { TerminalLine.safe($0) }
    }

    /// Reads the text of `entry`, and of those of `coming` that lie in the same archive.
    private mutating func load(_ entry: LabelReview.Entry, _ coming: [LabelReview.Entry]) throws {
        let heads = try file.heads(of: [entry.number] + coming.map(\.number), run: run)
        guard let source = heads[entry.number]?.source else { return }
        let path = MessagePreviews.archive(of: source)
        var wanted: [String: Int] = [:]
        for (number, head) in heads where bodies[number] == nil && MessagePreviews.archive(of: head.source) == path {
            wanted[head.source] = number
        }
        bodies[entry.number] = [
            TerminalLine.safe("The message is not at \(source) any more: this is all the case knows.")
        ]
        guard var reader = try? ArchiveReader(.path(path)) else { return }
        while !wanted.isEmpty, let event = reader.next() {
            guard case .message(let found) = event, let number = wanted.removeValue(forKey: found.source) else {
                continue
            }
            // Another message may lie there by now.
            guard TransactionRecord.identifier(of: found.message) == heads[number]?.id else { continue }
            bodies[number] = MessagePreviews.lines(Message(found.message))
        }
    }

    /// The archive of a source: `file.mbox` of `file.mbox#17`.
    private static func archive(of source: String) -> String {
        guard let hash = source.lastIndex(of: "#"), Int(source[source.index(after: hash)...]) != nil else {
            return source
        }
        return String(source[..<hash])
    }

    /// Where the links of HTML point, with the words that they are shown by, which may claim something else.
    private static func links(_ message: Message, _ mime: MIMETree) -> [String] {
        let limits = HTMLLimits(text: textLimit, links: linkLimit, label: 200)
        let links = mime.parts.filter { $0.isLeaf && $0.isHTML && !$0.isAttachment }.flatMap { part in
            HTMLText.render(part.sourceText(in: message), limits: limits).links
        }
        guard !links.isEmpty else { return [] }
        return ["", "Where links point:"]
            + links.prefix(linkLimit).map { link in
                let words = link.text.replacing("\n", with: " ")
                return "    " + (words.isEmpty || words == link.address ? "" : "\(words) → ") + link.address
            }
    }

    private static func lines(_ message: Message) -> [String] {
        let mime = message.mime
        var lines: [String] = []
        for part in mime.attachments.prefix(20) {
            lines.append("[attached: \(part.filename ?? "no name"), \(part.contentType.mediaType)]")
        }
        lines += mime.visibleText(limit: textLimit).split(separator: "\n", omittingEmptySubsequences: false)
            .prefix(lineLimit).map { String($0).replacing("\r", with: "").replacing("\t", with: "    ") }
        if lines.isEmpty { lines.append("(no text)") }
        lines += links(message, mime)
        return lines.map { TerminalLine.safe($0) }
    }
}
