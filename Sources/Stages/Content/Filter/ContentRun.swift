import Mail
import Policy
import Screening
import Values

/// What rules make of one message.
struct ContentRun {
    /// An effect, and which action of which rule that held asked for it.
    private struct Wanted {
        var effect: Effect
        let held: Int
        let action: ContentAction
    }

    private var held: [(rule: Placed<ContentRule>, grounds: [ContentCondition.Ground])] = []
    private var wanted: [Wanted] = []
    private var failures: [Finding] = []
    /// Rules that would hold but for the score and what was found, each behind so many that hold.
    private var misses: [(place: Int, finding: Finding)] = []
    private var omissions: [StageReport.Omission] = []

    /// Tries rules in order, until one that holds stops them.
    mutating func tryRules(_ rules: [Placed<ContentRule>], on content: inout FilteredMessage) async {
        var skipped = 0
        for rule in rules {
            if skipped > 0 {
                skipped -= 1
                continue
            }
            switch await rule.value.answer(for: &content) {
            case .fails: continue
            case .failsOnly(let missed):
                misses.append(
                    (
                        held.count,
                        Finding(
                            rule.value.almost,
                            [
                                "rule": .text(rule.value.name), "listed_at": .text(rule.place.description),
                                "misses": .list(missed),
                            ])
                    ))
            case .unknown(let program, let answer): note(answer, of: program, rule)
            case .holds(let grounds):
                for (effect, place) in rule.value.effects(on: &content, grounds) {
                    wanted.append(
                        Wanted(effect: effect, held: held.count, action: rule.value.actions[place].value))
                }
                held.append((rule, grounds))
                content.note(rule.value.symbol)
                switch rule.value.then {
                case .next: break
                case .skip(let count): skipped = count
                case .stop: return
                }
            }
        }
    }

    private mutating func note(_ answer: ProgramAnswer, of program: String, _ rule: Placed<ContentRule>) {
        if case .notRun(let reason) = answer {
            omissions.append(
                StageReport.Omission(
                    reason, detail: "the rule \"\(rule.value.name)\" asks the program \(program)"))
        } else {
            failures.append(
                Finding(
                    ContentFilter.programFailed,
                    [
                        "program": .text(program), "rule": .text(rule.value.name), "why": .text(answer.text),
                        "listed_at": .text(rule.place.description),
                    ]))
        }
    }

    /// What was found, and what is to be done. A change that the message does not allow is not asked for: the finding of
    /// its rule says why.
    func report(about content: FilteredMessage) -> StageReport {
        let (effects, refused) = possible(content.message)
        var report = StageReport(effects: effects)
        for (place, (rule, grounds)) in held.enumerated() {
            report.findings += misses.filter { $0.place == place }.map(\.finding)
            var evidence: Evidence = ["rule": .text(rule.value.name), "listed_at": .text(rule.place.description)]
            if !grounds.isEmpty { evidence.add("because", .list(grounds.map(\.text))) }
            let reasons = refused.filter { $0.held == place }.map(\.reason)
            if !reasons.isEmpty { evidence.add("not_done", .list(reasons)) }
            report.findings.append(Finding(rule.value.symbol, evidence))
        }
        report.findings += misses.filter { $0.place == held.count }.map(\.finding)
        report.findings += failures
        report.notEvaluated = omissions
        return report
    }

    /// The effects that can be carried out, and why the others cannot.
    private func possible(_ message: Message) -> (effects: [Effect], refused: [(held: Int, reason: String)]) {
        var wanted = wanted
        var refused: [(held: Int, reason: String)] = []
        let changesContent = wanted.contains { if case .editContent = $0.effect { true } else { false } }
        guard changesContent else { return (wanted.map(\.effect), []) }
        // What is enclosed instead may be refused in turn: each effect changes its form once at most.
        for _ in 0..<2 {
            var edits = MessageEdits(message)
            let faults = edits.carryOut(wanted.map(\.effect))
            guard !faults.isEmpty else { break }
            var hasChanged = false
            for fault in faults.sorted(by: { $0.place > $1.place }) {
                let one = wanted[fault.place]
                if case .disclaimer(_, _, _, .enclose) = one.action,
                    case .editContent(.disclaimer(let disclaimer)) = one.effect
                {
                    wanted[fault.place].effect = .editContent(.enclose(disclaimer))
                    hasChanged = true
                } else {
                    wanted.remove(at: fault.place)
                    refused.insert((one.held, fault.text), at: 0)
                }
            }
            if !hasChanged { break }
        }
        return (wanted.map(\.effect), refused)
    }
}
