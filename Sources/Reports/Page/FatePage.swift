import Screening
import Tuning
import Values

/// The messages whose fate differs between two policies or two runs, as one page that needs nothing else.
public struct FatePage {
    /// A message whose fate differs.
    public struct Item {
        let number: Int
        let label: RunFindings.Label
        let change: PolicyComparison.Change
        let scores: (base: Int, trial: Int)
        let from: String
        let subject: String
        let source: String
        let reasons: [String]

        /// A message, its scores in thousandths of a point, and what tips it.
        public init(
            number: Int, label: RunFindings.Label, change: PolicyComparison.Change, scores: (base: Int, trial: Int),
            from: String, subject: String, source: String, reasons: [String]
        ) {
            (self.number, self.label, self.change, self.scores) = (number, label, change, scores)
            (self.from, self.subject, self.source, self.reasons) = (from, subject, source, reasons)
        }
    }

    private let title: String
    private let base: String
    private let trial: String
    private let counts: ChangeCounts
    private let items: [Item]
    private let notes: [String]

    /// The page on what changes from `base` to `trial`.
    public init(
        title: String, base: String, trial: String, counts: ChangeCounts, items: [Item], notes: [String]
    ) {
        (self.title, self.base, self.trial) = (title, base, trial)
        (self.counts, self.items, self.notes) = (counts, items, notes)
    }

    /// The page.
    public var html: String {
        let changed = counts.changes.reduce(0) { $0 + counts.count(from: $1.from, to: $1.to) }
        var lead = "<div class=\"cards\">" + card(counts.count(), "messages") + card(changed, "meet another fate")
        for label in [RunFindings.Label.ham, .spam] where counts.labels.contains(label) {
            let those = counts.changes.reduce(0) { $0 + counts.count(from: $1.from, to: $1.to, label: label) }
            lead += card(those, "of them \(label.name)")
        }
        lead += "</div>\n" + notes.map { "<p class=\"soft\">\(HTML.text($0, limit: 1000))</p>\n" }.joined()
        return HTMLPage(
            title: "\(title): what changes", heading: "What would change",
            subtitle: "\(title) · base: \(base) · trial: \(trial)", lead: lead,
            sections: [
                .init(id: "fates", title: "Fates", body: matrices),
                .init(id: "messages", title: "Messages", body: list),
            ]
        ).html
    }

    private func card(_ number: Int, _ word: String) -> String {
        "<div class=\"card\"><b>\(HTML.number(number))</b><span>\(HTML.text(word))</span></div>"
    }

    private var matrices: String {
        let labels: [RunFindings.Label?] = counts.labels.count > 1 ? [nil] + counts.labels : [nil]
        let fates = counts.dispositions
        return "<div class=\"two\">"
            + labels.map { label in
                var table = HTMLTable(
                    "\(label?.name ?? "All"): a row under base, a column under trial",
                    [.text("")] + fates.map { .number($0.rawValue) })
                for from in fates {
                    table.add(
                        [.text(from.rawValue)] + fates.map { .number(counts.count(from: from, to: $0, label: label)) })
                }
                return table.html
            }.joined() + "</div>\n"
    }

    private var list: String {
        guard !items.isEmpty else { return "<p>No message meets another fate.</p>\n" }
        func options(_ words: Set<String>) -> String {
            words.sorted().map { "<option value=\"\(HTML.text($0))\">\(HTML.text($0))</option>" }.joined()
        }
        var html = "<div class=\"key\"><input type=\"search\" id=\"find\" placeholder=\"Search\" "
        html += "aria-label=\"Search in messages\"><label>change <select id=\"fate\"><option value=\"\">any</option>"
        html += options(Set(items.map(\.change.words)))
        html += "</select></label><label>label <select id=\"label\"><option value=\"\">any</option>"
        html +=
            "\(options(Set(items.map(\.label.name))))</select></label><span id=\"count\" role=\"status\"></span></div>\n"
        html += "<div id=\"list\">\n"
        for item in items {
            let change = item.change.words
            html += "<details data-f=\"\(change)\" data-l=\"\(item.label.name)\"><summary>#\(item.number) "
            html += "<span class=\"b t-\(item.change.to.rawValue)\">\(change)</span> "
            html += "<span class=\"b t-\(item.label.name)\">\(item.label.name)</span> "
            html +=
                "\(JSON.decimal(thousandths: item.scores.base)) → \(JSON.decimal(thousandths: item.scores.trial)) · "
            html += "\(HTML.text(item.from, limit: 80)) · \(HTML.text(item.subject, limit: 120))</summary><ul>"
            html += item.reasons.map { "<li>\(HTML.text($0))</li>" }.joined()
            html += "</ul><p class=\"soft\">\(HTML.text(item.source))</p></details>\n"
        }
        return html + "</div>\n"
    }
}

extension PolicyComparison.Change {
    fileprivate var words: String { "\(from.rawValue) → \(to.rawValue)" }
}
