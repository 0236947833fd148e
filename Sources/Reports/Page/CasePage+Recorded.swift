import Screening
import Values

extension CasePage {
    /// What servers did with recorded sessions, beside what the policy rules; empty where that is not recorded.
    var recorded: String {
        guard !overview.recorded.isEmpty else { return "" }
        var table = HTMLTable(
            "What the server did then, and what the policy rules now",
            [.text("then"), .text("now"), .number("messages"), .number("ham"), .number("spam")])
        for (pair, counts) in overview.recorded.sorted(by: { $0.key < $1.key }) {
            table.add([
                .text(pair.then), .text(pair.now.rawValue), .number(counts.all), .number(counts.ham),
                .number(counts.spam),
            ])
        }
        guard let disagreements else { return table.html }
        var html = table.html
        for (caption, items) in [
            ("Accepted then, refused now: what looks legitimate comes first", disagreements.accepted),
            ("Refused then, accepted now", disagreements.refused.filter { !$0.isForRecipient }),
            (
                "Refused then for the recipient's mailbox, as it would be again",
                disagreements.refused.filter(\.isForRecipient)
            ),
        ] where !items.isEmpty {
            var list = HTMLTable(
                caption,
                [
                    .text("time"), .text("message"), .text("from"), .text("to"), .text("legitimate because"),
                    .text("then"), .text("now"),
                ], isSearchable: true)
            let vouched = items.map { ($0, disagreements.virtue(of: $0)) }
            for (item, virtue) in vouched.filter({ $0.1 != nil }) + vouched.filter({ $0.1 == nil }).prefix(500) {
                list.add([
                    .text(item.time?.rfc3339 ?? "not known"), .text(item.source), .text(item.sender),
                    .text(item.recipients), .text(virtue ?? ""), .text(item.then), .text(item.now),
                ])
            }
            html += list.html
        }
        return html
    }
}
