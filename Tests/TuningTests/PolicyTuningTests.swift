import Policy
import Screening
import Stages
import Testing
import Tuning
import Values

/// What is learned from labelled findings, and what is refused to be.
@Suite struct PolicyTuningTests {
    /// The symbols of invented mail, with the share of ham and of spam (in per cent) that has each.
    private static let symbols: [(stage: String, phase: Phase, symbol: Symbol, ham: Int, spam: Int)] = [
        ("spf", .mail, "SPF_FAIL", 2, 60), ("dkim", .message, "DKIM_FAIL", 10, 12),
        ("dmarc", .message, "DMARC_REJECT", 0, 30), ("dkim", .message, "DKIM_PASS", 70, 10),
    ]

    /// A thousand ham and a thousand spam, the same on every run.
    private static func findings() -> RunFindings {
        let kinds = symbols.map {
            FindingKind(stage: $0.stage, phase: $0.phase, symbol: $0.symbol, scope: .transaction)
        }
        var profiles: [FindingProfile] = []
        var messages: [RunFindings.Message] = []
        var dice: UInt64 = 42
        for number in 1...2000 {
            let label: RunFindings.Label = number % 2 == 0 ? .ham : .spam
            let present = symbols.indices.filter { place in
                dice = dice &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return Int((dice >> 33) % 100) < (label == .ham ? symbols[place].ham : symbols[place].spam)
            }
            let profile = FindingProfile(
                kinds: present.map { Int32($0) }, recipientCount: 1, hasMessage: true, checkpoint: .message,
                disposition: .accept)
            let place = profiles.firstIndex(of: profile) ?? profiles.count
            if place == profiles.count { profiles.append(profile) }
            messages.append(
                .init(number: number, profile: Int32(place), label: label, time: Int64(number) * 60_000))
        }
        return RunFindings(kinds: kinds, profiles: profiles, messages: messages)
    }

    private static func policy(_ texts: [String]) throws -> ScreeningPolicy {
        let documents = try texts.map { text in
            let (node, mistakes) = PolicyDocument.parse(Bytes(text), file: "p.yaml")
            #expect(mistakes.isEmpty, "\(mistakes)")
            return try #require(node)
        }
        let (policy, diagnostics) = ScreeningPolicy.read(documents, catalogue: catalogue)
        #expect(diagnostics.isEmpty, "\(diagnostics)")
        return try #require(policy)
    }

    private static let base = "version: 1\nactions: {SPF_FAIL: reject, DMARC_REJECT: score}\n"

    private static func tuning(
        _ findings: RunFindings = findings(), _ options: TuningOptions = TuningOptions()
    ) throws -> PolicyTuning {
        try PolicyTuning(findings, base: try policy([base]), options: options, title: "invented") {
            try policy([base, $0])
        }
    }

