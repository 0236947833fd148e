import Expressions
import Mail
import Policy
import Screening
import Values

/// Holds messages against the administrator's own rules: what a message has to be like, and what is done then.
public struct ContentFilter: Stage {
    static let exhausted: Symbol = "CONTENT_FILTER_GIVEN_UP"

    public static let manifest = StageManifest(
        id: "content-filter", title: "Content Filter",
        summary: "Runs the policy's own rules over each message, in order.",
        phases: [.message],
        symbols: [
            SymbolDeclaration(
                exhausted, "An expression of a rule ran so long on the message that it was given up: the rule may hold."
            )
        ])

    /// The rules, and the groups of addresses that they speak of.
    public struct Settings: StageSettings {
        let rules: [Placed<ContentRule>]

        public init(from reader: inout PolicyReader) {
            let groups = reader.entries("groups", "Addresses under one name, for conditions.") {
                AddressGroup(from: &$0)
            }
            let named = Dictionary(groups.map { ($0.value.name, $0.value) }, uniquingKeysWith: { first, _ in first })
            let rules = reader.entries("rules", "The rules, in the order in which they are tried.") {
                ContentRule(from: &$0, groups: named)
            }
            self.rules = rules
            ContentFilter.noteMistakes(rules, in: &reader)
        }

        /// A symbol for each rule.
        public var symbolSettings: [SymbolSetting] {
            rules.map { rule in
                SymbolSetting(
                    rule.value.symbol, "The rule \"\(rule.value.name)\" holds.", at: rule.place,
                    weight: rule.value.weight, action: rule.value.action, reply: rule.value.reply)
            }
        }
    }

    let settings: Settings

    public init(settings: Settings, site: Site) { self.settings = settings }

    /// Without rules there is nothing to do.
    public var idlePhases: Set<Phase> { settings.rules.isEmpty ? [.message] : [] }

    public func evaluate(_ checkpoint: Checkpoint, in surroundings: Surroundings) async throws -> StageReport {
        guard case .message(let transaction, let message) = checkpoint else { return .nothing }
        var content = FilteredMessage(message, transaction, surroundings)
        var report = run(over: &content)
        let count = content.matcher.exhaustionCount
        if count > 0 { report.findings.append(Finding(ContentFilter.exhausted, ["matches": .number(count)])) }
        return report
    }

    private func run(over content: inout FilteredMessage) -> StageReport {
        var report = StageReport()
        var skipped = 0
        for rule in settings.rules {
            if skipped > 0 {
                skipped -= 1
                continue
            }
            guard let grounds = rule.value.holds(for: &content) else { continue }
            report.findings.append(ContentFilter.held(rule, grounds))
            report.effects += rule.value.effects(on: &content, grounds)
            switch rule.value.then {
            case .next: break
            case .skip(let count): skipped = count
            case .stop: return report
            }
        }
        return report
    }

    private static func held(_ rule: Placed<ContentRule>, _ grounds: [ContentCondition.Ground]) -> Finding {
        var evidence: Evidence = ["rule": .text(rule.value.name), "listed_at": .text(rule.place.description)]
        if !grounds.isEmpty { evidence.add("because", .list(grounds.map(\.text))) }
        return Finding(rule.value.symbol, evidence)
    }

    /// Rules that share a symbol, and rules that none ever gets to.
    private static func noteMistakes(_ rules: [Placed<ContentRule>], in reader: inout PolicyReader) {
        var taken: [Symbol: String] = [ContentFilter.exhausted: "of expressions given up"]
        var end: Placed<ContentRule>?
        var skippedTo = 0
        for (index, rule) in rules.enumerated() {
            if let other = taken.updateValue(rule.value.name, forKey: rule.value.symbol) {
                reader.report(
                    "the rule \"\(other)\" has the symbol \(rule.value.symbol) too; give this one a 'symbol' of its own",
                    at: rule.place)
            }
            if let end {
                reader.warn(
                    "the rule \"\(rule.value.name)\" is never reached: \"\(end.value.name)\" holds for every message and "
                        + "stops", at: rule.place)
            } else if index < skippedTo {
                reader.warn(
                    "the rule \"\(rule.value.name)\" is never reached: a rule that holds for every message skips it",
                    at: rule.place)
            } else if rule.value.holdsAlways {
                switch rule.value.then {
                case .stop: end = rule
                case .skip(let count): skippedTo = index + 1 + count
                case .next: break
                }
            }
        }
    }
}
