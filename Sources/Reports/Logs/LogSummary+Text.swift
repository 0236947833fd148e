import Logs
import Values

extension LogSummary {
    /// The figures for people, in paragraphs. Names from logs are in it as they are safe to show.
    public func text(rows: Int, columns: Int?) -> String {
        var parts: [String] = [volumes]
        func add(_ title: String, _ top: LogTop, _ head: String, empty: String = "") {
            guard top.count > 0 else { return }
            var table = TextTable([(title: "", alignment: .right), (title: head, alignment: .left)])
            for (name, count) in top.top(rows) {
                table.add([String(count), TerminalText.safe(name.isEmpty ? empty : name, limit: 200)])
            }
            let rest = top.count > rows ? "  … and \(top.count - rows) more\n" : ""
            let note =
                top.forgottenCount > 0
                ? "  Counts are approximate: \(top.forgottenCount) rare ones were let go of.\n" : ""
            parts.append("\(title)\n" + table.text(columns: columns) + rest + note)
        }
        add("Refused, by reason", rejections, "reason")
        add("Refused for now, by reason", deferrals, "reason")
        add("Would have been refused (warnings of the server's own), by reason", warnings, "reason")
        add("Deliveries put off or failed, by reason", deliveryFailures, "reason")
        add("Senders, by messages", senders, "sender", empty: "<> (notifications)")
        add("Recipients, by deliveries", recipients, "recipient", empty: "(none)")
        add("Clients, by sessions", clients, "client")
        add("Clients, by refusals", refusedClients, "client")
        add("Next hops, by deliveries", nextHops, "next hop")
        add("Lists that named clients", lists, "list")
        add("Results of filters", verdicts, "verdict")
        add("Viruses", viruses, "virus")
        add("Logins to mailboxes, by user", logins, "user", empty: "(nameless)")
        parts.append(security(rows, columns))
        return parts.filter { !$0.isEmpty }.joined(separator: "\n")
    }

    private var volumes: String {
        var lines: [String] = []
        lines.append(
            "Messages: \(messageCount) came, \(Figures.size(byteCount)); \(deliveries["sent"]) delivered, \(deliveries["deferred"]) put off, \(deliveries["bounced"]) undeliverable, \(deliveries["expired"]) given up"
        )
        lines.append("Refused: \(rejections.total) for good, \(deferrals.total) for now, \(warnings.total) in warnings")
        if delays.count > 0 {
            let values = [50, 90, 95, 99].map { "\($0) % within \(Figures.duration(delays.percentile($0) ?? 0))" }
            lines.append(
                "Delays of deliveries: \(values.joined(separator: ", ")), the longest \(Figures.duration(delays.maximum))"
            )
        }
        if greylist.deferredCount > 0 {
            var line =
                "Refused for now and tried again: \(greylist.acceptedCount) of \(greylist.deferredCount) triplets of client, sender and recipient"
            if let median = greylist.delays.percentile(50), let most = greylist.delays.percentile(95) {
                line += "; they came after \(Figures.duration(median)) (half of them), \(Figures.duration(most)) (95 %)"
            }
            lines.append(line)
        }
        return lines.map { $0 + "\n" }.joined()
    }

    private func security(_ rows: Int, _ columns: Int?) -> String {
        var text = ""
        if sessionCount > 0 {
            text +=
                "Sessions: \(sessionCount), \(encryptedCount) with TLS (\(Figures.share(encryptedCount, of: sessionCount)))"
            let versions = tlsVersions.top(6).map { "\(TerminalText.safe($0.name, limit: 20)) \($0.count)" }
            text += versions.isEmpty ? "" : ": " + versions.joined(separator: ", ")
            text += tlsFailureCount > 0 ? "; \(tlsFailureCount) handshakes failed\n" : "\n"
        }
        let outgoing = outgoingTLS.top(6).map { "\(TerminalText.safe($0.name, limit: 20)) \($0.count)" }
        if !outgoing.isEmpty { text += "Connections to next hops with TLS: \(outgoing.joined(separator: ", "))\n" }
        if authenticatedCount + authenticationFailureCount > 0 {
            text +=
                "Authentication: \(authenticatedCount) messages of authenticated clients, \(authenticationFailureCount) failures\n"
        }
        let attackers = attacks.top(rows, least: 3)
        guard !attackers.isEmpty else { return text }
        text += "Guessed passwords: \(attacks.bruteForceCount) clients failed five times or more within ten minutes\n"
        var table = TextTable([
            (title: "failures", alignment: .right), (title: "client", alignment: .left),
            (title: "names", alignment: .right),
            (title: "most in 10 min", alignment: .right), (title: "from", alignment: .left),
            (title: "to", alignment: .left),
        ])
        for attacker in attackers {
            table.add([
                String(attacker.count), TerminalText.safe(attacker.client, limit: 60), String(attacker.users.count),
                String(attacker.burst),
                attacker.first?.rfc3339 ?? "", attacker.last?.rfc3339 ?? "",
            ])
        }
        return text + table.text(columns: columns)
    }

