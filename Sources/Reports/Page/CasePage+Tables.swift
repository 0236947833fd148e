import Screening
import Tuning
import Values

extension CasePage {
    /// Where messages end, and what ends them.
    var flow: String {
        var table = HTMLTable(
            "By checkpoint, in the order of a session",
            [
                .text("checkpoint"), .text("fate"), .number("messages"), .number("share"), .number("ham"),
                .number("spam"),
            ])
        for phase in Phase.allCases.sorted() {
            for disposition in Disposition.allCases.sorted() {
                guard let counts = overview.flow[phase]?[disposition] else { continue }
                table.add([
                    .text(phase.rawValue), .text(disposition.rawValue), .number(counts.all),
                    .html(HTML.percent(counts.all, of: overview.total.all), key: Double(counts.all)),
                    .number(counts.ham), .number(counts.spam),
                ])
            }
        }
        var decisions = HTMLTable(
            "By what decided", [.text("decided by"), .number("messages"), .number("ham"), .number("spam")])
        for (name, counts) in overview.decisions.sorted(by: { ($1.value.all, $0.key) < ($0.value.all, $1.key) }) {
            decisions.add([.text(name), .number(counts.all), .number(counts.ham), .number(counts.spam)])
        }
        return fateKey + overview.flowPlot
            + "<div class=\"two\">\(table.html)\(decisions.isEmpty ? "" : decisions.html)</div>\n"
    }

    /// The symbols, with what each tells.
    var symbols: String {
        let values = Dictionary(overview.symbols.map { ($0.symbol, $0) }, uniquingKeysWith: { first, _ in first })
        var table = HTMLTable(
            "Symbols; S/O is the share of spam among a symbol's messages if there were as much ham as spam",
            [
                .text("symbol"), .number("points"), .number("messages"), .number("ham"), .number("spam"),
                .number("S/O"),
                .number("bits"),
            ], isSearchable: true, hasLongNames: true)
        let counts = overview.symbolCounts.sorted { ($1.value.all, $0.key) < ($0.value.all, $1.key) }
        for (symbol, count) in counts {
            let (value, weight) = (values[symbol], overview.weights[symbol] ?? 0)
            let odds = value?.spamOdds.map { Int(($0 * 1000).rounded()) }
            let gain = value.map { Int(($0.informationGain * 1000).rounded()) } ?? 0
            let companion = value?.companion.flatMap { $0.share >= 0.9 ? $0.symbol.name : nil }
            // Few columns, so that a phone has room for all.
            table.add([
                .html(
                    HTML.text(symbol.name)
                        + (companion.map { " <small class=\"soft\">mostly with \(HTML.text($0))</small>" } ?? "")),
                .points(weight, JSON.decimal(thousandths: weight)), .share(count.all, of: overview.total.all),
                .number(count.ham), .number(count.spam),
                .points(odds ?? -1, odds.map { JSON.decimal(thousandths: $0) } ?? "–"),
                .points(gain, JSON.decimal(thousandths: gain)),
            ])
        }
        return table.isEmpty ? "<p>Nothing was found.</p>\n" : table.html
    }

    /// The domains and networks that mail comes from.
    var senders: String {
        var domains = HTMLTable(
            "Domains in From, those with the most messages",
            [.text("domain"), .number("messages"), .number("ham"), .number("spam"), .number("refused")],
            isSearchable: true)
        for (name, counts) in mostFrequent(overview.domains, by: \.messages.all) {
            domains.add([
                .text(name), .number(counts.messages.all), .number(counts.messages.ham), .number(counts.messages.spam),
                .number(counts.refused),
            ])
        }
        var networks = HTMLTable(
            "Networks of clients (/24, /48), those with the most messages",
            [.text("network"), .number("messages"), .number("ham"), .number("spam"), .number("refused")],
            isSearchable: true)
        let named = Dictionary(
            overview.networks.map { ($0.key.description, ($0.value, overview.refusedNetworks[$0.key] ?? 0)) },
            uniquingKeysWith: { first, _ in first })
        for (name, (counts, refused)) in mostFrequent(named, by: \.0.all) {
            networks.add([
                .text(name), .number(counts.all), .number(counts.ham), .number(counts.spam), .number(refused),
            ])
        }
        var systems = HTMLTable(
            "Autonomous systems of clients, those with the most messages",
            [.text("system"), .number("messages"), .number("ham"), .number("spam"), .number("refused")],
            isSearchable: true)
        let owners = Dictionary(
            overview.systems.map { ($0.key.text, ($0.value, overview.refusedSystems[$0.key] ?? 0)) },
            uniquingKeysWith: { first, _ in first })
        for (name, (counts, refused)) in mostFrequent(owners, by: \.0.all) {
            systems.add([
                .text(name), .number(counts.all), .number(counts.ham), .number(counts.spam), .number(refused),
            ])
        }
        let tables = [domains, networks, systems].filter { !$0.isEmpty }.map(\.html)
        return tables.isEmpty ? "" : "<div class=\"two\">\(tables.joined())</div>\n"
    }