    @Test func theTunedPolicyIsBetter() throws {
        let tuning = try Self.tuning()
        let (before, after) = (tuning.before, tuning.after)
        #expect(tuning.older.ham == 700)
        #expect(tuning.newer.spam == 300)
        #expect(before.refusedHam.count > 0)
        #expect(after.refusedHam.count <= before.refusedHam.count)
        func cost(_ evaluation: Evaluation) -> Int { evaluation.caughtHam.count * 10 + evaluation.missedSpam.count }
        #expect(cost(after) < cost(before))
        let (one, other) = (try #require(before.areaUnderCurve), try #require(after.areaUnderCurve))
        #expect(other > one)
    }

    /// An action that refuses more ham than may be becomes a weight; signs and caps hold.
    @Test func boundsHold() throws {
        var options = TuningOptions()
        options.cap = 1500
        let base = Self.base + "weights: {SPF_FAIL: 1}\n"
        let tuning = try PolicyTuning(
            Self.findings(), base: try Self.policy([base]), options: options, title: "invented"
        ) { try Self.policy([base, $0]) }
        #expect(tuning.actions.map(\.symbol) == ["SPF_FAIL"])
        for symbol in tuning.symbols {
            #expect(abs(symbol.now) <= max(1500, abs(symbol.was)))
            #expect(symbol.was * symbol.now >= 0, "\(symbol.symbol) changed its sign")
        }
        let spf = try #require(tuning.symbols.first { $0.symbol == "SPF_FAIL" })
        #expect(spf.now == 1500)
        #expect(spf.ground == .capped)
        #expect(tuning.overlay.contains("SPF_FAIL: score"))
    }

    @Test func thresholdsAlone() throws {
        var options = TuningOptions()
        options.learnsWeights = false
        let tuning = try Self.tuning(Self.findings(), options)
        #expect(tuning.symbols.allSatisfy { !$0.isChanged })
        #expect(!tuning.overlay.contains("weights:"))
    }

    /// Ham and spam of which each `part` of ten has `ham` and `spam` messages with `symbol`, the rest with nothing.
    private static func findings(
        _ symbols: [(stage: String, symbol: Symbol)], perPart count: Int,
        _ present: (_ symbol: Int, _ part: Int, _ number: Int, RunFindings.Label) -> Bool
    ) -> RunFindings {
        let kinds = symbols.map {
            FindingKind(stage: $0.stage, phase: .message, symbol: $0.symbol, scope: .transaction)
        }
        var (profiles, messages): ([FindingProfile], [RunFindings.Message]) = ([], [])
        for part in 0..<10 {
            for number in 0..<count {
                for label in [RunFindings.Label.ham, .spam] {
                    let profile = FindingProfile(
                        kinds: symbols.indices.filter { present($0, part, number, label) }.map { Int32($0) },
                        recipientCount: 1, hasMessage: true, checkpoint: .message, disposition: .accept)
                    let place = profiles.firstIndex(of: profile) ?? profiles.count
                    if place == profiles.count { profiles.append(profile) }
                    messages.append(
                        .init(
                            number: messages.count + 1, profile: Int32(place), label: label,
                            time: Int64(messages.count)))
                }
            }
        }
        return RunFindings(kinds: kinds, profiles: profiles, messages: messages)
    }

    /// One spam more or less is no reason to refuse from another score on; many are.
    @Test(arguments: [(1, true), (6, false)]) func chanceMovesNoThreshold(hits: Int, isKept: Bool) throws {
        var options = TuningOptions()
        options.learnsWeights = false
        let findings = Self.findings([("dmarc", "DMARC_NO_FROM")], perPart: 6) { _, part, number, label in
            label == .spam && number < hits && (hits > 1 || part == 2)
        }
        let tuning = try Self.tuning(findings, options)
        #expect(tuning.thresholds.map(\.isKept) == [isKept, isKept])
        let scores = tuning.thresholds.map(\.now)
        // The weight of DMARC_NO_FROM is 1: in the middle between 0 and that, and the highest that catches as much.
        #expect(scores == (isKept ? [5000, 12000] : [500, 1000]), "\(scores)")
        #expect(tuning.overlay.contains("no other is sure to cost less") == isKept)
        // Each threshold is among those told.
        #expect(Set(scores).isSubset(of: tuning.sweep.points.map(\.threshold)))
    }

    /// What thresholds are told to catch is not what the weights fitted: mail is scored by what the rest teaches.
    @Test func thresholdsAreOfMailNotLearnedFrom() throws {
        let symbols: [(stage: String, symbol: Symbol)] = [
            ("dkim", "DKIM_FAIL"), ("dmarc", "DMARC_QUARANTINE"), ("dmarc", "DMARC_REJECT"), ("spf", "SPF_FAIL"),
            ("spf", "SPF_SOFTFAIL"),
        ]
        // Each symbol tells spam, but for one fifth of the older mail, in which much ham has it.
        let findings = Self.findings(symbols, perPart: 40) { symbol, part, number, label in
            let fifth = part * 10 / 14
            return label == .ham
                ? symbol == fifth && number % 2 == 0 : symbol != fifth && (number + symbol * 7 + part) % 5 < 2
        }
        let base = "version: 1\nactions: {SPF_FAIL: score, DMARC_REJECT: score, DMARC_QUARANTINE: score}\n"
        let tuning = try PolicyTuning(
            findings, base: try Self.policy([base]), options: TuningOptions(), title: "invented"
        ) { try Self.policy([base, $0]) }
        let fitted = ScoreHistogram(
            tuning.older.byProfile.enumerated().map { (tuning.rulings[$0].score, $1.ham, $1.spam) })
        let best = ThresholdSweep(fitted, including: tuning.thresholds.map(\.now))
        #expect(tuning.symbols.contains { $0.isChanged })
        #expect(tuning.sweep.points.first?.ham == best.points.first?.ham)
        #expect(tuning.sweep.points != best.points)
    }

    @Test func theSameInputGivesTheSameOverlay() throws {
        #expect(try Self.tuning().overlay == Self.tuning().overlay)
    }

    /// The results told are those of the overlay that is written, and the ham that it catches is all there.
    @Test func resultsAreThoseOfTheOverlay() throws {
        let tuning = try Self.tuning()
        let rulings = tuning.findings.rulings(under: try Self.policy([Self.base, tuning.overlay]))
        #expect(rulings == tuning.rulings)
        let caught = tuning.findings.messages.filter {
            $0.label == .ham && rulings[Int($0.profile)].disposition > .accept
        }
        #expect(Set(tuning.caught(.ham).map(\.number)) == Set(caught.map(\.number)))
    }

    /// What the score would lose is what it has less without the symbol's weight.
    @Test func lossesAreThoseOfALeftOutWeight() throws {
        let tuning = try Self.tuning()
        let whole = try #require(tuning.after.areaUnderCurve)
        for symbol in tuning.symbols where symbol.now != 0 {
            let lines = tuning.overlay.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
            let overlay = lines.map { line in
                line.hasPrefix("  \(symbol.symbol): ") && !line.hasSuffix("score") ? "  \(symbol.symbol): 0" : line
            }.joined(separator: "\n")
            guard overlay != tuning.overlay else { continue }
            let rulings = tuning.findings.rulings(under: try Self.policy([Self.base, overlay]))
            // What is refused whatever its score stands above all.
            let never = "version: 1\nthresholds: {tag: 90000, reject: 100000}\n"
            let isForced = tuning.findings.rulings(under: try Self.policy([Self.base, overlay, never]))
                .map(\.disposition.isTerminal)
            var scores: [(score: Int, ham: Int, spam: Int)] = []
            for (place, count) in tuning.newer.byProfile.enumerated() {
                scores.append((isForced[place] ? .max : rulings[place].score, count.ham, count.spam))
            }
            let area = try #require(ScoreHistogram(scores).areaUnderCurve)
            let loss = try #require(tuning.losses[symbol.symbol]?.area)
            #expect(abs(whole - area - loss) < 1e-9, "\(symbol.symbol)")
        }
        #expect(tuning.losses.contains { ($0.value.area ?? 0) > 0.01 })
    }

    /// Where labelled mail teaches nothing that holds later, weights keep the proportions they have.
    @Test func weightsAreHeldToWhatTheyAre() throws {
        let two =
            "version: 1\nactions: {SPF_FAIL: score, DMARC_REJECT: score}\nweights: {SPF_FAIL: 2, DMARC_REJECT: 1}\n"
        var dice: UInt64 = 1
        func roll(_ percent: Int) -> Bool {
            dice = dice &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int((dice >> 33) % 100) < percent
        }
        let kinds = [("spf", Phase.mail, "SPF_FAIL" as Symbol), ("dmarc", .message, "DMARC_REJECT")].map {
            FindingKind(stage: $0.0, phase: $0.1, symbol: $0.2, scope: .transaction)
        }
        let profiles = [[], [0], [1], [0, 1]].map {
            FindingProfile(
                kinds: $0, recipientCount: 1, hasMessage: true, checkpoint: .message, disposition: .accept)
        }
        let messages = (1...400).map { number in
            RunFindings.Message(
                number: number, profile: Int32((roll(50) ? 1 : 0) + (roll(50) ? 2 : 0)),
                label: number % 2 == 0 ? .ham : .spam, time: Int64(number))
        }
        let tuning = try PolicyTuning(
            RunFindings(kinds: kinds, profiles: profiles, messages: messages), base: try Self.policy([two]),
            options: TuningOptions(), title: "noise"
        ) { try Self.policy([two, $0]) }
        let now = tuning.symbols.map(\.now)
        // DMARC_REJECT, then SPF_FAIL, which weighs twice as much.
        #expect(
            now.count == 2 && now.allSatisfy { (0...2000).contains($0) } && abs(now[1] - 2 * now[0]) <= 300, "\(now)")
    }

