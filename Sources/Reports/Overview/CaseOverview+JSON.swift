import Policy
import Screening
import Tuning
import Values

extension CaseOverview {
    /// A table of the overview, for programs.
    public struct Table: Sendable {
        /// The table's name, which is a file's too.
        public let name: String
        /// The titles of its columns.
        public let columns: [String]
        /// Its rows.
        public let rows: [[JSON]]
    }

    /// The overview as tables.
    public var tables: [Table] {
        [
            Table(
                name: "flow", columns: ["checkpoint", "disposition", "messages", "ham", "spam"],
                rows: Phase.allCases.sorted().flatMap { phase in
                    (flow[phase] ?? [:]).sorted { $0.key < $1.key }.map { disposition, counts in
                        [.string(phase.rawValue), .string(disposition.rawValue)] + counts.cells
                    }
                }),
            Table(
                name: "decisions", columns: ["decided_by", "messages", "ham", "spam"],
                rows: decisions.sorted { $0.key < $1.key }.map { [.string($0.key)] + $0.value.cells }),
            Table(
                name: "scores", columns: ["score", "ham", "spam"],
                rows: scores.bins.map { [.thousandths($0.score), .integer($0.ham), .integer($0.spam)] }),
            Table(name: "symbols", columns: Self.symbolColumns, rows: symbolRows),
            Table(
                name: "days", columns: ["day", "disposition", "messages"],
                rows: days.sorted { $0.key < $1.key }.flatMap { day, fates in
                    fates.sorted { $0.key < $1.key }.map { disposition, count in
                        [.string(Self.date(day)), .string(disposition.rawValue), .integer(count)]
                    }
                }),
            Table(
                name: "domains",
                columns: [
                    "domain", "messages", "ham", "spam", "refused", "spf_pass", "dkim_pass", "dmarc_pass", "dmarc_fail",
                ],
                rows: domains.sorted { $0.key < $1.key }.map { name, counts in
                    [.string(name)] + counts.messages.cells
                        + [counts.refused, counts.spf, counts.dkim, counts.dmarc, counts.dmarcFailed].map(JSON.integer)
                }),
            Table(
                name: "networks", columns: ["network", "messages", "ham", "spam", "refused"],
                rows: networks.map { ($0.key.description, $0.value.cells + [.integer(refusedNetworks[$0.key] ?? 0)]) }
                    .sorted { $0.0 < $1.0 }.map { [.string($0.0)] + $0.1 }),
            Table(
                name: "systems", columns: ["number", "name", "messages", "ham", "spam", "refused"],
                rows: systems.sorted { ($0.key.number, $0.key.name) < ($1.key.number, $1.key.name) }.map {
                    system, counts in
                    [.integer(Int(system.number)), .string(system.name)] + counts.cells
                        + [.integer(refusedSystems[system] ?? 0)]
                }),
            Table(
                name: "not_evaluated", columns: ["stage", "reason", "messages"],
                rows: omissions.map { [.string($0.stage), .string($0.reason), .integer($0.messages)] }),
            Table(
                name: "recorded", columns: ["then", "now", "messages", "ham", "spam"],
                rows: recorded.sorted { $0.key < $1.key }.map { pair, counts in
                    [.string(pair.then), .string(pair.now.rawValue)] + counts.cells
                }),
        ]
    }

    /// The overview as one object: totals, and each table as a list of objects.
    public var json: JSON {
        var members: [String: JSON] = [
            "title": .string(title), "policy": .string(policy), "messages": .integer(total.all),
            "ham": .integer(total.ham), "spam": .integer(total.spam), "undated": .integer(undated),
            "without_message": .integer(withoutMessage),
            "thresholds": .object(
                Dictionary(
                    thresholds.map { ($0.disposition.rawValue, .thousandths($0.score.value)) },
                    uniquingKeysWith: { first, _ in first })),
            "auc_percent": scores.areaUnderCurve.map { .thousandths(Int(($0 * 100_000).rounded())) } ?? .null,
        ]
        for table in tables {
            members[table.name] = .array(
                table.rows.map { row in
                    .object(Dictionary(zip(table.columns, row), uniquingKeysWith: { first, _ in first }))
                })
        }
        return .object(members)
    }

    private static let symbolColumns = [
        "symbol", "messages", "ham", "spam", "score", "spam_odds", "information_gain", "companion", "companion_share",
    ]

    private var symbolRows: [[JSON]] {
        let values = Dictionary(symbols.map { ($0.symbol, $0) }, uniquingKeysWith: { first, _ in first })
        func rounded(_ value: Double?) -> JSON { value.map { .thousandths(Int(($0 * 1000).rounded())) } ?? .null }
        return symbolCounts.sorted { $0.key < $1.key }.map { symbol, counts in
            let value = values[symbol]
            return [.string(symbol.name)] + counts.cells + [
                .thousandths(weights[symbol] ?? 0), rounded(value?.spamOdds), rounded(value?.informationGain),
                JSON(value?.companion?.symbol.name), rounded(value?.companion?.share),
            ]
        }
    }
}

extension LabelCounts {
    fileprivate var cells: [JSON] { [.integer(all), .integer(ham), .integer(spam)] }
}