    /// What vouches for the domains in From.
    var authentication: String {
        var table = HTMLTable(
            "Messages by the domain in From: whose SPF passes, which are signed, for which either vouches for this domain",
            [
                .text("domain"), .number("messages"), .number("SPF pass"), .number("DKIM pass"), .number("DMARC pass"),
                .number("DMARC fail"),
            ], isSearchable: true, hasLongNames: true)
        let known = overview.domains.filter { $0.value.spf + $0.value.dkim + $0.value.dmarc + $0.value.dmarcFailed > 0 }
        for (name, counts) in mostFrequent(known, by: \.messages.all) {
            func cell(_ number: Int) -> HTMLTable.Cell { .share(number, of: counts.messages.all) }
            table.add([
                .text(name), .number(counts.messages.all), cell(counts.spf), cell(counts.dkim), cell(counts.dmarc),
                cell(counts.dmarcFailed),
            ])
        }
        return table.isEmpty ? "" : table.html
    }

    /// The stages that could not look.
    var unknown: String {
        var table = HTMLTable(
            "Stages that could not look", [.text("stage"), .text("why"), .number("messages"), .number("share")])
        for (stage, reason, messages) in overview.omissions {
            table.add([
                .text(stage), .text(reason), .number(messages),
                .html(HTML.percent(messages, of: overview.total.all), key: Double(messages)),
            ])
        }
        return table.isEmpty ? "<p>Every stage could look at every message.</p>\n" : table.html
    }

    /// The looks into single messages.
    var messages: String {
        guard !looks.isEmpty else { return "" }
        func options(_ words: Set<String>) -> String {
            words.sorted().map { "<option value=\"\(HTML.text($0))\">\(HTML.text($0))</option>" }.joined()
        }
        var html =
            "<p class=\"soft\">\(looks.count) of \(HTML.number(overview.total.all)) messages: mistakes first, then "
        html += "some of each fate. assay explain CASE#N tells the story of any.</p>\n<div class=\"key\">"
        html += "<input type=\"search\" id=\"find\" placeholder=\"Search\" aria-label=\"Search in messages\">"
        html +=
            "<label>fate <select id=\"fate\"><option value=\"\">any</option>\(options(Set(looks.map(\.disposition))))"
        html += "</select></label><label>label <select id=\"label\"><option value=\"\">any</option>"
        html +=
            "\(options(Set(looks.compactMap(\.label))))</select></label><span id=\"count\" role=\"status\"></span></div>\n"
        html += "<div id=\"list\">\n"
        for look in looks {
            html +=
                "<details data-f=\"\(look.disposition)\" data-l=\"\(HTML.text(look.label ?? ""))\"><summary>#\(look.number) "
            html += "<span class=\"b t-\(look.disposition)\">\(look.disposition)</span> "
            if let label = look.label { html += "<span class=\"b t-\(HTML.text(label))\">\(HTML.text(label))</span> " }
            html += "\(JSON.decimal(thousandths: look.score)) · \(HTML.text(look.from, limit: 80)) · "
            html += "\(HTML.text(look.subject, limit: 120))</summary><pre>\(HTML.lines(look.story))</pre></details>\n"
        }
        return html + "</div>\n"
    }

    private func mostFrequent<Counts>(
        _ counts: [String: Counts], by number: (Counts) -> Int
    ) -> [(key: String, value: Counts)] {
        Array(
            counts.sorted { left, right in
                let (one, other) = (number(left.value), number(right.value))
                return one != other ? one > other : left.key < right.key
            }.prefix(100))
    }
}
