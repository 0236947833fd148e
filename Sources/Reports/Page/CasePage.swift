import Cases
import Mail
import Screening
import Tuning
import Values

/// The report on a case as one page that needs nothing else: no network, no fonts, no other file.
public struct CasePage {
    let overview: CaseOverview
    let looks: [Look]
    let made: String
    let disagreements: FateDisagreements?

    /// A message that can be looked into.
    public struct Look {
        let number: Int
        let label: String?
        let disposition: String
        let score: Int
        let from: String
        let subject: String
        let story: String

        /// The message of a record, with its story; with a `redactor` nobody is named in it.
        public init(
            _ number: Int, _ record: TransactionRecord, thresholds: [ScreeningPolicy.Threshold],
            redactor: Redactor? = nil
        ) {
            self.number = number
            label = record.label
            disposition = (record.judgement.verdict?.disposition ?? .accept).rawValue
            score = record.judgement.decidingScore
            let sender = record.headerFrom.first ?? record.reversePath.value?.description
            from = sender.map { redactor?.address($0) ?? $0 } ?? "–"
            subject = record.subject.map { redactor?.content($0) ?? $0 } ?? "(no subject)"
            story = Explanation(record, thresholds: thresholds, redactor: redactor).text
        }
    }

    /// The page on `overview` with `looks` into single messages, and what servers did otherwise than the policy rules;
    /// `made` says when, and by what.
    public init(
        _ overview: CaseOverview, looks: [Look], disagreements: FateDisagreements? = nil, made: String
    ) {
        (self.overview, self.looks, self.disagreements, self.made) = (overview, looks, disagreements, made)
    }

    /// The page.
    public var html: String {
        let sections: [HTMLPage.Section] = [
            ("flow", "What becomes of the mail, and where", flow), ("scores", "Scores", scores),
            ("recorded", "What the server did then", recorded), ("time", "Over time", time),
            ("symbols", "What was found", symbols), ("senders", "Who sends", senders),
            ("authentication", "Authentication by domain", authentication),
            ("unknown", "What could not be evaluated", unknown), ("messages", "Messages", messages),
        ].filter { !$0.2.isEmpty }.map { HTMLPage.Section(id: $0.0, title: $0.1, body: $0.2) }
        return HTMLPage(
            title: overview.title, heading: "What the policy does to this mail",
            subtitle: "\(overview.title) · policy: \(overview.policy) · \(made)", lead: headline, sections: sections
        ).html
    }

    private var headline: String {
        let total = overview.total
        var cards = [("messages", HTML.number(total.all))]
        if overview.withoutMessage > 0 {
            cards.append(("sessions without a message", HTML.number(overview.withoutMessage)))
        }
        for disposition in Disposition.allCases.sorted() {
            guard let counts = overview.dispositions[disposition] else { continue }
            cards.append(
                (
                    disposition.rawValue,
                    "\(HTML.number(counts.all)) <small>\(HTML.percent(counts.all, of: total.all))</small>"
                ))
        }
        if total.ham > 0 {
            let caught = overview.dispositions.filter { $0.key > .accept }.reduce(0) { $0 + $1.value.ham }
            cards.append(("ham caught", "\(HTML.number(caught)) <small>\(HTML.percent(caught, of: total.ham))</small>"))
        }
        if total.spam > 0 {
            let missed = overview.dispositions[.accept]?.spam ?? 0
            cards.append(
                ("spam let through", "\(HTML.number(missed)) <small>\(HTML.percent(missed, of: total.spam))</small>"))
        }
        return "<div class=\"cards\">"
            + cards.map { "<div class=\"card\"><b>\($0.1)</b><span>\(HTML.text($0.0))</span></div>" }.joined()
            + "</div>\n"
    }

    private var scores: String {
        var html = "<div class=\"key\">"
        for (style, word) in [("ham", "ham"), ("spam", "spam"), ("soft", "unlabelled")] {
            html += "<span><i style=\"background:var(--\(style))\"></i>\(word)</span>"
        }
        html += "</div>\n\(overview.scorePlot)"
        html += "<p class=\"soft\">Heights grow with the root of the number. Hover over a bar for its figures.</p>\n"
        guard let area = overview.scores.areaUnderCurve else {
            return html + "<p class=\"soft\">No ROC curve: it takes labelled ham and spam (--labels).</p>\n"
        }
        let percent = JSON.decimal(thousandths: Int((area * 100_000).rounded()))
        html +=
            "<h3>ROC curve</h3><p>Of a ham and a spam drawn at random the spam has the higher score in \(percent) % "
        return html + "of cases.</p>\n\(overview.curvePlot)" + sweep
    }

    /// Thresholds and what they catch, for those who do not see the curve.
    private var sweep: String {
        let points = ThresholdSweep(overview.scores).points
        var table = HTMLTable(
            "What a threshold would catch by the score alone",
            [.number("from score"), .number("ham"), .number("of ham"), .number("spam"), .number("of spam")])
        let stride = max(1, points.count / 40)
        for (place, point) in points.enumerated() where place % stride == 0 {
            table.add([
                .points(point.threshold, JSON.decimal(thousandths: point.threshold)), .number(point.falsePositives),
                .html(HTML.percent(point.falsePositives, of: point.ham), key: point.falsePositiveShare.value),
                .number(point.truePositives),
                .html(HTML.percent(point.truePositives, of: point.spam), key: point.recall.value),
            ])
        }
        return "<details><summary>As a table</summary>\(table.html)</details>\n"
    }

    /// What the colours of fates mean.
    var fateKey: String {
        var html = "<div class=\"key\">"
        for disposition in Disposition.allCases.sorted() where overview.dispositions[disposition] != nil {
            let name = disposition >= .reject ? "reject" : disposition.rawValue
            html += "<span><i style=\"background:var(--\(name))\"></i>\(disposition.rawValue)</span>"
        }
        return html + "</div>\n"
    }

    private var time: String {
        guard let (svg, unit) = overview.timePlot else { return "" }
        var html = fateKey + "\(svg)<p class=\"soft\">One bar is \(unit).</p>\n"
        if overview.undated > 0 {
            html += "<p class=\"soft\">Messages whose time is not known: \(HTML.number(overview.undated)).</p>\n"
        }
        return html
    }
}
