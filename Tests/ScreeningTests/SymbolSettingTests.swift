import Policy
import SMTP
import Testing
import Values

@testable import Screening

/// A stage whose settings name symbols: `lists: [{symbol: LISTED_A, weight: 2, action: reject}]`, and what an existing
/// one leads to: `never: defer`.
private struct Naming: Stage {
    static let manifest = StageManifest(
        id: "naming", title: "Naming", summary: "Finds what its settings name.", phases: [.connect, .mail],
        symbols: [SymbolDeclaration("NAMING_NEVER", "Is found at MAIL.", weight: 1000, action: .tag)])

    struct Settings: StageSettings {
        let symbolSettings: [SymbolSetting]
        let idlePhases: Set<Phase>
        let notes: Bool

        init(from reader: inout PolicyReader) {
            var settings = reader.entries("lists", "Symbols.") { reader -> SymbolSetting? in
                let symbol = reader.optionalText("symbol", "The symbol.")
                let weight = reader.score("weight", default: 0, "Its weight.")
                let action = reader.choice("action", default: Action.score, "Its action.")
                let place = reader.place
                return symbol.map {
                    SymbolSetting(
                        Symbol($0), "Named.", at: place, weight: weight.place.isBuiltIn ? Placed(0, at: place) : weight,
                        action: Placed(action, at: place), reply: ReplyText(50, 7, 8, "Named"))
                }
            }.map(\.value)
            if let action = reader.optionalValue(
                "never", expecting: "an action", "What follows.", parse: Action.init(rawValue:))
            {
                settings.append(
                    SymbolSetting("NAMING_NEVER", "Is found at MAIL.", at: action.place, action: action))
            }
            symbolSettings = settings
            idlePhases = settings.isEmpty ? [.connect, .mail] : [.connect]
            notes = reader.flag("notes", default: false, "Whether findings bring a note.")
        }
    }

    let settings: Settings

    init(settings: Settings, site: Site) { self.settings = settings }

    var idlePhases: Set<Phase> { settings.idlePhases }

    func evaluate(_ checkpoint: Checkpoint, in surroundings: Surroundings) async throws -> StageReport {
        let note = settings.notes ? "see\r\n250 \u{E9}" : nil
        return StageReport(findings: settings.symbolSettings.map { Finding($0.symbol, replyNote: note) })
    }
}

@Suite struct SymbolSettingTests {
    private static let stages = Catalogue([Probe.self, Naming.self])

    private func read(_ text: String) -> (policy: ScreeningPolicy?, mistakes: [String]) {
        let (node, syntax) = PolicyDocument.parse(text, file: "policy")
        let (policy, mistakes) = ScreeningPolicy.read(node.map { [$0] } ?? [], catalogue: Self.stages)
        return (policy, (syntax + mistakes).map(\.description))
    }

    private static let text = """
        version: 1
        weights: {LISTED_B: 3}
        stages:
          naming:
            lists:
              - {symbol: LISTED_A, weight: 2, action: reject}
              - {symbol: LISTED_B, weight: 1}
            never: defer
        """

    /// Each is weighed by its own line; the tables know it and have the last word.
    @Test func settingsWeighByTheirLines() throws {
        let (read, mistakes) = read(Self.text)
        let policy = try #require(read, "\(mistakes)")
        func place(_ line: Int, _ column: Int) -> PolicyPlace {
            PolicyPlace(file: "policy", line: line, column: column)
        }
        #expect(policy.weight(of: "LISTED_A") == Placed(2000, at: place(6, 36)))
        #expect(policy.action(of: "LISTED_A") == Placed(.reject, at: place(6, 9)))
        #expect(policy.replies["LISTED_A"] == ReplyText(50, 7, 8, "Named"))
        #expect(policy.weight(of: "LISTED_B") == Placed(3000, at: place(2, 21)))
        #expect(policy.weight(of: "NAMING_NEVER") == Placed(1000, at: .builtIn))
        #expect(policy.action(of: "NAMING_NEVER") == Placed(.defer, at: place(8, 12)))
        #expect(ScreeningPolicy.builtIn(Self.stages).action(of: "NAMING_NEVER") == Placed(.tag, at: .builtIn))
    }

    /// What is in force is what `assay policy show` tells, in the order in which keys are documented.
    @Test func settingsInForceAreTold() throws {
        let policy = try #require(read(Self.text).policy)
        let told = PolicyRendering.effective(policy.settings)
        for line in [
            "  LISTED_A: 2 # policy:6:36", "  LISTED_B: 3 # policy:2:21", "  NAMING_NEVER: defer # policy:8:12",
            "  LISTED_A: reject # policy:6:9",
        ] {
            #expect(told.split(separator: "\n").contains(Substring(line)), "no line '\(line)'")
        }
        let keys = policy.settings.filter { $0.path.count == 1 }.map(\.name)
        #expect(keys.firstIndex(of: "weights") == keys.firstIndex(of: "stages").map { $0 - 6 })
        #expect(!PolicyRendering.commentedDefault(policy.settings).contains("LISTED_A"))
    }

    @Test func symbolsOfOtherStagesCannotBeTaken() {
        let mistakes = read(
            "version: 1\nstages:\n  naming:\n    lists:\n      - symbol: PROBE_TAG\n      - symbol: PROBE_ERROR"
        ).mistakes
        #expect(
            mistakes == [
                "policy:5:9: the symbol PROBE_TAG belongs to the stage 'probe'",
                "policy:6:9: the symbol PROBE_ERROR belongs to the stage 'probe'",
            ])
        #expect(
            read("version: 1\nactions: {LISTED_X: tag}").mistakes
                == ["policy:2:11: unknown symbol 'LISTED_X' in 'actions'"])
    }

    /// The engine leaves out the phases in which a stage has nothing to do, and says nothing of them.
    @Test func idlePhasesAreLeftOut() async throws {
        let idle = ScreeningPolicy.builtIn(Self.stages)
        let busy = try #require(read(Self.text).policy)
        for (policy, phases) in [(idle, [Phase]()), (busy, [.mail])] {
            let engine = Engine(policy)
            var asked: [Phase] = []
            for checkpoint in [
                Checkpoint.connect(Session(id: "s")), .mail(Transaction(session: Session(id: "s"))),
            ] {
                let outcomes = await engine.evaluate(checkpoint, now: noon, in: environment(), earlier: [])
                if outcomes.contains(where: { $0.stage == "naming" }) { asked.append(checkpoint.phase) }
            }
            #expect(asked == phases)
            let missed = [Phase.connect, .mail].filter { phase in
                engine.missed(phase, because: "x").contains { $0.stage == "naming" }
            }
            #expect(missed == phases)
        }
    }

    /// A finding's note stands after the policy's words, whatever it holds.
    @Test func notesAreFitToSend() throws {
        let policy = try #require(read(Self.text).policy)
        let judge = Judge(policy)
        func reply(_ note: String?) -> String? {
            let finding = judge.weigh(Finding("LISTED_A", replyNote: note), stage: "naming", phase: .mail)
            return judge.verdict(at: .mail, on: [finding]).reply?.description
        }
        #expect(reply(nil) == "550 5.7.8 Named")
        #expect(reply("see our page") == "550 5.7.8 Named: see our page")
        #expect(reply("see\r\n250 \u{E9}") == "550 5.7.8 Named: see??250 ??")
        #expect(reply("") == "550 5.7.8 Named" && reply("  ") == "550 5.7.8 Named")
        #expect(reply(String(repeating: "x", count: 999))?.utf8.count == "550 5.7.8 ".utf8.count + 450)
    }
}
