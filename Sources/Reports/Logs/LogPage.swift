import Logs
import Values

/// What logs add up to, as one page that needs nothing else.
public struct LogPage {
    private let summary: LogSummary
    private let timeline: LogTimeline
    private let tally: LogTally
    private let title: String
    private let subtitle: String
    private let rows: Int

    /// The page on these figures; `title` names the logs, `subtitle` says of what time they are.
    public init(
        _ summary: LogSummary, _ timeline: LogTimeline, _ tally: LogTally, title: String, subtitle: String, rows: Int
    ) {
        (self.summary, self.timeline, self.tally) = (summary, timeline, tally)
        (self.title, self.subtitle, self.rows) = (title, subtitle, rows)
    }

    /// The page.
    public var html: String {
        let sections: [(String, String, String)] = [
            ("time", "Hour by hour", hours),
            (
                "refused", "Refused",
                table("For good, by reason", "reason", summary.rejections)
                    + table("For now, by reason", "reason", summary.deferrals)
                    + table("In warnings of the server's own", "reason", summary.warnings)
                    + table("Lists that named clients", "list", summary.lists)
            ),
            (
                "deliveries", "Deliveries",
                table("By status", "status", summary.deliveries)
                    + table("Put off or failed, by reason", "reason", summary.deliveryFailures)
                    + table("By next hop", "next hop", summary.nextHops)
            ),
            (
                "who", "Who sends and receives",
                table("Senders, by messages", "sender", summary.senders)
                    + table("Recipients, by deliveries", "recipient", summary.recipients)
                    + table("Clients, by sessions", "client", summary.clients)
                    + table("Clients, by refusals", "client", summary.refusedClients)
            ),
            ("passwords", "Guessed passwords", attackers),
            (
                "security", "TLS, filters, logins",
                table("Sessions, by version of TLS", "version", summary.tlsVersions)
                    + table("To next hops, by version of TLS", "version", summary.outgoingTLS)
                    + table("Results of filters", "verdict", summary.verdicts)
                    + table("Viruses", "virus", summary.viruses)
                    + table("Logins to mailboxes", "user", summary.logins)
            ),
            ("lines", "Lines", lines),
        ]
        return HTMLPage(
            title: title, heading: "What the logs tell", subtitle: "\(title) · \(subtitle)", lead: lead,
            sections: sections.filter { !$0.2.isEmpty }.map { HTMLPage.Section(id: $0.0, title: $0.1, body: $0.2) }
        ).html
    }

    private var lead: String {
        var cards = [
            ("messages", HTML.number(summary.messageCount)), ("delivered", HTML.number(summary.deliveries["sent"])),
            ("refused for good", HTML.number(summary.rejections.total)),
            ("refused for now", HTML.number(summary.deferrals.total)),
            (
                "sessions with TLS",
                HTML.percent(min(summary.encryptedCount, summary.sessionCount), of: summary.sessionCount)
            ),
            ("failed authentications", HTML.number(summary.authenticationFailureCount)),
        ]
        if let delay = summary.delays.percentile(95) {
            cards.append(("95 % delivered within", JSON.decimal(thousandths: delay) + " s"))
        }
        if let delay = summary.greylist.delays.percentile(50) {
            cards.append(("greylisting delays by (median)", JSON.decimal(thousandths: delay / 60) + " min"))
        }
        return "<div class=\"cards\">"
            + cards.map { "<div class=\"card\"><b>\(HTML.text($0.1))</b><span>\(HTML.text($0.0))</span></div>" }
            .joined() + "</div>\n"
    }

    private func table(_ caption: String, _ head: String, _ top: LogTop) -> String {
        guard top.count > 0 else { return "" }
        var table = HTMLTable(caption, [.text(head), .number("number")], isSearchable: top.count > 20)
        for (name, count) in top.top(rows) { table.add([.text(name.isEmpty ? "–" : name), .number(count)]) }
        let rest = top.count - min(top.count, rows)
        return table.html + (rest > 0 ? "<p class=\"soft\">… and \(HTML.number(rest)) more.</p>\n" : "")
    }

    private var hours: String {
        let list = timeline.inOrder
        guard !list.isEmpty else { return "" }
        var table = HTMLTable(
            "Hours in which nothing happened are left out",
            [
                .text("from"), .number("sessions"), .number("messages"), .number("sent"), .number("put off"),
                .number("failed"),
                .number("refused"), .number("for now"), .number("guesses"),
            ])
        for row in list.suffix(2_000) {
            table.add([
                .text(row.start.rfc3339), .number(row.kinds[.connect] ?? 0), .number(row.messages), .number(row.sent),
                .number(row.deferred),
                .number(row.failed), .number(row.kinds[.reject] ?? 0), .number(row.kinds[.defer] ?? 0),
                .number(row.guesses),
            ])
        }
        return table.html
    }

    private var attackers: String {
        let list = summary.attacks.top(rows, least: 3)
        guard !list.isEmpty else { return "" }
        var table = HTMLTable(
            "Clients that failed to authenticate three times or more",
            [
                .text("client"), .number("failures"), .number("names"), .number("most in 10 min"), .text("from"),
                .text("to"),
            ])
        for attacker in list {
            table.add([
                .text(attacker.client), .number(attacker.count), .number(attacker.users.count), .number(attacker.burst),
                .text(attacker.first?.rfc3339 ?? ""), .text(attacker.last?.rfc3339 ?? ""),
            ])
        }
        return table.html
    }

    private var lines: String {
        var formats = HTMLTable("By format", [.text("format"), .number("lines"), .number("read")])
        for (name, count) in tally.byFormat { formats.add([.text(name), .number(count.seen), .number(count.read)]) }
        let unknown = tally.unknown.filter { $0.format != LogTally.others }
        guard !unknown.isEmpty else { return formats.html }
        var shapes = HTMLTable(
            "Lines that are not known, by shape", [.text("format"), .text("shape"), .number("lines")])
        for shape in unknown.prefix(rows) {
            shapes.add([.text(shape.format), .text(shape.shape), .number(shape.count)])
        }
        return formats.html + shapes.html
    }
}
