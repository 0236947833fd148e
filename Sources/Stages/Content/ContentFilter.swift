import Expressions
import Mail
import Policy
import Screening
import Values

/// Holds messages against the administrator's own rules: what a message has to be like, and what is done then.
public struct ContentFilter: Stage {
    static let exhausted: Symbol = "CONTENT_FILTER_GIVEN_UP"
    static let programFailed: Symbol = "CONTENT_PROGRAM_FAILED"

    public static let manifest = StageManifest(
        id: "content-filter", title: "Content Filter",
        summary: "Runs the policy's own rules over each message, in order.",
        phases: [.message],
        symbols: [
            SymbolDeclaration(
                exhausted, "An expression of a rule ran so long on the message that it was given up: the rule may hold."
            ),
            SymbolDeclaration(
                programFailed,
                "A program that a rule asks gave no exit code: the rule counts as one that does not hold."),
        ])

    /// The rules, and what they speak of by name.
    public struct Settings: StageSettings {
        let rules: [Placed<ContentRule>]
        /// The web services that rules may tell of messages.
        public let webhooks: [ContentWebhook]
        /// The files of the programs that rules may ask or run.
        public let programFiles: [(name: String, path: String, place: PolicyPlace)]

        public init(from reader: inout PolicyReader) {
            let groups = reader.entries("groups", "Addresses under one name, for conditions.") {
                AddressGroup(from: &$0)
            }
            let programs = reader.entries("programs", "Programs that rules may ask or run.") {
                ContentProgram(from: &$0)
            }
            let webhooks = reader.entries("webhooks", "Web services that rules may tell of messages.") {
                ContentWebhook(from: &$0)
            }
            let named = ContentNames(groups, programs, webhooks, in: &reader)
            let rules = reader.entries("rules", "The rules, in the order in which they are tried.") {
                ContentRule(from: &$0, among: named)
            }
            self.rules = rules
            self.webhooks = webhooks.map(\.value)
            programFiles = programs.map { ($0.value.name, $0.value.path, $0.place) }
            ContentRuleList(rules).noteMistakes(in: &reader)
        }

        /// A symbol for each rule.
        public var symbolSettings: [SymbolSetting] {
            rules.flatMap { rule in
                let holds = SymbolSetting(
                    rule.value.symbol, "The rule \"\(rule.value.name)\" holds.", at: rule.place,
                    weight: rule.value.weight, action: rule.value.action, reply: rule.value.reply)
                guard rule.value.tellsWhatItMisses else { return [holds] }
                let words = "The rule \"\(rule.value.name)\" would hold but for the score or what was found."
                return [holds, SymbolSetting(rule.value.almost, words, at: rule.place)]
            }
        }

        /// The findings that conditions ask for by their whole symbol.
        public var askedSymbols: [Placed<Symbol>] {
            rules.flatMap { $0.value.all + $0.value.any }.compactMap { condition in
                guard condition.value.subject == .finding, case .is(let symbol) = condition.value.test else {
                    return nil
                }
                return Placed(Symbol(symbol.uppercased()), at: condition.place)
            }
        }

        /// The place of the first action that is done once the fate of a message is settled; nil where none is.
        public var laterAction: PolicyPlace? {
            rules.lazy.flatMap(\.value.actions).first { $0.value.isLater }?.place
        }

        /// The keys that rules sign with.
        public var signing: [(domain: String, selector: String, keyFile: String?, place: PolicyPlace)] {
            rules.flatMap(\.value.actions).compactMap { action in
                guard case .sign(let key) = action.value else { return nil }
                return (key.domain, key.selector, key.keyFile, action.place)
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
        var run = ContentRun()
        await run.tryRules(settings.rules, on: &content)
        var report = run.report(about: content)
        let count = content.matcher.exhaustionCount
        if count > 0 { report.findings.append(Finding(ContentFilter.exhausted, ["matches": .number(count)])) }
        return report
    }
}