    /// The figures as objects, one a line: `{"figure":"messages",…}` and one for each row of a table.
    public func json(rows: Int) -> [JSON] {
        var lines: [JSON] = []
        func add(_ figure: String, _ members: [String: JSON]) {
            lines.append(.object(members.merging(["figure": .string(figure)]) { $1 }))
        }
        add(
            "messages",
            [
                "count": .integer(messageCount), "bytes": .integer(byteCount),
                "authenticated": .integer(authenticatedCount),
            ])
        add(
            "records",
            Dictionary(uniqueKeysWithValues: LogRecord.Kind.allCases.map { ($0.rawValue, .integer(kinds[$0] ?? 0)) }))
        add("delivery delay", Figures.spread(delays))
        add(
            "greylisting",
            Figures.spread(greylist.delays).merging([
                "deferred": .integer(greylist.deferredCount), "accepted": .integer(greylist.acceptedCount),
            ]) { $1 })
        add(
            "tls",
            [
                "sessions": .integer(sessionCount), "encrypted": .integer(encryptedCount),
                "failures": .integer(tlsFailureCount),
            ])
        add(
            "authentication",
            [
                "messages": .integer(authenticatedCount), "failures": .integer(authenticationFailureCount),
                "brute_force_clients": .integer(attacks.bruteForceCount),
            ])
        let tables: [(String, LogTop)] = [
            ("deliveries", deliveries), ("rejections", rejections), ("deferrals", deferrals), ("warnings", warnings),
            ("delivery failures", deliveryFailures), ("senders", senders), ("recipients", recipients),
            ("clients", clients),
            ("refused clients", refusedClients), ("next hops", nextHops), ("tls versions", tlsVersions),
            ("outgoing tls", outgoingTLS),
            ("lists", lists), ("verdicts", verdicts), ("viruses", viruses), ("logins", logins),
        ]
        for (name, top) in tables {
            for row in top.top(rows) { add(name, ["name": .string(row.name), "count": .integer(row.count)]) }
        }
        for attacker in attacks.top(rows) {
            add(
                "attackers",
                [
                    "name": .string(attacker.client), "count": .integer(attacker.count),
                    "users": .array(attacker.users.sorted().map(JSON.string)),
                    "burst": .integer(attacker.burst), "first": JSON(attacker.first?.rfc3339),
                    "last": JSON(attacker.last?.rfc3339),
                ])
        }
        return lines
    }

    private enum Figures {
        static func size(_ bytes: Int) -> String {
            var (value, unit) = (bytes, "bytes")
            for name in ["KB", "MB", "GB", "TB"] where value >= 10_000 { (value, unit) = (value / 1_000, name) }
            return "\(value) \(unit)"
        }

        static func duration(_ milliseconds: Int) -> String {
            switch milliseconds {
            case ..<10_000: JSON.decimal(thousandths: milliseconds) + " s"
            case ..<600_000: "\(milliseconds / 1_000) s"
            case ..<36_000_000: "\(milliseconds / 60_000) min"
            case ..<864_000_000: "\(milliseconds / 3_600_000) h"
            default: "\(milliseconds / 86_400_000) days"
            }
        }

        static func share(_ part: Int, of whole: Int) -> String {
            whole == 0 ? "0 %" : "\(min(100, part * 100 / whole)) %"
        }

        static func spread(_ spread: LogSpread) -> [String: JSON] {
            var members: [String: JSON] = ["count": .integer(spread.count), "longest_ms": .integer(spread.maximum)]
            for percent in [50, 90, 95, 99] { members["p\(percent)_ms"] = spread.percentile(percent).map(JSON.integer) }
            return members
        }
    }
}
