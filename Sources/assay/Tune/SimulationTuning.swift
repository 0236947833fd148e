import Cases
import Reports
import Screening
import State
import Tuning
import Values

/// `assay tune --simulate`: what other settings of the stages that remember would do.
struct SimulationTuning {
    let path: String
    let run: Int
    let costRatio: Double
    let limit: Int
    /// What is remembered at the start.
    let start: [HeldEntry]
    /// The policy with an overlay; nil is the policy as it is.
    let policy: (String?) throws -> ScreeningPolicy
    /// Told how many choices of how many were tried.
    var progress: (_ done: Int, _ all: Int) -> Void = { _, _ in }

    /// What was tried, and what came of it.
    struct Results {
        /// The policy as it is.
        let base: SimulationSearch.Result
        /// The choices, in the order in which they were tried.
        let tried: [SimulationSearch.Result]
        /// The best of each stage together.
        let best: SimulationSearch.Result
        /// The same as a policy; empty where nothing is better than the policy as it is.
        let overlay: String
    }

    /// Tries all choices.
    func results(_ histories: [SessionHistory]) async throws -> Results {
        let search = SimulationSearch(histories, costRatio: costRatio, start: start)
        let base = await search.result(of: nil, try policy(nil))
        var tried: [SimulationSearch.Result] = []
        for (done, choice) in SimulationSearch.standard.enumerated() {
            progress(done, SimulationSearch.standard.count)
            tried.append(await search.result(of: choice, try policy(choice.overlay)))
        }
        let taken = try await taken(search, base, tried)
        guard let best = taken.last else { return Results(base: base, tried: tried, best: base, overlay: "") }
        return Results(base: base, tried: tried, best: best, overlay: SimulationTuning.overlay(of: taken, base))
    }

    /// The choices that go into the overlay, each with what it comes to on top of those before it. What is best for one
    /// stage alone need not be so beside what is best for another: with each that is taken the others are tried anew.
    private func taken(
        _ search: SimulationSearch, _ base: SimulationSearch.Result, _ tried: [SimulationSearch.Result]
    ) async throws -> [SimulationSearch.Result] {
        var (taken, next) = ([SimulationSearch.Result](), tried)
        while let best = SimulationTuning.ordered(next).first, best.cost < (taken.last ?? base).cost {
            taken.append(best)
            let stages = Set(taken.compactMap { $0.choice?.stage })
            let rest = best.cost > 0 ? SimulationSearch.standard.filter { !stages.contains($0.stage) } : []
            next = []
            for (done, choice) in rest.enumerated() {
                progress(done, rest.count)
                let overlay = SimulationTuning.overlay(taken.compactMap(\.choice?.words) + [choice.words])
                next.append(await search.result(of: choice, try policy(overlay)))
            }
        }
        return taken
    }

    /// A policy with so many lines about stages.
    private static func overlay(_ lines: [String]) -> String {
        lines.reduce("version: 1\nstages:\n") { $0 + "  \($1)\n" }
    }

    /// The choices that were taken as a policy, with what each changes.
    private static func overlay(of taken: [SimulationSearch.Result], _ base: SimulationSearch.Result) -> String {
        overlay(zip(taken, [base] + taken).map { "\($0.choice?.words ?? "")  # \(reason($0, $1))" })
    }

    /// By what they cost; of two that cost the same, the one that hurts less, then the one that was tried first.
    static func ordered(_ results: [SimulationSearch.Result]) -> [SimulationSearch.Result] {
        results.enumerated().sorted { left, right in
            let (a, b) = (left.element, right.element)
            return (a.cost, a.lost, a.delayed, left.offset) < (b.cost, b.lost, b.delayed, right.offset)
        }.map(\.element)
    }

    /// What the best of each stage together are called.
    private static let together = "the best of each stage together"

    private static func reason(_ result: SimulationSearch.Result, _ base: SimulationSearch.Result) -> String {
        "wanted refused \(result.lost) (was \(base.lost)), held up \(result.delayed) (\(base.delayed)), "
            + "spam stopped \(result.stopped) (\(base.stopped))"
    }

    /// The report for people, wanted mail first.
    func text(_ histories: [SessionHistory], columns: Int?) async throws -> (text: String, overlay: String) {
        let results = try await self.results(histories)
        let (base, tried, best, overlay) = (results.base, results.tried, results.best, results.overlay)
        var text = "\(path), run \(run): \(histories.count) sessions, \(tried.count) choices tried\n\n"
        let hurt = best.tally.hurt
        text +=
            "Wanted mail that \(overlay.isEmpty ? "the policy as it is" : SimulationTuning.together) would hurt (\(hurt.count))\n"
        text += hurt.isEmpty ? "  none\n" : SimulationTally.table(hurt.prefix(limit)).text(columns: columns)
        text += "\nWanted mail hurt now (\(base.tally.hurt.count))\n"
        let now = base.tally.hurt
        text += now.isEmpty ? "  none\n" : SimulationTally.table(now.prefix(limit)).text(columns: columns)
        text += "\nChoices, one stage at a time; those first that cost least\n"
        var table = TextTable([
            ("wanted refused", .right), ("held up", .right), ("spam stopped", .right), ("half wait", .right),
            ("99 % wait", .right), ("settings", .left),
        ])
        func add(_ result: SimulationSearch.Result, _ name: String) {
            let waits = result.tally.greylistDelays.percentiles([50, 99]).map(SimulationTally.words)
            table.add([String(result.lost), String(result.delayed), String(result.stopped)] + waits + [name])
        }
        add(base, "the policy as it is")
        if !overlay.isEmpty { add(best, SimulationTuning.together) }
        for result in SimulationTuning.ordered(tried).prefix(max(limit, 1) * 3) {
            add(result, result.choice?.words ?? "")
        }
        text += table.text(columns: columns)
        text += overlay.isEmpty ? "\nNo choice costs less than the policy as it is.\n" : "\nOverlay\n" + overlay
        return (text, overlay)
    }

    /// The report as objects, one for each choice.
    func json(_ histories: [SessionHistory]) async throws -> (lines: [JSON], overlay: String) {
        let results = try await self.results(histories)
        let (base, tried, best, overlay) = (results.base, results.tried, results.best, results.overlay)
        func object(_ result: SimulationSearch.Result, _ settings: String, _ stage: String?) -> JSON {
            .object([
                "stage": JSON(stage), "settings": .string(settings), "wanted_refused": .integer(result.lost),
                "wanted_held_up": .integer(result.delayed), "spam_stopped": .integer(result.stopped),
                "cost": .thousandths(Int((result.cost * 1000).rounded())),
                "hurt": .array(
                    result.tally.hurt.prefix(100).map { mail in
                        .object([
                            "time": JSON(mail.time?.rfc3339), "source": .string(mail.source),
                            "from": .string(mail.sender), "to": .string(mail.recipients),
                            "because": .string(mail.virtue), "what": .string(mail.harm), "refused": .bool(mail.isLost),
                        ])
                    }),
            ])
        }
        var lines = [object(base, "as it is", nil)]
        if !overlay.isEmpty { lines.append(object(best, SimulationTuning.together, nil)) }
        lines += SimulationTuning.ordered(tried).map { object($0, $0.choice?.settings ?? "", $0.choice?.stage) }
        return (lines, overlay)
    }
}