    /// No threshold, loss or share of a case in which every score is equal is a number that is none.
    @Test func equalScoresOfDifferentMail() throws {
        let kinds = [FindingKind(stage: "dkim", phase: .message, symbol: "DKIM_NONE", scope: .transaction)]
        let profiles = [[], [0]].map {
            FindingProfile(
                kinds: $0, recipientCount: 1, hasMessage: true, checkpoint: .message, disposition: .accept)
        }
        let messages = (1...100).map {
            RunFindings.Message(number: $0, profile: Int32($0 / 2 % 2), label: $0 % 2 == 0 ? .ham : .spam, time: nil)
        }
        let tuning = try Self.tuning(RunFindings(kinds: kinds, profiles: profiles, messages: messages))
        #expect(tuning.after.areaUnderCurve == 0.5)
        #expect(!tuning.overlay.contains("nan") && !tuning.overlay.contains("inf"))
        #expect(tuning.caught(.ham).isEmpty)
    }

    @Test func oneClassIsTooFew() {
        let all = Self.findings()
        let ham = RunFindings(
            kinds: all.kinds, profiles: all.profiles, messages: all.messages.filter { $0.label == .ham })
        #expect(throws: PolicyTuning.Obstacle.tooFew(.spam, 0)) { try Self.tuning(ham) }
    }

    @Test func equalScoresTellNothing() {
        let same = FindingProfile(
            kinds: [], recipientCount: 1, hasMessage: true, checkpoint: .message, disposition: .accept)
        let messages = (1...100).map {
            RunFindings.Message(number: $0, profile: 0, label: $0 % 2 == 0 ? .ham : .spam, time: nil)
        }
        #expect(throws: PolicyTuning.Obstacle.nothingToTell) {
            try Self.tuning(RunFindings(kinds: [], profiles: [same], messages: messages))
        }
    }
}
