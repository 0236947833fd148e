import Tuning
import Values

extension SimulationTally {
    /// What the simulation came to, for people, at most `limit` rows a list.
    public func text(columns: Int?, limit: Int = 50) -> String {
        let (retried, unknown) = greylisted
        var text = "Held up or refused by the stages that remember\n"
        var table = TextTable([("what", .left), ("all", .right), ("wanted", .right), ("spam", .right)])
        func add(_ name: String, _ count: Count) {
            table.add([name, String(count.all), String(count.wanted), String(count.spam)])
        }
        add("mail, and sessions turned away before any", total)
        add("greylisted contacts that passed when they came again", retried)
        add("greylisted contacts not known to have come again", unknown)
        add("refused by a ban", banned)
        add("put off by throttling", putOff)
        add("slowed by throttling", slowed)
        add("tarpitted", tarpitted)
        text += table.text(columns: columns)
        let delays = [("greylisting", greylistDelays), ("tarpitting", tarpitDelays), ("throttling", throttleDelays)]
            .filter { $0.1.count > 0 }
        if !delays.isEmpty {
            text += "\nDelays\n"
            let shares = [50, 90, 99, 100]
            var table = TextTable([
                ("by", .left), ("times", .right), ("half", .right), ("90 %", .right), ("99 %", .right),
                ("most", .right),
            ])
            for (name, values) in delays {
                table.add([name, String(values.count)] + values.percentiles(shares).map(SimulationTally.words))
            }
            text += table.text(columns: columns)
        }
        let bans = banCounts
        if !bans.isEmpty {
            text += "\nBans\(SimulationTally.more(bans.count, limit))\n"
            var table = TextTable([
                ("who", .left), ("from", .left), ("until", .left), ("stopped", .right), ("wanted", .right),
                ("because of", .left),
            ])
            for ban in bans.prefix(limit) {
                table.add([
                    TerminalText.safe(ban.subject, limit: 60), ban.since, ban.until, String(ban.stopped.all),
                    String(ban.stopped.wanted), TerminalText.safe(ban.reason, limit: 80),
                ])
            }
            text += table.text(columns: columns)
        }
        let waves = waveCounts
        if !waves.isEmpty {
            text += "\nOutbreaks\(SimulationTally.more(waves.count, limit))\n"
            var table = TextTable([
                ("wave", .left), ("alike", .left), ("first seen", .left), ("caught at", .left),
                ("got through before", .right), ("caught", .right), ("wanted", .right), ("networks", .right),
                ("subject of the first", .left),
            ])
            for wave in waves.prefix(limit) {
                table.add([
                    wave.name, wave.kind, wave.first, wave.caught, String(wave.before), String(wave.after.all),
                    String(wave.after.wanted), String(wave.networks), TerminalText.safe(wave.subject, limit: 60),
                ])
            }
            text += table.text(columns: columns)
        }
        let mail = self.hurt
        if !mail.isEmpty {
            text += "\nWanted mail that is hurt\(SimulationTally.more(mail.count, limit))\n"
            text += SimulationTally.table(mail.prefix(limit)).text(columns: columns)
        }
        return text
    }

    /// Wanted mail that is hurt, a row each.
    public static func table(_ hurt: some Sequence<Hurt>) -> TextTable {
        var table = TextTable([
            ("time", .left), ("source", .left), ("from", .left), ("to", .left), ("wanted because", .left),
            ("what happens", .left),
        ])
        for mail in hurt {
            table.add([
                mail.time.map { Timestamp(seconds: $0.seconds).rfc3339 } ?? "not known",
                TerminalText.safe(mail.source, limit: 60), TerminalText.safe(mail.sender, limit: 60),
                TerminalText.safe(mail.recipients, limit: 60), mail.virtue, TerminalText.safe(mail.harm, limit: 120),
            ])
        }
        return table
    }

    private static func more(_ count: Int, _ limit: Int) -> String {
        count > limit ? " (\(limit) of \(count))" : " (\(count))"
    }
}
